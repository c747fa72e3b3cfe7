"""What a page's silent elements give away: meta tags, title, base address, scripts that lead elsewhere, viewers."""

import re

from pipelines.clean.attachments import find_viewed_file
from pipelines.clean.elements import Element, fold

_LOCATION = re.compile(r"location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(")
_LONGEST_TITLE = 1000  # characters; a title that was never closed is the rest of the page
_FRAMES = frozenset(("iframe", "embed", "object"))


class Signs:
    """Collects them in the order of the page: the first meta tag of a name, the first title and base count.

    ``names``: ``script``, ``password``, ``refresh``, ``location``, ``frame``.
    """

    def __init__(self) -> None:
        self.meta: dict[str, str] = {}
        self.names: set[str] = set()
        self.title = self.base = ""

    def read(self, element: Element, tag: str) -> tuple[str, str] | None:
        """Note what an element gives away; address and title of the file that a viewer shows, where it is one."""
        if tag == "script":
            self._read_script(element)
        elif tag == "meta":
            self._read_meta(element)
        elif tag == "title" and not self.title:
            self.title = fold("".join(element.itertext())[:_LONGEST_TITLE])
        elif tag == "base" and not self.base:
            self.base = (element.get("href") or "").strip()
        elif tag == "input" and (element.get("type") or "").lower() == "password":
            self.names.add("password")
        elif tag in _FRAMES:
            self.names.add("frame")
            file = find_viewed_file(element)
            return (file, fold(element.get("title") or "")) if file else None
        return None

    def _read_script(self, element: Element) -> None:
        self.names.add("script")
        if "location" not in self.names:
            code = element.text
            if code and "location" in code and _LOCATION.search(code):
                self.names.add("location")

    def _read_meta(self, element: Element) -> None:
        name = (element.get("name") or element.get("property") or "").strip().lower()
        content = fold(element.get("content") or "")
        if name and content:
            self.meta.setdefault(name, content)
        if (element.get("http-equiv") or "").strip().lower() == "refresh" and "url" in content.lower():
            self.names.add("refresh")
