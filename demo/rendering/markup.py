"""Lines and tables become HTML: plain, or as Word leaves it when an editor pastes a document into the portal's form.

Word's habits, all seen in published reports: a span for every few characters, digits in spans of their own, ``<o:p>``
with a no-break space for an empty cell, widths on every cell, header labels broken in two.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from random import Random

from demo.rendering.layout import PICTURE, Box, Item, Line, Table, flatten_lines, lay_out
from demo.truth import Report

_FONTS = ("仿宋_GB2312", "方正仿宋_GBK", "宋体", "FangSong")
TABLE_PICTURE = "/images/table.png"
_BREAKABLE = re.compile(r"(结果|其他|尚未|商业|科研)(?=..$)")


@dataclass(frozen=True, slots=True)
class Pen:
    """How one body is written: ``word`` for Word's habits; ``draw`` decides where they strike."""

    word: bool
    draw: Random

    def paragraph(self, line: Line) -> str:
        """A paragraph or a heading; headings are bold paragraphs, as editors make them."""
        if line.text == PICTURE:
            return f'<p align="center"><img src="{TABLE_PICTURE}" alt=""></p>'
        text = self.run(line.text)
        if line.heading:
            text = f"<strong>{text}</strong>"
        if self.word:
            return (
                f'<p class="MsoNormal" style="text-indent:32.0pt;line-height:28.0pt">{text}<span><o:p></o:p></span></p>'
            )
        return f'<p style="text-indent: 2em;">{text}</p>'

    def run(self, text: str) -> str:
        """Text inside a block: as it is, or over many spans; the characters stay."""
        if not self.word:
            return escape(text, quote=False)
        font = self.draw.choice(_FONTS)
        return "".join(self._span(piece, font) for piece in self._pieces(text))

    def _pieces(self, text: str) -> Iterable[str]:
        """Digits apart from the rest, then cut into runs of one to a few characters."""
        for _, group in groupby(text, key=lambda character: character.isascii() and character.isdigit()):
            piece = "".join(group)
            while piece:
                size = self.draw.choice((1, 1, 2, 3, 8, 24))
                yield piece[:size]
                piece = piece[size:]

    def _span(self, piece: str, font: str) -> str:
        language = ' lang="EN-US"' if piece.isascii() else ""
        return f'<span{language} style="font-size:16.0pt;font-family:{font}">{escape(piece, quote=False)}</span>'

    def table(self, table: Table) -> str:
        """The official layout with its spans."""
        rows = "\n".join(self._row(row, table.columns) for row in table.rows)
        kind = (
            ' class="MsoNormalTable" style="width:468.0pt;border-collapse:collapse"' if self.word else ' width="100%"'
        )
        return f'<table{kind} border="1" cellspacing="0" cellpadding="0">\n<tbody>\n{rows}\n</tbody>\n</table>'

    def _row(self, row: tuple[Box, ...], columns: int) -> str:
        opening = '<tr style="height:17.0pt">' if self.word else "<tr>"
        return opening + "".join(self._cell(box, columns) for box in row) + "</tr>"

    def _cell(self, box: Box, columns: int) -> str:
        spans = (f' colspan="{box.columns}"' if box.columns > 1 else "") + (
            f' rowspan="{box.rows}"' if box.rows > 1 else ""
        )
        if not self.word:
            return f'<td{spans} align="center">{escape(box.text, quote=False) or "&nbsp;"}</td>'
        width = 624 * box.columns // columns
        inside = self._broken(box) if box.text else '<span lang="EN-US"><o:p>&nbsp;</o:p></span>'
        return (
            f'<td{spans} width="{width}" style="width:{width * 0.75}pt;padding:0cm 5.4pt 0cm 5.4pt">'
            f'<p class="MsoNormal" align="center" style="text-align:center">{inside}</p></td>'
        )

    def _broken(self, box: Box) -> str:
        """Narrow header labels break in two; nothing is lost or gained by it."""
        found = _BREAKABLE.match(box.text)
        if not box.label or found is None or self.draw.random() < 0.4:
            return self.run(box.text)
        return f"{self.run(box.text[: found.end()])}<br>{self.run(box.text[found.end() :])}"


def write_body(report: Report, copy: bool = False) -> str:
    """The body of a report as HTML, title apart. ``copy`` writes the second one of a page that prints it twice."""
    draw = Random(f"markup/{report.agency.id}/{report.year}/{copy}")
    pen = Pen(word=report.has("word_noise"), draw=draw)
    items: Iterable[Item] = lay_out(report)
    if copy and report.has("bare_copy"):
        items = [item for item in items if isinstance(item, Line)]
    return "\n".join(_write(pen, item, report) for item in items)


def _write(pen: Pen, item: Item, report: Report) -> str:
    if isinstance(item, Line):
        return pen.paragraph(item)
    for quirk in ("bars", "one_cell_a_line"):
        if report.has(quirk):
            lines = flatten_lines(item, bars=quirk == "bars")
            return "\n".join(f"<p>{pen.run(line.text) or '&nbsp;'}</p>" for line in lines)
    return pen.table(item)
