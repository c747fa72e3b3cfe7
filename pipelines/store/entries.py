"""Entries: one capture's lines as rows, in texts that every database takes."""

import hashlib
from typing import Any

from pipelines.feeds import Line, Refined, write_line
from pipelines.store.batches import Entry
from pipelines.store.minhash import make_id, shingle, sign
from pipelines.store.naming import fold_name
from pipelines.store.prose import find_sentences
from pipelines.store.tables import PARTS


def make_entry(lines: Refined) -> Entry:
    """The rows of one capture."""
    written = _write(lines)
    kept = _clean_written(lines, written)
    line, report = kept.document, kept.report
    prose = "\n".join(find_sentences(line["blocks"])) if report else ""
    signature = sign(shingle(prose)) if prose else None
    row = {
        **line,
        "record_id": name_record(line),
        "form_expected": report["form_expected"] if report else None,
        "fingerprint": _digest(written),
        "name": fold_name(line["agency"], line["region"], line["portal"]) if report else None,
        "text_id": make_id(prose) if signature else None,
    }
    parts = {name: [dict(part) for part in report[name] or ()] for name in PARTS} if report else {}
    return Entry(row, parts, prose if signature else None, signature)


def make_fingerprint(lines: Refined) -> str:
    """What two readings of a capture have in common exactly if they say the same, whichever parser made them."""
    return _digest(_write(lines))


def name_record(line: Line) -> str:
    """What a capture is known by; files that other tools wrote may have no identifiers."""
    return line["record_id"] or f"{line['warc']}:{line['offset']}"


def clean_lines(lines: Refined) -> Refined:
    """The lines as a store gives them back: without lone surrogates and NUL."""
    return _clean_written(lines, _write(lines))


def _clean_written(lines: Refined, written: str) -> Refined:
    is_whole = len(written.encode("utf-8", "replace")) == len(written.encode("utf-8", "surrogatepass"))
    if is_whole and "\\u0000" not in written:
        return lines
    return Refined(_clean(lines.document), _clean(lines.report) if lines.report else None)


def _digest(written: str) -> str:
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()


def _write(lines: Refined) -> str:
    both = (lines.document, lines.report) if lines.report else (lines.document,)
    return "".join(write_line({**line, "parser": None}) for line in both)


def _clean(value: Any) -> Any:
    """The same value with ``?`` for what is no character and without NUL."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
