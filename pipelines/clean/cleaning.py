"""One capture → one document: decode, take apart, drop the repeat, choose the body, expand the tables, say what it is.

The order is measured: the repeated body goes first, on the whole page, so that the richer copy is there to be chosen.
A page that is no document comes out as ``rejected`` with its reason; nothing raises, whatever the bytes.
"""

from dataclasses import replace

from archive.capture import Capture
from pipelines.clean.bounds import PageTooLargeError, PageUnreadableError, check_lines
from pipelines.clean.charset import Decoded, decode
from pipelines.clean.files.apart import read_apart
from pipelines.clean.files.options import FileOptions, read_options
from pipelines.clean.files.outcome import FileError
from pipelines.clean.grids import GridTooLargeError
from pipelines.clean.media import (
    HTML,
    MARKDOWN,
    PLAIN,
    SCANS,
    declared_type,
    find_binary_media,
    find_declared_media,
    find_text_media,
    is_document,
    is_readable,
)
from pipelines.clean.pages import Reading, clean_html, clean_parts
from pipelines.clean.plaintext import read_lines
from pipelines.document import Document
from pipelines.timing import step

MAX_PAYLOAD = 64 * 2**20
_MOST_BROKEN = 0.02  # share of characters that stand for nothing above which a text is not read


def clean_capture(capture: Capture) -> Document:
    """The document of a capture of status 200: the clean text and tables, or the reason why there is none."""
    media = _find_media(capture)
    if capture.problem:
        return Document(capture, "rejected", capture.problem, media_type=media)
    try:
        return _clean_payload(capture, media)
    except (PageTooLargeError, GridTooLargeError, MemoryError):
        return Document(capture, "rejected", "too-large", media_type=media)


def _find_media(capture: Capture) -> str | None:
    """What the payload is, where that is known before it is read as text."""
    header = capture.header("Content-Type")
    return find_binary_media(capture.payload, capture.url) or find_declared_media(capture.payload, header, capture.url)


def _clean_payload(capture: Capture, media: str | None) -> Document:
    options = read_options()
    if media and (is_readable(media) or (options.ocr and _is_scan(capture, media))):
        return _clean_file(capture, media, options)
    if media:
        linked = is_document(media) or capture.context.get("kind") == "attachment"
        return Document(capture, "attachment" if linked else "other", media_type=media)
    if len(capture.payload) > MAX_PAYLOAD:
        return Document(capture, "rejected", "too-large")
    if not capture.payload.strip(b" \t\r\n\x00"):
        return Document(capture, "rejected", "empty-shell")
    return _clean_text(capture)


def _clean_text(capture: Capture) -> Document:
    header = capture.header("Content-Type")
    with step("decode"):
        decoded = decode(capture.payload, header)
    if decoded is None or decoded.broken > _MOST_BROKEN * len(decoded.text):
        return Document(capture, "rejected", "undecodable", media_type=declared_type(header) or None)
    media = find_text_media(decoded.text, header, capture.url)
    try:
        reading = _read_text(capture, decoded, media)
    except (PageTooLargeError, GridTooLargeError):
        reading = Reading("rejected", "too-large")
    except PageUnreadableError:
        reading = Reading("rejected", "unreadable")
    return _document(capture, reading, media, decoded.charset)


def _read_text(capture: Capture, decoded: Decoded, media: str) -> Reading:
    if media == HTML:
        return clean_html(decoded.text, capture.url, capture.context)
    if media in (PLAIN, MARKDOWN):
        check_lines(decoded.text)
        return clean_parts(read_lines(decoded.text, markdown=media == MARKDOWN), capture.url, capture.context)
    return Reading("other")


def _is_scan(capture: Capture, media: str) -> bool:
    """Whether an image may be a page of a report: one that a page has as an attachment."""
    return media in SCANS and capture.context.get("kind") == "attachment"


def _clean_file(capture: Capture, media: str, options: FileOptions) -> Document:
    if len(capture.payload) > MAX_PAYLOAD:
        return Document(capture, "rejected", "too-large", media_type=media)
    try:
        with step("files"):
            found = read_apart(media, capture.payload, capture.url, options)
    except FileError as error:
        return Document(capture, "rejected", error.reason, media_type=media, readers=error.readers)
    reading = clean_parts(found.parts, capture.url, capture.context, kind="attachment")
    return replace(_document(capture, reading, media, None), readers=found.readers)


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
