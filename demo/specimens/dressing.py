"""Lines become markup in the habits of many editors: paragraphs, line breaks, Word's spans, lists, nested sections.

Characters are neither lost nor gained: only white space and marks without width come in, as they do in real pages.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from random import Random

from demo.rendering.layout import Item, Line, Table
from demo.specimens import naming, tabling

_LAW = re.compile(r"(《[^》]{4,40}》)")
_HEADINGS = (
    "<p{a}><strong>{t}</strong></p>",
    '<p{a} style="text-align:left"><b>{t}</b></p>',
    "<h2{a}>{t}</h2>",
    "<h3>{t}</h3>",
    '<p{a}><span style="font-family:黑体;font-weight:bold">{t}</span></p>',
    "<p{a}>{t}</p>",
    "<div{a}><b>{t}</b></div>",
)
_WORD_HEAD = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml>"
    "<![endif]--><style><!-- @font-face{font-family:仿宋_GB2312;} p.MsoNormal{margin:0cm;font-size:10.5pt;} --></style>"
    '<?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" />'
)


@dataclass(frozen=True, slots=True)
class Dress:
    """How one body is written. ``style`` cuts it into blocks, ``inline`` is what happens inside a line."""

    style: str
    inline: str
    tables: tabling.Habit
    draw: Random

    def line(self, line: Line) -> str:
        """The inside of a block."""
        return _INLINE[self.inline](line.text, self.draw)

    def table(self, item: Table) -> str:
        """A table, in this body's habit."""
        return tabling.write_table(item, self.tables, self.draw)


def _plain(text: str, draw: Random) -> str:
    return escape(text, quote=False)


def _indented(text: str, draw: Random) -> str:
    blank = draw.choice(("　　", "&nbsp;&nbsp;&nbsp; ", "&emsp;&emsp;", "&#12288;&#12288;", "\u2003\u2003"))
    return blank + escape(text, quote=False)


def _spans(text: str, draw: Random) -> str:
    """Spans, fonts and bold over runs of any length, nested now and then."""
    pieces = []
    while text:
        size = draw.choice((1, 1, 2, 3, 5, 12, 40))
        piece, text = escape(text[:size], quote=False), text[size:]
        kind = draw.randrange(6)
        if kind == 0:
            piece = f"<b>{piece}</b>"
        elif kind == 1:
            piece = f'<font face="仿宋"><span>{piece}</span></font>'
        elif kind < 5:
            piece = f'<span style="font-size:{draw.randint(12, 22)}px">{piece}</span>'
        pieces.append(piece)
    return "".join(pieces)


def _linked(text: str, draw: Random) -> str:
    """Names of laws are links, the first words are bold."""
    at = min(text.find("。") + 1 or 6, 14)
    pieces = [_LAW.split(part) for part in (text[:at], text[at:])]
    bold, rest = ("".join(_link(piece, draw) for piece in group) for group in pieces)
    return f"<strong>{bold}</strong>{rest}"


def _link(piece: str, draw: Random) -> str:
    text = escape(piece, quote=False)
    return f'<a href="/law/{draw.randint(1, 999)}.html" target="_blank">{text}</a>' if _LAW.fullmatch(piece) else text


def _wrapped(text: str, draw: Random) -> str:
    """The source wraps its lines wherever its editor did; between wide characters that is nothing."""
    width = draw.randint(20, 50)
    lines = [escape(text[at : at + width], quote=False) for at in range(0, len(text), width)]
    return draw.choice(("\n", "\r\n", "\n        ")).join(lines)


def _invisible(text: str, draw: Random) -> str:
    """Marks without width, as copying from other programs leaves them."""
    at = draw.randint(1, len(text))
    mark = draw.choice(("&#8203;", "\u200b", "\ufeff", "&zwnj;", "<wbr>", "<span></span>", "<a name='_GoBack'></a>"))
    return escape(text[:at], quote=False) + mark + escape(text[at:], quote=False)


def _entities(text: str, draw: Random) -> str:
    named = {"“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;", "·": "&middot;", "《": "&laquo;"}
    named.pop("《")  # « is another character
    return "".join(named.get(c) or (f"&#{ord(c)};" if draw.random() < 0.2 else escape(c)) for c in text)


def _hard_breaks(text: str, draw: Random) -> str:
    """Lines broken where a PDF's page broke them."""
    width = draw.randint(28, 44)
    lines = [escape(text[at : at + width], quote=False) for at in range(0, len(text), width)]
    return "<br>".join(lines)


_INLINE: dict[str, Callable[[str, Random], str]] = {
    "plain": _plain,
    "indented": _indented,
    "spans": _spans,
    "linked": _linked,
    "wrapped": _wrapped,
    "invisible": _invisible,
    "entities": _entities,
    "hard_breaks": _hard_breaks,
}
INLINES = tuple(_INLINE)


def dress(items: Sequence[Item], how: Dress) -> str:
    """A whole body."""
    return _STYLES[how.style](items, how)


def _blocks(items: Sequence[Item], how: Dress, opening: str, closing: str) -> str:
    """Each line in an element of its own; headings in one way throughout."""
    head = how.draw.choice(_HEADINGS)
    written = []
    for item in items:
        if not isinstance(item, Line):
            written.append(how.table(item))
        elif item.heading:
            written.append(head.format(a=naming.attribute(how.draw), t=how.line(item)))
        else:
            written.append(opening + how.line(item) + closing)
    return "\n".join(written)


def _paragraphs(items: Sequence[Item], how: Dress) -> str:
    return _blocks(items, how, "<p>", "</p>")


def _aligned(items: Sequence[Item], how: Dress) -> str:
    opening = f'<p align="justify" class="{naming.name(how.draw)}" style="text-indent:2em;line-height:2">'
    return _blocks(items, how, opening, "</p>")


def _word(items: Sequence[Item], how: Dress) -> str:
    opening = '<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0"><span style="font-size:16pt">'
    return _WORD_HEAD + _blocks(items, how, opening, "<o:p></o:p></span></p>\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>")


def _divs(items: Sequence[Item], how: Dress) -> str:
    return _blocks(items, how, "<div>", "</div>\n<div><br></div>")


def _sections(items: Sequence[Item], how: Dress) -> str:
    return (
        "<section><section>"
        + _blocks(items, how, "<section><p><span>", "</span></p></section>")
        + "</section></section>"
    )


def _unclosed(items: Sequence[Item], how: Dress) -> str:
    return _blocks(items, how, "<p>", "")


def _shouting(items: Sequence[Item], how: Dress) -> str:
    return _blocks(items, how, "<P><FONT size=3 face=宋体>", "</FONT></P>")


def _shown_spans(items: Sequence[Item], how: Dress) -> str:
    return _blocks(items, how, '<span style="display:block;text-indent:2em">', "</span>")


def _rows(items: Sequence[Item], how: Dress) -> str:
    """An old layout: each paragraph is a row of a table without borders."""
    rows = (f"<tr><td>{_blocks([item], how, '<p>', '</p>')}</td></tr>" for item in items)
    return f'<table width="96%" border="0" align="center">{"".join(rows)}</table>'


def _breaks(items: Sequence[Item], how: Dress) -> str:
    return "".join(_broken(items, how, how.draw.choice(("<br>", "<br/>", "<BR />\n", "<br>\n　　"))))


def _double_breaks(items: Sequence[Item], how: Dress) -> str:
    return f"<div>{''.join(_broken(items, how, '<br><br>'))}</div>"


def _broken(items: Sequence[Item], how: Dress, cut: str) -> Iterator[str]:
    """Lines cut by line breaks, in one element."""
    for item in items:
        if isinstance(item, Line):
            text = how.line(item)
            yield (f"<b>{text}</b>" if item.heading else text) + cut
        else:
            yield how.table(item)


def _listed(items: Sequence[Item], how: Dress) -> str:
    """Runs of paragraphs are lists."""
    written, open_list = [], False
    for item in items:
        plain = isinstance(item, Line) and not item.heading
        if plain != open_list:
            written.append("<ul>" if plain else "</ul>")
            open_list = plain
        written.append(f"<li>{how.line(item)}</li>" if isinstance(item, Line) and plain else _paragraphs([item], how))
    return "\n".join([*written, "</ul>"] if open_list else written)


def _mixed(items: Sequence[Item], how: Dress) -> str:
    """Some text stands bare between paragraphs."""
    written = []
    for item in items:
        bare = isinstance(item, Line) and not item.heading and how.draw.random() < 0.3
        written.append(f"{how.line(item)}\n<br>" if bare and isinstance(item, Line) else _paragraphs([item], how))
    return "\n".join(written)


_STYLES: dict[str, Callable[[Sequence[Item], Dress], str]] = {
    "paragraphs": _paragraphs,
    "aligned": _aligned,
    "word": _word,
    "divs": _divs,
    "sections": _sections,
    "unclosed": _unclosed,
    "shouting": _shouting,
    "shown_spans": _shown_spans,
    "rows": _rows,
    "breaks": _breaks,
    "double_breaks": _double_breaks,
    "listed": _listed,
    "mixed": _mixed,
}
STYLES = tuple(_STYLES)
