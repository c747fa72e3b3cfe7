"""Entries: one capture's lines as rows, in texts that every database takes."""

import hashlib
from collections.abc import Mapping

from pipelines.feeds import Line, Refined, write_line
from pipelines.store.batches import Entry
from pipelines.store.inserting import Row, clean_texts
from pipelines.store.keys import make_key
from pipelines.store.minhash import shingle, sign
from pipelines.store.naming import fold_name
from pipelines.store.prose import find_sentences
from pipelines.store.tables import PARTS

_NOT_IN_REPORT = ("kind", "rejected", "media_type", "charset", "blocks", "attachments", "dropped")
_OWN = ("capture", "fingerprint", "name", "text_id")


def make_entry(lines: Refined) -> Entry:
    """The rows of one capture."""
    written = _write(lines)
    kept = _clean_written(lines, written)
    line, report = kept.document, kept.report
    prose = "\n".join(find_sentences(line["blocks"])) if report else ""
    signature = sign(shingle(prose)) if prose else None
    record_id = name_record(line)
    row = {
        **line,
        "record_id": record_id,
        "capture": make_key(record_id),
        "form_expected": report["form_expected"] if report else None,
        "fingerprint": _digest(written),
        "name": fold_name(line["agency"], line["region"], line["portal"]) if report else None,
        "text_id": make_key(prose) if signature else None,
    }
    parts = {name: [dict(part) for part in report[name] or ()] for name in PARTS} if report else {}
    return Entry(row, parts, prose if signature else None, signature)


def name_record(line: Line) -> str:
    """What a capture is known by; files that other tools wrote may have no identifiers."""
    return line["record_id"] or f"{line['warc']}:{line['offset']}"


def make_lines(row: Row, parts: Mapping[str, list[Line]]) -> Refined:
    """The lines of one capture from its rows, as they stood in the feeds but for what no database takes."""
    line: Line = {key: value for key, value in row.items() if key not in _OWN}
    report: Line | None = None
    if row["kind"] == "report":
        report = {key: value for key, value in line.items() if key not in _NOT_IN_REPORT}
        report |= {name: parts.get(name, []) for name in PARTS}
    del line["form_expected"]
    return Refined(line, report)


def _clean_written(lines: Refined, written: str) -> Refined:
    is_whole = len(written.encode("utf-8", "replace")) == len(written.encode("utf-8", "surrogatepass"))
    if is_whole and "\\u0000" not in written:
        return lines
    return Refined(clean_texts(lines.document), clean_texts(lines.report) if lines.report else None)


def _digest(written: str) -> str:
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()


def _write(lines: Refined) -> str:
    both = (lines.document, lines.report) if lines.report else (lines.document,)
    return "".join(write_line({**line, "parser": None}) for line in both)
