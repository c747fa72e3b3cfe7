"""One capture → one document: decode, take apart, drop the repeat, choose the body, expand the tables, say what it is.

The order is measured: the repeated body goes first, on the whole page, so that the richer copy is there to be chosen.
A page that is no document comes out as ``rejected`` with its reason; nothing raises, whatever the bytes.
"""

from archive.capture import Capture
from pipelines.clean.charset import Decoded, decode
from pipelines.clean.grids import GridTooLargeError
from pipelines.clean.htmltree import MAX_CHARACTERS
from pipelines.clean.media import DOCX, HTML, MARKDOWN, PDF, PLAIN, find_binary_media, find_text_media
from pipelines.clean.office import OfficeError, read_docx
from pipelines.clean.pages import Reading, clean_html, clean_parts
from pipelines.clean.pdf import PdfError, read_pdf
from pipelines.clean.plaintext import read_lines
from pipelines.document import Document

MAX_PAYLOAD = 64 * 2**20
_MOST_BROKEN = 0.02  # share of characters that stand for nothing above which a text is not read


def clean_capture(capture: Capture) -> Document:
    """The document of a capture of status 200: the clean text and tables, or the reason why there is none."""
    if capture.problem:
        return Document(capture, "rejected", capture.problem)
    if len(capture.payload) > MAX_PAYLOAD:
        return Document(capture, "rejected", "too-large")
    if not capture.payload.strip(b" \t\r\n\x00"):
        return Document(capture, "rejected", "empty-shell")
    media = find_binary_media(capture.payload, capture.url)
    try:
        return _clean_file(capture, media) if media else _clean_text(capture)
    except (GridTooLargeError, MemoryError):
        return Document(capture, "rejected", "too-large", media_type=media)


def _clean_text(capture: Capture) -> Document:
    decoded = decode(capture.payload, capture.header("Content-Type"))
    if decoded is None or decoded.broken > _MOST_BROKEN * len(decoded.text):
        return Document(capture, "rejected", "undecodable")
    if len(decoded.text) > MAX_CHARACTERS:
        return Document(capture, "rejected", "too-large", charset=decoded.charset)
    media = find_text_media(decoded.text, capture.header("Content-Type"), capture.url)
    return _document(capture, _read_text(capture, decoded, media), media, decoded.charset)


def _read_text(capture: Capture, decoded: Decoded, media: str) -> Reading:
    if media == HTML:
        return clean_html(decoded.text, capture.url, capture.context)
    if media in (PLAIN, MARKDOWN):
        return clean_parts(read_lines(decoded.text, markdown=media == MARKDOWN), capture.url, capture.context)
    return Reading("other")


def _clean_file(capture: Capture, media: str) -> Document:
    readers = {PDF: read_pdf, DOCX: read_docx}
    if media not in readers:
        return Document(capture, "attachment" if media.startswith("application/") else "other", media_type=media)
    try:
        parts = readers[media](capture.payload)
    except (PdfError, OfficeError) as error:
        return Document(capture, "rejected", error.reason, media_type=media)
    reading = clean_parts(parts, capture.url, capture.context, kind="attachment")
    return _document(capture, reading, media, None)


def _document(capture: Capture, reading: Reading, media: str, charset: str | None) -> Document:
    return Document(
        capture,
        reading.kind,
        reading.rejected,
        media,
        charset,
        reading.identity,
        reading.form,
        reading.blocks,
        reading.attachments,
        reading.dropped,
    )
