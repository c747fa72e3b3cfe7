"""Pages that print their body more than once: for print, for phones, by a slip of the template.

Each way says which lines a faithful reader keeps: those of the richer copy, and what stands in the poorer one alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from random import Random

from demo.rendering.layout import Item, Line, Table, flatten_lines
from demo.specimens import naming
from demo.specimens.altering import PICTURE
from demo.specimens.around import NOTHING, Piece, Site, editor, share
from demo.specimens.content import facts_of
from demo.specimens.dressing import STYLES, Dress, dress
from demo.specimens.tabling import Habit
from demo.specimens.wording import phrase, write
from demo.truth import Report

WAYS = (
    "twice",  # the same markup again, directly behind
    "thrice",
    "other_lines",  # again with other title, date and source lines
    "bare",  # the copy has no tables
    "bare_first",  # … and stands first
    "cut_short",  # the copy stops in the middle
    "restyled",  # the copy is cut into blocks in another way
    "hidden",  # the copy is hidden
    "richer_hidden",  # the visible one has no tables
    "interleaved",  # paragraph by paragraph
    "flattened",  # the copy's tables are lines of text
    "unique",  # the poorer copy has a paragraph of its own
    "punctuation",  # the copy has half-width punctuation
    "run_together",  # the copy is one string without a break, hidden
    "same_element",  # both in the body's own element
    "excerpt",  # the first lines again as a summary, broken off
    "apart",  # far from each other: the copy behind the footer
    "inert",  # the copy is the value of a control, a script's data or a comment
)
_HIDING = ('style="display:none"', "hidden", 'style="DISPLAY: none;"', 'style="visibility:hidden;display:none"')
_HALF = str.maketrans("，；：（）", ",;:()")


@dataclass(frozen=True, slots=True)
class Printing:
    """The body's element as it stands in the page, what stands behind it, and the lines that the copies add."""

    body: str
    behind: Piece = NOTHING
    far: bool = False  # ``behind`` stands at the page's end
    first: bool = False  # … or before the body
    lines: tuple[str, ...] = ()


def print_again(way: str, items: Sequence[Item], how: Dress, report: Report, site: Site) -> Printing:
    """The body and its copies in one of ``WAYS``."""
    body, draw = dress(items, how), site.draw
    if way == "interleaved":
        return Printing(_interleave(items, how))
    if way == "same_element":
        return Printing(f"<div>{body}</div><hr><div>{dress(items, how)}</div>")
    if way == "excerpt":
        return Printing(body, _wrap(escape(_excerpt(items)), site), first=True)
    if way == "richer_hidden":
        copy = f"<div {draw.choice(_HIDING)} class='{naming.name(draw)}'>{body}</div>"
        return Printing(dress(_bare(items), how), Piece(copy, ()))
    added = write(draw, "extras", facts_of(report)) if way == "unique" else ()
    copy = _copy(way, items, how, added, draw)
    pieces = [_surround(copy, way, report, site)]
    if way == "thrice":
        pieces.append(_surround(dress(items, how), "other_lines", report, site))
    behind = Piece("\n".join(piece.html for piece in pieces), tuple(text for piece in pieces for text in piece.strings))
    return Printing(body, behind, far=way == "apart", first=way == "bare_first", lines=added)


def _copy(way: str, items: Sequence[Item], how: Dress, added: Sequence[str], draw: Random) -> str:
    """The second body's inside."""
    if way in ("bare", "bare_first"):
        return dress(_bare(items), how)
    if way == "unique":
        bare = _bare(items)
        at = draw.randint(len(bare) // 2, len(bare))
        return dress([*bare[:at], *map(Line, added), *bare[at:]], how)
    if way == "cut_short":
        return dress(items[: draw.randint(len(items) // 3 + 1, len(items) - 1)], how) + "<a href='#'>点击查看全文</a>"
    if way == "restyled":
        other = draw.choice([style for style in STYLES if style not in (how.style, "listed")])
        return dress(items, replace(how, style=other, inline=draw.choice(("plain", "spans")), tables=Habit("word")))
    if way == "flattened":
        return dress([line for item in items for line in _flat(item)], replace(how, style="paragraphs"))
    if way == "punctuation":
        return dress([_halved(item) for item in items], how)
    if way == "inert":
        form = draw.choice(("<textarea hidden>{}</textarea>", "<script>var body = {};</script>", "<!-- {} -->"))
        text = "".join(_words(item) for item in items).replace("-->", "")
        return form.format(json.dumps(text, ensure_ascii=False) if "script" in form else escape(text))
    if way == "run_together":
        return escape("".join(_words(item) for item in items))
    return dress(items, how)


def _surround(copy: str, way: str, report: Report, site: Site) -> Piece:
    """The copy in an element of its own; with other head lines, or hidden."""
    draw, strings, head = site.draw, [], ""
    if way == "other_lines":
        line = phrase(draw, "sources") + f"{report.agency.short}办公室"
        counter = phrase(draw, "counters", value=str(draw.randint(1, 999)))
        tail = draw.choice((editor, share))(site)
        head = f"<h3>{escape(report.title)}</h3><div>{escape(line)} {escape(counter)}</div>"
        strings, copy = [line.strip(), counter, *tail.strings], copy + tail.html
    hidden = f" {draw.choice(_HIDING)}" if way in ("hidden", "run_together") else ""
    if way == "cut_short":
        strings.append("点击查看全文")
    return Piece(f'{head}<div class="{naming.name(draw)}"{hidden}>{copy}</div>', tuple(strings))


def _wrap(text: str, site: Site) -> Piece:
    label = site.draw.choice(("内容概述：", "摘要：", "【内容摘要】", "导读："))
    return Piece(f"<div{naming.attribute(site.draw)}><b>{label}</b>{text}</div>", (label,))


def _excerpt(items: Sequence[Item]) -> str:
    """The first 120 characters and three dots."""
    return "".join(item.text for item in items if isinstance(item, Line))[:120] + "..."


def _bare(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if isinstance(item, Line)]


def _flat(item: Item) -> Sequence[Item]:
    return (
        [line for line in flatten_lines(item, bars=False) if line.text.strip(PICTURE)]
        if isinstance(item, Table)
        else [item]
    )


def _halved(item: Item) -> Item:
    return replace(item, text=item.text.translate(_HALF)) if isinstance(item, Line) else item


def _words(item: Item) -> str:
    if isinstance(item, Line):
        return item.text
    return "".join(box.text for row in item.rows for box in row).replace(PICTURE, "")


def _interleave(items: Sequence[Item], how: Dress) -> str:
    """Each paragraph for large screens and again for small ones; tables once."""
    pieces = []
    for item in items:
        one = dress([item], replace(how, style="paragraphs"))
        if isinstance(item, Line):
            pieces.append(f'<div class="pc-only">{one}</div><div class="m-only">{one}</div>')
        else:
            pieces.append(one)
    return "\n".join(pieces)
