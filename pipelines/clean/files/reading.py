"""One door to all formats: a file of a known media type as blocks."""

from collections.abc import Callable

from pipelines.clean.files import office, scans
from pipelines.clean.files.doc import read_doc
from pipelines.clean.files.docx import read_docx
from pipelines.clean.files.leaves import FEWEST_CHARACTERS, Leaf, read_leaf, read_parts
from pipelines.clean.files.odf import read_odf
from pipelines.clean.files.ofd import read_ofd
from pipelines.clean.files.options import FileOptions
from pipelines.clean.files.outcome import FileError, FileReading
from pipelines.clean.files.packages import Budget
from pipelines.clean.files.packed import read_packed
from pipelines.clean.files.pdf import read_pdf
from pipelines.clean.files.rtf import read_rtf
from pipelines.clean.files.sheets import read_sheets
from pipelines.clean.files.text import read_html, read_text
from pipelines.clean.media import DOC, DOCX, HTML, MARKDOWN, ODS, ODT, OFD, PDF, PLAIN, RTF, WORKS, XLS, XLSX, ZIP
from pipelines.clean.page import Part

_READERS: dict[str, Callable[[bytes], tuple[Part, ...]]] = {
    DOCX: read_docx,
    RTF: read_rtf,
    ODT: read_odf,
    ODS: read_odf,
    OFD: read_ofd,
    XLSX: read_sheets,
    XLS: read_sheets,
    HTML: read_html,
    PLAIN: read_text,
    MARKDOWN: read_text,
}


def read_file(media: str, payload: bytes, name: str, options: FileOptions, budget: Budget | None = None) -> FileReading:
    """The blocks of a file; ``budget`` is what the archives that it lies in have left.

    Raises ``FileError``, ``GridTooLargeError`` and ``PageTooLargeError``.
    """
    if media == ZIP:
        left = budget or Budget()
        return read_packed(payload, left, lambda kind, content, member: read_file(kind, content, member, options, left))
    if media == PDF:
        return _read_pdf(payload, options)
    if media in (DOC, WORKS):
        return _read_word(media, payload, options)
    if media.startswith("image/") and options.ocr:
        return _read_image(payload)
    reader = _READERS.get(media)
    if reader is None:
        raise FileError("unreadable")
    return FileReading(reader(payload))


def _read_pdf(payload: bytes, options: FileOptions) -> FileReading:
    if not options.ocr:
        return FileReading(read_pdf(payload))
    scanned: list[int] = []

    def scan(number: int) -> Leaf:
        scanned.append(number)
        if len(scanned) > scans.MAX_SCANS:
            raise FileError("too-large")
        return scans.read_pdf_page(payload, number)

    try:
        parts = read_pdf(payload, scan)
    except FileError as error:
        raise FileError(error.reason, scans.versions() if scanned else ()) from error
    return FileReading(parts, scans.versions() if scanned else ())


def _read_image(payload: bytes) -> FileReading:
    leaf = scans.read_image(payload)
    if len(leaf.characters) < FEWEST_CHARACTERS:
        raise FileError("image-only", scans.versions())
    return FileReading(tuple(read_parts([read_leaf(leaf)])), scans.versions())


def _read_word(media: str, payload: bytes, options: FileOptions) -> FileReading:
    """By our own reader; what it does not know, by LibreOffice where that is turned on."""
    try:
        if media == DOC:
            return FileReading(read_doc(payload))
    except FileError as error:
        if error.reason != "no-converter":
            raise
    version = office.find_version(options.soffice) if options.soffice else None
    if options.soffice is None or version is None:
        raise FileError("no-converter")
    try:
        return FileReading(read_docx(office.convert(payload, options.soffice)), (version,))
    except FileError as error:
        raise FileError(error.reason, (version,)) from error
