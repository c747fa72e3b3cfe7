"""A report given as text, set as an HTML page: paragraphs, and tables where the text has bars or tabs."""

import re
from html import escape
from itertools import groupby

_CELLS = re.compile(r"\s*\|\s*|\t")


def wrap_text(text: str, before: str = "", after: str = "") -> str:
    """An HTML page that says what the text says; ``before`` and ``after`` stand around the body as chrome."""
    lines = [line.rstrip("\r\n") for line in text.split("\n")]
    parts = []
    for is_table, run in groupby((line for line in lines if line.strip()), key=lambda line: bool(_CELLS.search(line))):
        parts.append((_table if is_table else _paragraphs)(list(run)))
    body = "\n".join(parts)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{before}<div>{body}</div>{after}</body></html>"
    )


def _table(lines: list[str]) -> str:
    rows = ["".join(f"<td>{escape(cell)}</td>" for cell in _CELLS.split(line.strip(" "))) for line in lines]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _paragraphs(lines: list[str]) -> str:
    return "\n".join(f"<p>{escape(line.strip())}</p>" for line in lines)
