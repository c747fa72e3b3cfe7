"""What an archived page is dressed with: its pictures and style sheets, by addresses of the archive alone.

An address on the page is made absolute as a browser would and looked up in the archive; what is not there is ``None``,
and is never asked of anyone else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from web.archived.styles import Kind, clean_declarations, clean_sheet

MOST_LOOKED_UP = 400  # addresses of one page
MOST_DATA = 2 * 2**20  # characters of a picture that stands in the page itself
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_INLINE = re.compile(r"^[\x00-\x20]*data:", re.IGNORECASE)
LookUp = Callable[[str, Kind], str | None]  # an absolute address → one of ours


def _read_nothing(_address: str) -> str:
    return ""


@dataclass(slots=True)
class Dress:
    """The address that a page's own are relative to, and where what they name lies in the archive."""

    base: str
    look_up: LookUp
    read: Callable[[str], str] = _read_nothing  # one of our addresses → the text of the sheet there
    _found: dict[tuple[str, Kind], str | None] = field(default_factory=dict)
    _declared: dict[str, str] = field(default_factory=dict)

    def find(self, address: str, kind: Kind) -> str | None:
        """Our address for one on the page; ``None`` for what is not archived or is no address of the web."""
        if kind == "picture" and _INLINE.match(address):
            return _keep_data(address)
        absolute = _make_absolute(self.base, address)
        if absolute is None:
            return None
        key = (absolute, kind)
        if key not in self._found:
            self._found[key] = self.look_up(absolute, kind) if len(self._found) < MOST_LOOKED_UP else None
        return self._found[key]

    def rebase(self, address: str) -> None:
        """Take the address that the page itself names for the one that its others are relative to."""
        self.base = _make_absolute(self.base, address) or self.base

    def clean_style(self, text: str) -> str:
        """An element's own style; word processors write few of them, thousands of times."""
        if text not in self._declared:
            self._declared[text] = clean_declarations(text, self.find)
        return self._declared[text]

    def clean_sheet(self, text: str) -> str:
        """A style sheet of the page, or one that is shown beside it."""
        return clean_sheet(text, self.find)


def undressed(base: str = "") -> Dress:
    """Of a page without an archive around it."""
    return Dress(base, lambda _address, _kind: None)


def _keep_data(address: str) -> str | None:
    address = address.strip()
    return "".join(address.split()) if len(address) <= MOST_DATA and _DATA.fullmatch(address) else None


def _make_absolute(base: str, address: str) -> str | None:
    """An address of the web without its fragment; ``None`` for any other."""
    try:
        absolute = urljoin(base, re.sub(r"[\t\r\n]", "", address.strip())).partition("#")[0]
        parts = urlsplit(absolute)
    except ValueError:  # brackets that hold no address
        return None
    return absolute if parts.scheme in ("http", "https") and parts.netloc else None
