"""How the parts of a page are put together: divisions, tables, the elements of HTML5, one form around everything."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from demo.specimens.naming import attribute

_OPENED = re.compile(r"<([A-Za-z][\w-]*)")


@dataclass(frozen=True, slots=True)
class Parts:
    """Markup of a page's parts from top to bottom; ``side`` is the column's menu."""

    top: Sequence[str]
    side: str
    main: Sequence[str]
    end: Sequence[str]


def enclose(container: str, inside: str) -> str:
    """``inside`` in the elements that ``container`` opens; a cell gets its table."""
    names = _OPENED.findall(container)
    closed = container + inside + "".join(f"</{name}>" for name in reversed(names))
    return f"<table width='100%'><tr>{closed}</tr></table>" if names[0] == "td" else closed


def assemble(kind: str, parts: Parts, draw: Random) -> str:
    """The inside of ``<body>``."""
    return _KINDS[kind](parts, draw)


def _wrap(pieces: Sequence[str], draw: Random) -> str:
    """Each part bare or in a wrapper or two."""
    written = []
    for piece in filter(None, pieces):
        depth = draw.choice((0, 0, 1, 1, 2))
        written.append("".join(f"<div{attribute(draw)}>" for _ in range(depth)) + piece + "</div>" * depth)
    return "\n".join(written)


def _divisions(parts: Parts, draw: Random) -> str:
    top, main, end = (_wrap(group, draw) for group in (parts.top, parts.main, parts.end))
    side = f"<div{attribute(draw)}>{parts.side}</div>"
    middle = draw.choice((side + f"<div{attribute(draw)}>{main}</div>", f"<div{attribute(draw)}>{main}</div>" + side))
    return f"<div{attribute(draw)}>{top}<div{attribute(draw)}>{middle}</div></div>{end}"


def _flat(parts: Parts, draw: Random) -> str:
    """Everything stands in the body itself."""
    return "\n".join([*parts.top, parts.side, *parts.main, *parts.end])


def _tables(parts: Parts, draw: Random) -> str:
    """A table for each part, as pages of 2005 were made."""
    rows = "".join(f"<tr><td{attribute(draw)}>{piece}</td></tr>" for piece in parts.main if piece)
    side = f'<td width="200" valign="top">{parts.side}</td>'
    middle = f'<table width="1000" align="center"><tr>{side}<td valign=top><table>{rows}</table></td></tr></table>'
    around = [f"<table><tr><td>{piece}</td></tr></table>" for piece in (*parts.top, *parts.end) if piece]
    at = sum(map(bool, parts.top))
    return "\n".join([*around[:at], middle, *around[at:]])


def _modern(parts: Parts, draw: Random) -> str:
    top, main, end = (_wrap(group, draw) for group in (parts.top, parts.main, parts.end))
    return f"<header>{top}</header><main><aside>{parts.side}</aside>{main}</main><footer>{end}</footer>"


def _form(parts: Parts, draw: Random) -> str:
    """ASP.NET: the whole page is one form."""
    state = f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUK{draw.getrandbits(400):x}" />'
    inside = _divisions(parts, draw)
    return f'<form method="post" action="View.aspx?id=1" id="aspnetForm"><div>{state}</div>{inside}</form>'


_KINDS: dict[str, Callable[[Parts, Random], str]] = {
    "divisions": _divisions,
    "flat": _flat,
    "tables": _tables,
    "modern": _modern,
    "form": _form,
}
KINDS = tuple(_KINDS)
