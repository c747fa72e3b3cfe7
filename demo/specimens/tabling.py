"""Tables as editors, Word and spreadsheets leave them in pages: the same grid under many markups.

Each habit keeps every slot certain: a browser would lay out the same table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random

from demo.rendering.layout import Box, Table
from demo.specimens.altering import PICTURE

HABITS = (
    "plain",
    "word",  # widths, paragraphs and spans in each cell, <o:p>&nbsp;</o:p> in empty ones
    "header_cells",  # <th> for labels
    "spacer_rows",  # a hidden row that only sets widths, blank rows between
    "unclosed",  # no </td>, no </tr>
    "overshooting",  # spans that end outside the table
    "odd_spans",  # rowspan='2 ', colspan=3px, ROWSPAN=1
    "in_layout",  # inside tables that only lay out
    "value_tables",  # each value is a table of one cell
    "broken_labels",  # labels cut by <br> and <p>
    "split_digits",  # a span for each character
    "hidden_cells",  # cells that are not displayed stand between
    "parts",  # <caption>, <colgroup>, <thead>, several <tbody>
    "scrolled",  # in wrappers that scroll
    "cut",  # the table goes on in a second one
    "pasted",  # as a spreadsheet pastes it: x:num, classes, widths of columns
)
_EMPTY = ("&nbsp;", "", "<br>", "<p></p>", "<p>&nbsp;</p>", "　", "<span>&nbsp;</span>", "\n")


@dataclass(frozen=True, slots=True)
class Habit:
    """How the tables of one body are written; ``name`` is one of ``HABITS``."""

    name: str = "plain"

    def has(self, name: str) -> bool:
        """Whether this is the habit of that name."""
        return self.name == name


def write_table(table: Table, habit: Habit, draw: Random) -> str:
    """One table."""
    if habit.has("cut") and table.columns == 4:
        at = next(at for at, row in enumerate(table.rows) if at > 2 and row[0].columns == 4)
        upper, lower = Table(table.rows[:at], 4), Table(table.rows[at:], 4)
        between = draw.choice(("", "<p>&nbsp;</p>", "<p></p>\n"))
        return between.join(_table(part, Habit(), draw) for part in (upper, lower))
    if habit.has("in_layout"):
        inner = f'<tr><td valign="top">{_table(table, Habit(), draw)}</td></tr>'
        return f'<table width="100%"><tr><td><table border=0><tbody>{inner}</tbody></table></td></tr></table>'
    if habit.has("scrolled"):
        return f'<div style="overflow-x:auto"><div class="table-wrap">{_table(table, habit, draw)}</div></div>'
    return _table(table, habit, draw)


def _table(table: Table, habit: Habit, draw: Random) -> str:
    writer = _Writer(habit, draw, table.columns, len(table.rows))
    rows = [writer.row(at, row) for at, row in enumerate(table.rows)]
    if habit.has("spacer_rows"):
        spacer = "".join(f'<td width="{draw.randint(20, 90)}"></td>' for _ in range(table.columns))
        hidden = draw.choice(('style="display:none"', 'height="0"', 'style="height:0;visibility:collapse"'))
        rows.insert(draw.choice((0, 0, len(rows))), f"<tr {hidden}>{spacer}</tr>")
    if habit.has("parts"):
        return _with_parts(rows, table.columns)
    opening = draw.choice(('<table border="1" cellspacing="0">', "<TABLE borderColor=#000000 border=1>", "<table>"))
    if habit.has("pasted"):
        opening = '<table x:str border=0 cellpadding=0 cellspacing=0 width=916 style="table-layout:fixed">'
        opening += f'<col width=72 span={table.columns} style="mso-width-source:userset">'
    middle = "\n".join(rows)
    return f"{opening}\n<tbody>{middle}</tbody></table>" if draw.random() < 0.6 else f"{opening}{middle}</table>"


def _with_parts(rows: list[str], columns: int) -> str:
    """Groups of rows as tables of books have them; no span crosses from the head, which is the first row alone."""
    groups = f'<colgroup><col width="80"><col span="{columns - 1}"></colgroup>'
    return f'<table class="et2">{groups}<tbody>{"".join(rows)}</tbody><tbody></tbody><tfoot></tfoot></table>'


@dataclass(frozen=True, slots=True)
class _Writer:
    """One table under way."""

    habit: Habit
    draw: Random
    columns: int
    rows: int

    def row(self, at: int, boxes: tuple[Box, ...]) -> str:
        cells = [self.cell(at, box) for box in boxes]
        if self.habit.has("hidden_cells") and self.draw.random() < 0.5:
            cells.insert(self.draw.randrange(len(cells) + 1), '<td style="display:none">0</td>')
        if self.habit.has("unclosed"):
            return f"<tr>{''.join(cells)}\n"
        height = self.draw.choice(("", " height=24", ' style="height:20pt"'))
        return f"<tr{height}>{''.join(cells)}</tr>"

    def cell(self, at: int, box: Box) -> str:
        rows, columns = box.rows, box.columns
        if self.habit.has("overshooting"):
            if at + rows == self.rows:
                rows += self.draw.randint(0, 9)
            if columns == self.columns:
                columns += self.draw.randint(0, 3)
        spans = self.span("rowspan", rows) + self.span("colspan", columns)
        tag = "th" if self.habit.has("header_cells") and box.label else "td"
        width = f' width="{62 * columns}"' if self.habit.name in ("word", "pasted") else ""
        close = "" if self.habit.has("unclosed") else f"</{tag}>"
        return f"<{tag}{spans}{width}>{self.inside(box)}{close}"

    def span(self, name: str, count: int) -> str:
        if self.habit.has("odd_spans"):
            forms: tuple[str, ...] = (f" {name}='{count} '", f" {name}={count}px", f' {name.upper()}="{count}"')
            return self.draw.choice(forms)
        return f' {name}="{count}"' if count > 1 else ""

    def inside(self, box: Box) -> str:
        if box.text == PICTURE:
            return '<img src="./W0202.gif" width="20">'
        if not box.text:
            word = '<p class="MsoNormal"><span lang="EN-US"><o:p>&nbsp;</o:p></span></p>'
            return word if self.habit.has("word") else self.draw.choice(_EMPTY)
        return _INSIDES.get(self.habit.name, _text)(box, self.draw)


def _text(box: Box, draw: Random) -> str:
    return escape(box.text, quote=False)


def _in_word(box: Box, draw: Random) -> str:
    at = draw.randint(0, len(box.text))
    pieces = "".join(
        f"<span lang=EN-US>{escape(piece, quote=False)}</span>" for piece in (box.text[:at], box.text[at:])
    )
    return f'<p class="MsoNormal" align="center"><span style="font-size:9.0pt">{pieces}</span></p>'


def _in_table(box: Box, draw: Random) -> str:
    if box.label:
        return _text(box, draw)
    return f'<table border="0" cellpadding="0"><tr><td>{_text(box, draw)}</td></tr></table>'


def _broken(box: Box, draw: Random) -> str:
    """A label over several lines."""
    if not box.label or len(box.text) < 3:
        return f"<p>{_text(box, draw)}</p>"
    at = draw.randint(1, len(box.text) - 1)
    upper, lower = (escape(piece, quote=False) for piece in (box.text[:at], box.text[at:]))
    form = draw.choice(("{0}<br>{1}", "<p>{0}</p><p>{1}</p>", "{0}<br/>\n{1}", "<div>{0}</div><div>{1}</div>"))
    return form.format(upper, lower)


def _split(box: Box, draw: Random) -> str:
    return "".join(f"<span>{escape(character, quote=False)}</span>" for character in box.text)


def _pasted(box: Box, draw: Random) -> str:
    return f'<font class="font{draw.randint(5, 9)}">{_text(box, draw)}</font>'


_INSIDES: dict[str, Callable[[Box, Random], str]] = {
    "word": _in_word,
    "value_tables": _in_table,
    "broken_labels": _broken,
    "split_digits": _split,
    "pasted": _pasted,
}
