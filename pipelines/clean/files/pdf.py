"""PDF files: the characters and drawn lines of each page.

Only drawn rules make a table: white boxes behind the lines of a paragraph, which word processors write by the dozen, do
not. Bounded by counts, not by a clock, so that the result is the same on every machine.
"""

import io
from collections.abc import Callable, Iterator

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from pipelines.clean.files.allowance import Allowance, DrawingError
from pipelines.clean.files.canvas import Canvas, Interpreter
from pipelines.clean.files.fonts import Fonts
from pipelines.clean.files.leaves import (
    FEWEST_CHARACTERS,
    MAX_CHARACTERS,
    MAX_PAGES,
    Leaf,
    PageItems,
    read_leaf,
    read_parts,
)
from pipelines.clean.files.outcome import FileError
from pipelines.clean.page import Part

Scan = Callable[[int], Leaf]  # page number, from 1


def read_pdf(payload: bytes, scan: Scan | None = None) -> tuple[Part, ...]:
    """The blocks of a PDF in reading order; ``scan`` reads a page that is only an image. Raises ``FileError``."""
    return tuple(read_parts(list(_read_pages(payload, scan))))


def _read_pages(payload: bytes, scan: Scan | None) -> Iterator[PageItems]:
    characters = images = pages = 0
    for leaf in _read_leaves(payload):
        read = leaf
        if scan is not None and leaf.pictures and len(leaf.characters) < FEWEST_CHARACTERS:
            read = scan(leaf.number)
        pages += 1
        characters += len(read.characters)
        images += len(leaf.pictures)
        if characters > MAX_CHARACTERS:
            raise FileError("too-large")
        yield read_leaf(read)
    if characters < FEWEST_CHARACTERS * max(1, pages):
        raise FileError("image-only" if images else "unreadable")


def _read_leaves(payload: bytes) -> Iterator[Leaf]:
    """The pages as they are drawn; whatever the library raises is the file's fault."""
    try:
        document = PDFDocument(PDFParser(io.BytesIO(payload)))
        if _count_pages(document) > MAX_PAGES:
            raise FileError("too-large")
        allowance = Allowance()
        canvas = Canvas(Fonts(allowance), allowance)
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            if number > MAX_PAGES:
                raise FileError("too-large")
            yield _read_leaf(number, page, canvas)
    except (FileError, MemoryError):
        raise
    except Exception as error:
        raise FileError("unreadable") from error


def _read_leaf(number: int, page: PDFPage, canvas: Canvas) -> Leaf:
    try:
        Interpreter(canvas.rsrcmgr, canvas).process_page(page)
    except DrawingError:  # a page that is a drawing (a map), as one image
        area = canvas.width * canvas.height
        return Leaf(number, (), (), ((0.0, 0.0, canvas.width, canvas.height),), area)
    return Leaf(number, canvas.characters, canvas.rules, canvas.pictures, canvas.width * canvas.height)


def _count_pages(document: PDFDocument) -> int:
    """How many pages the file says it has: asked before they are made."""
    pages = resolve1(document.catalog.get("Pages"))
    count = resolve1(pages.get("Count")) if isinstance(pages, dict) else 0
    return count if isinstance(count, int) else 0
