"""One door to all formats: a file of a known media type as blocks."""

from collections.abc import Callable

from pipelines.clean.files.doc import read_doc
from pipelines.clean.files.docx import read_docx
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
from pipelines.clean.media import DOC, DOCX, HTML, MARKDOWN, ODS, ODT, OFD, PDF, PLAIN, RTF, XLS, XLSX, ZIP
from pipelines.clean.page import Part

_READERS: dict[str, Callable[[bytes], tuple[Part, ...]]] = {
    PDF: read_pdf,
    DOCX: read_docx,
    DOC: read_doc,
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
    reader = _READERS.get(media)
    if reader is None:
        raise FileError("unreadable")
    return FileReading(reader(payload))
