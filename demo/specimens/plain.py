"""Reports as plain text and Markdown, as exports and converters leave them: no chrome, tables as rows of bars or tabs.

What spans cover is lost in a row of text and piles up at its end, so that the cells of the report are certain and the
slots of a grid are not.
"""

from collections.abc import Callable, Sequence
from random import Random

from demo.rendering.layout import Box, Item, Line, Table
from demo.specimens.content import Content
from demo.specimens.specimen import Fact, Truth

Writer = Callable[[Table], Sequence[str]]


def _cells(row: Sequence[Box], columns: int) -> list[str]:
    return [*(box.text for box in row), *[""] * (columns - len(row))]


def _with_tabs(table: Table) -> Sequence[str]:
    return ["\t".join(_cells(row, table.columns)) for row in table.rows]


def _with_bars(table: Table) -> Sequence[str]:
    return [" | ".join(_cells(row, table.columns)) for row in table.rows]


def _in_markdown(table: Table) -> Sequence[str]:
    """Bars at both ends and a rule under the first row."""
    rows = [f"| {' | '.join(_cells(row, table.columns))} |" for row in table.rows]
    return [rows[0], f"|{'---|' * table.columns}", *rows[1:]]


_KINDS: dict[str, tuple[Writer, str, str]] = {
    "tabs": (_with_tabs, "text/plain", ""),
    "bars": (_with_bars, "text/plain", ""),
    "markdown": (_in_markdown, "text/markdown", "## "),
}
TEXTS = tuple(_KINDS)


def write_text(kind: str, content: Content, draw: Random) -> tuple[str, str, Truth]:
    """Media type, text and truth."""
    write, media, mark = _KINDS[kind]
    report = content.report
    gap = "\n\n" if mark else draw.choice(("\n", "\n\n"))
    blocks = [f"# {report.title}" if mark else report.title]
    blocks += [_block(item, write, mark) for item in content.items]
    lines = tuple(item.text for item in content.items if isinstance(item, Line))
    facts = {"title": Fact(report.title, ()), "year": Fact(report.year, ())}
    if report.agency.name in lines or report.agency.name in report.title:
        facts["agency"] = Fact(report.agency.name, ())
    truth = Truth(
        kind="report",
        lines=lines,
        loose=sum(isinstance(item, Table) for item in content.items),
        facts=facts,
        form=report.form,
        cells=report.cells,
        sums=report.sums,
        neutral=(report.title,),
    )
    return media, gap.join(blocks) + "\n", truth


def _block(item: Item, write: Writer, mark: str) -> str:
    if isinstance(item, Line):
        return (mark if item.heading else "") + item.text
    return "\n".join(write(item))
