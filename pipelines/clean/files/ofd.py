"""OFD files (GB/T 33190-2016, the fixed-layout format of Chinese offices): a ZIP of XML pages with placed characters.

Only text objects and paths are read: annotations, seals and watermarks set at an angle are none of the text. Names of
elements are taken without their namespace, which some writers leave out or misspell.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipelines.clean.files.leaves import (
    FEWEST_CHARACTERS,
    MAX_CHARACTERS,
    MAX_PAGES,
    Leaf,
    PageItems,
    read_leaf,
    read_parts,
)
from pipelines.clean.files.ofdpaths import MAX_RULES, PathReader
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.packages import Package
from pipelines.clean.files.transforms import IDENTITY, POINTS_A_MM, Transform, numbers
from pipelines.clean.page import Part

_ASCENT = 0.86  # of a character's size above its base line
_NARROW = 0.5  # width of an ASCII character whose advance is not stated, in sizes
_LOCATION = re.compile(r"^/+")
_DELTA_GROUP = "g"  # "g 5 3.5": five times 3.5 (7.5.4, 11.3)
Character = dict[str, Any]


def read_ofd(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a file in reading order. Raises ``FileError``."""
    return tuple(read_parts(list(_read_pages(_Book(Package(payload))))))


class _Book:
    """The package, its members found whatever the case and slashes of a location."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {name.replace("\\", "/").lower(): name for name in package.names}

    def root(self, folder: str, location: str) -> tuple[Any, str]:
        """The root of a member and its folder; a location is relative unless it begins with a slash (7.4)."""
        location = location.strip().replace("\\", "/")
        path = location if location.startswith("/") else posixpath.join("/", folder, location)
        path = _LOCATION.sub("", posixpath.normpath(path))
        name = self._names.get(path.lower()) or self._names.get(_LOCATION.sub("", location).lower())
        if name is None:
            raise FileError("unreadable")
        return self._package.root(name), posixpath.dirname(path)


def _read_pages(book: _Book) -> Iterator[PageItems]:
    root, _ = book.root("", "/OFD.xml")
    number = characters = images = 0
    for location in [text_of(item) for item in _all(root, "DocRoot")]:
        document, folder = book.root("", location)
        templates = {str(item.get("ID")): str(item.get("BaseLoc")) for item in _all(document, "TemplatePage")}
        area = next((text_of(box) for item in _all(document, "PageArea") for box in _all(item, "PhysicalBox")), "")
        for page in [item for pages in _all(document, "Pages") for item in _all(pages, "Page")]:
            number += 1
            if number > MAX_PAGES:
                raise FileError("too-large")
            content, _ = book.root(folder, str(page.get("BaseLoc", "")))
            layers = [content, *_templates(book, folder, content, templates)]
            reader = _PageReader(next((text_of(box) for box in _all(content, "PhysicalBox")), area))
            for layer in layers:
                reader.read(layer)
            characters += len(reader.characters)
            images += reader.images
            if characters > MAX_CHARACTERS:
                raise FileError("too-large")
            yield read_leaf(Leaf(number, reader.characters, reader.paths.rules))
    if characters < FEWEST_CHARACTERS * max(1, number):
        raise FileError("image-only" if images else "unreadable")


def _templates(book: _Book, folder: str, content: Any, templates: dict[str, str]) -> Iterator[Any]:
    """What lies below or above a page's own content on each page that names it."""
    for item in _all(content, "Template"):
        location = templates.get(str(item.get("TemplateID")))
        if location:
            yield book.root(folder, location)[0]


class _PageReader:
    """The characters and drawn lines of one page, in points from its upper left corner."""

    def __init__(self, area: str) -> None:
        box = numbers(area)
        x, y = box[:2] if len(box) == 4 else (0.0, 0.0)
        self._page = Transform(POINTS_A_MM, 0, 0, POINTS_A_MM, -x * POINTS_A_MM, -y * POINTS_A_MM)
        self.characters: list[Character] = []
        self.paths = PathReader()
        self.images = 0

    def read(self, content: Any) -> None:
        """Take in the objects of a page or template."""
        walker = etree.iterwalk(content, events=("start",))
        for _, item in walker:
            name = _name(item)
            if item.get("Visible") == "false":
                walker.skip_subtree()
            elif name == "TextObject":
                self._read_text(item)
                walker.skip_subtree()
            elif name == "PathObject":
                self.paths.read(item, self._place(item))
                walker.skip_subtree()
                if len(self.paths.rules) > MAX_RULES:
                    raise FileError("too-large")
            elif name == "ImageObject":
                self.images += 1

    def _place(self, item: Any) -> Transform:
        """From an object's own coordinates to the page's: its matrix, then its boundary (8.5)."""
        box, matrix = numbers(item.get("Boundary", "")), numbers(item.get("CTM", ""))
        moved = Transform(1, 0, 0, 1, *(box[:2] if len(box) >= 2 else (0.0, 0.0))).then(self._page)
        return (Transform(*matrix) if len(matrix) == 6 else IDENTITY).then(moved)

    def _read_text(self, item: Any) -> None:
        place, size = self._place(item), (numbers(item.get("Size", "")) or [0.0])[0]
        if size <= 0 or place.is_slanted:
            return
        wide = (numbers(item.get("HScale", "")) or [1.0])[0]
        x = y = 0.0
        for code in _all(item, "TextCode"):
            text = "".join(code.itertext()).strip("\r\n")
            if len(self.characters) + len(text) > MAX_CHARACTERS:
                raise FileError("too-large")
            x = (numbers(code.get("X", "")) or [x])[0]
            y = (numbers(code.get("Y", "")) or [y])[0]
            across, down = (_deltas(code.get(key), len(text)) for key in ("DeltaX", "DeltaY"))
            at, base = x, y
            for number, character in enumerate(text):
                advance = size * wide * (_NARROW if character.isascii() else 1)
                stated = across[number] if number < len(across) else 0.0
                wide_as = min(stated, size * wide) if stated > 0 else advance
                self._put(character, place, (at, base - size * _ASCENT, at + wide_as, base + size * (1 - _ASCENT)))
                at += across[number] if number < len(across) else 0 if down else advance
                base += down[number] if number < len(down) else 0

    def _put(self, character: str, place: Transform, box: tuple[float, float, float, float]) -> None:
        if character.isspace():
            return
        x0, top, x1, bottom = place.box(box)
        self.characters.append(
            {"text": character, "x0": x0, "top": top, "x1": x1, "bottom": bottom, "size": bottom - top}
        )


def _deltas(text: str | None, most: int) -> list[float]:
    """The distances from each character to the next, groups written out."""
    tokens = (text or "").split()
    deltas: list[float] = []
    at = 0
    while at < len(tokens) and len(deltas) < most:
        if tokens[at] == _DELTA_GROUP:
            pair = numbers(" ".join(tokens[at + 1 : at + 3]))
            deltas += [pair[1]] * max(0, min(int(pair[0]), most)) if len(pair) == 2 else []
            at += 3
        else:
            deltas += numbers(tokens[at]) or [0.0]
            at += 1
    return deltas


def _all(root: Any, name: str) -> Iterator[Any]:
    """The element and its descendants of a local name."""
    return (item for item in root.iter() if _name(item) == name)


def _name(item: Any) -> str:
    return item.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(item.tag, str) else ""


def text_of(item: Any) -> str:
    """The text of an element."""
    return "".join(item.itertext()).strip()
