"""What kind of file the payload is, by its own first bytes; the header decides only what the bytes leave open."""

import io
import re
import zipfile

HTML, PLAIN, MARKDOWN, PDF = "text/html", "text/plain", "text/markdown", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM\x00", "image/bmp"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_PACKAGES = (
    ("word/", DOCX),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("OFD.xml", "application/ofd"),
)
_OLE_TYPES = {"doc": "application/msword", "wps": "application/vnd.ms-works", "xls": "application/vnd.ms-excel"}
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta)\b", re.I | re.S
)
_TAG = re.compile(
    r"</?(?:p|div|table|span|br|td|tr|body|html|script|ul|li|a|h[1-6]|meta|font|frameset|form|center)\b[^<]*>", re.I
)
_XML_START = re.compile(r"\s*<(?:\?xml\b|rss\b|feed\b|urlset\b|datastore\b|sitemapindex\b)", re.I)
_MARKDOWN = re.compile(r"^#{1,6}\s+\S|^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$|\*\*[^*\n]{2,200}\*\*", re.M)
_NOT_PAGES = ("json", "javascript", "css", "ecmascript")


def find_binary_media(payload: bytes, url: str) -> str | None:
    """The media type of a file that is not text, or ``None``."""
    if b"%PDF-" in payload[:1024]:
        return PDF
    if payload.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(payload)
    if payload.startswith(_OLE):
        return _OLE_TYPES.get(_extension(url), "application/x-ole-storage")
    if payload[:4] == b"RIFF" and payload[8:12] == b"WEBP":
        return "image/webp"
    if payload[4:8] == b"ftyp":
        return "video/mp4"
    return next((media for magic, media in _MAGIC if payload.startswith(magic)), None)


def find_text_media(text: str, content_type: str | None, url: str) -> str:
    """The media type of decoded text: markup outranks a header that denies it, and its absence one that claims it."""
    declared = (content_type or "").split(";")[0].strip().lower()
    head = text[:4096]
    if _HTML_START.match(head):
        return HTML
    if any(word in declared for word in _NOT_PAGES):
        return declared
    if head.lstrip()[:1] in ("{", "[") and text.rstrip()[-1:] in ("}", "]"):
        return "application/json"
    if _XML_START.match(head) and "html" not in declared:
        return "application/xml"
    if declared in (PLAIN, MARKDOWN) or not _TAG.search(text):
        return MARKDOWN if declared == MARKDOWN or _MARKDOWN.search(text) else PLAIN
    return HTML


def _package(payload: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as package:
            names = package.namelist()[:500]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "application/zip"
    return next(
        (media for start, media in _PACKAGES if any(name.startswith(start) for name in names)), "application/zip"
    )


def _extension(url: str) -> str:
    return url.split("?")[0].rsplit("/", 1)[-1].rsplit(".", 1)[-1].lower()
