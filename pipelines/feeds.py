"""The two feeds of the hand-off, line by line: ``documents.jsonl`` and ``reports.jsonl`` (``docs/feeds.md``).

A line is a function of one archived capture and the context written beside it, and of nothing else.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import msgspec

from pipelines.document import Block, Document
from pipelines.report import Cell, Check, Report
from pipelines.steps import name_steps

Line = dict[str, Any]

_ENCODER = msgspec.json.Encoder()
_WHITE_SPACE = re.compile(r"\s+")
_TEXT = itemgetter(0)  # of a slot


@dataclass(frozen=True, slots=True)
class Refined:
    """The feed lines of one capture: always a document's, and a report's where the document is one."""

    document: Line
    report: Line | None


def document_line(document: Document) -> Line:
    """The line of ``documents.jsonl`` for a document; every key is always there."""
    return {
        **_capture_keys(document),
        "kind": document.kind,
        "rejected": document.rejected,
        "media_type": document.media_type,
        "charset": document.charset,
        **_identity_keys(document),
        "blocks": [_block_object(block) for block in document.blocks],
        "attachments": [{"url": item.url, "text": item.text} for item in document.attachments],
        "dropped": [{"text": item.text, "path": item.path, "kept": item.kept} for item in document.dropped],
        "body_digest": body_digest(document.blocks),
    }


def report_line(report: Report, document: Line) -> Line:
    """The line of ``reports.jsonl`` for a report, with what it shares with its document's line; all keys always."""
    return {
        **{key: document[key] for key in _SHARED},
        "form_expected": report.form_expected,
        "body_digest": document["body_digest"],
        "sections": [{"number": s.number, "heading": s.heading, "text": s.text} for s in report.sections],
        "cells": [_cell_object(cell) for cell in report.cells],
        "extra_rows": [
            {"table": row.table, "label": row.label, "values": list(row.values), "path": row.path}
            for row in report.extra_rows
        ],
        "unmapped": [{"path": item.path, "tried": item.tried} for item in report.unmapped],
        "stated": [{"id": s.id, "value": s.value, "sentence": s.sentence, "path": s.path} for s in report.stated],
        "identities": [_check_object(check) for check in report.identities],
        "findings": [
            {"id": f.id, "severity": f.severity, "text": f.text, "cells": list(f.cells), "path": f.path}
            for f in report.findings
        ],
    }


def write_line(line: Line) -> str:
    """One line of JSON, the same for the same line wherever and whenever it is written; LF included."""
    try:
        return _ENCODER.encode(line).decode() + "\n"
    except UnicodeEncodeError:  # half a surrogate pair, from a file that holds one
        return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def body_text(blocks: Iterable[Block]) -> str:
    """The body's text: NFC, white space folded, blocks and rows joined by LF, cells by TAB. Images have no text."""
    lines = [cells for block in blocks for cells in _text_lines(block)]
    text = "\n".join(["\t".join(cells) for cells in lines])
    if _is_folded(text, sum(map(len, lines)) - 1):
        return unicodedata.normalize("NFC", text)  # of the whole, for no character joins a border
    return "\n".join(["\t".join(map(_fold, cells)) for cells in lines])


def body_digest(blocks: Iterable[Block]) -> str | None:
    """``sha256:`` of the body's text; ``None`` where there is no body: no two pages are alike for lack of one."""
    blocks = [block for block in blocks if block.grid or block.kind in ("heading", "paragraph")]
    if not blocks:
        return None
    return "sha256:" + hashlib.sha256(body_text(blocks).encode("utf-8", "surrogatepass")).hexdigest()


def _text_lines(block: Block) -> list[list[str]]:
    """The lines of a block, each as its cells."""
    if block.kind == "table":
        return [list(map(_TEXT, row)) for row in block.grid]
    return [] if block.kind == "image" else [[block.text]]


def _is_folded(text: str, borders: int) -> bool:
    """Whether all white space of a text, its borders apart, is single spaces."""
    bare = text.replace("\n", "").replace("\t", "")
    return len(text) - len(bare) == borders and "  " not in text and bare.isprintable()


def _fold(text: str) -> str:
    if not text or (text.isascii() and text.isalnum()):
        return text
    text = unicodedata.normalize("NFC", text)
    if text[0].isspace() or text[-1].isspace():
        return _WHITE_SPACE.sub(" ", text)
    return " ".join(text.split())  # the same, and several times faster


# What a report's line and its document's have in common.
_SHARED = (
    *("url", "captured_at", "record_id", "warc", "offset", "payload_digest"),
    *("run", "portal", "via", "anchor", "parser"),
    *("title", "agency", "level", "region", "year", "form", "published", "source", "index_number", "from"),
)


def _capture_keys(document: Document) -> Line:
    capture = document.capture
    context = capture.context
    return {
        "url": capture.url,
        "captured_at": capture.captured_at,
        "record_id": capture.record_id,
        "warc": capture.warc,
        "offset": capture.offset,
        "payload_digest": capture.payload_digest,
        "run": context.get("run"),
        "portal": context.get("portal"),
        "via": context.get("via"),
        "anchor": context.get("anchor"),
        "parser": "+".join((name_steps(), *document.readers)),
    }


def _identity_keys(document: Document) -> Line:
    identity = document.identity
    return {
        "title": identity.title,
        "agency": identity.agency,
        "level": identity.level,
        "region": identity.region,
        "year": identity.year,
        "form": document.form,
        "published": identity.published,
        "source": identity.source,
        "index_number": identity.index_number,
        "from": dict(sorted(identity.origins.items())),
    }


def _block_object(block: Block) -> Line:
    if block.kind == "table":
        return {"kind": "table", "grid": _text_lines(block), "path": block.path}
    if block.kind == "image":
        return {"kind": "image", "alt": block.text, "src": block.src, "path": block.path}
    return {"kind": block.kind, "text": block.text, "path": block.path}


def _cell_object(cell: Cell) -> Line:
    return {
        "id": cell.id,
        "raw": cell.raw,
        "value": cell.value,
        "state": cell.state,
        "unit": cell.unit,
        "parts": None if cell.parts is None else [[label, number] for label, number in cell.parts],
        "note": cell.note,
        "path": cell.path,
    }


def _check_object(check: Check) -> Line:
    return {
        "id": check.id,
        "standing": check.standing,
        "result": check.result,
        "left": check.left,
        "right": check.right,
        "cells": list(check.cells),
    }
