"""What kind of file the payload is, by its own first bytes; the header decides only what the bytes leave open."""

import re

from pipelines.clean.files.ole import has_stream
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.packages import Package

HTML, PLAIN, MARKDOWN, PDF = "text/html", "text/plain", "text/markdown", "application/pdf"
_OOXML, _ODF = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
DOCX, XLSX = f"{_OOXML}wordprocessingml.document", f"{_OOXML}spreadsheetml.sheet"
DOC, XLS, WORKS = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-works"
RTF, ODT, ODS = "application/rtf", f"{_ODF}text", f"{_ODF}spreadsheet"
OFD, ZIP = "application/ofd", "application/zip"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM\x00", "image/bmp"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"OTTO", "font/otf"),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"ttcf", "font/collection"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x30\x26\xb2\x75", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"CWS", "application/x-shockwave-flash"),
    (b"FWS", "application/x-shockwave-flash"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x00asm", "application/wasm"),
    (b"%!PS", "application/postscript"),
    (b"MZ\x90\x00", "application/x-msdownload"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# What an address's ending says of a payload whose header says nothing; the payload must not look like a page.
_ENDINGS = {
    **dict.fromkeys(("js", "mjs"), "text/javascript"),
    **{"css": "text/css", "json": "application/json", "map": "application/json", "xml": "application/xml"},
    **{"ttf": "font/ttf", "otf": "font/otf", "eot": "application/vnd.ms-fontobject", "svg": "image/svg+xml"},
    **{"mp3": "audio/mpeg", "wma": "audio/x-ms-wma", "mpg": "video/mpeg", "tar": "application/x-tar"},
    **{"ceb": "application/x-ceb", "cebx": "application/x-cebx", "lzh": "application/x-lzh"},
}
_SAYS_NOTHING = ("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/x-download")
_DOCUMENTS = ("word", "excel", "powerpoint", "officedocument", "ms-works", "ofd", "pdf", "rtf", "ceb", "ole-storage")
SCANS = ("image/jpeg", "image/png", "image/tiff", "image/bmp")  # what a page of a report may be scanned to
_READABLE = frozenset((PDF, DOCX, DOC, WORKS, RTF, XLS, XLSX, ODT, ODS, OFD, ZIP, "application/x-ole-encrypted"))
_PACKED = ("application/zip", "application/vnd.rar", "application/x-7z-compressed")  # portals pack reports in these
_PAGE_START = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body|<meta|<script)\b", re.IGNORECASE)
_PARTS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", f"{_OOXML}presentationml.presentation"))
_STREAMS = (
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("EncryptedPackage", "application/x-ole-encrypted"),
    ("MatOST", WORKS),
    ("CONTENTS", WORKS),
)
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
        streams = (media for name, media in _STREAMS if has_stream(payload, name))
        return next(streams, "application/x-ole-storage")
    if payload[:4] == b"RIFF" and payload[8:12] in _RIFF:
        return _RIFF[payload[8:12]]
    if payload[4:8] == b"ftyp":
        return "video/mp4"
    return next((media for magic, media in _MAGIC if payload.startswith(magic)), None)


def find_declared_media(payload: bytes, content_type: str | None, url: str) -> str | None:
    """The media type of a file that is no page by its header, or by its address where the header says nothing.

    ``None`` for anything that begins like a page: error pages are sent under the type of what was asked for.
    """
    declared = declared_type(content_type)
    if _PAGE_START.match(payload[:512]):
        return None
    if declared.startswith(("image/", "font/", "audio/", "video/")) or any(word in declared for word in _NOT_PAGES):
        return declared
    if "xml" in declared and "html" not in declared:
        return declared
    return _ENDINGS.get(_extension(url)) if declared in _SAYS_NOTHING else None


def is_document(media: str) -> bool:
    """Whether a media type is a document's, or a package's of documents: what pages have as attachments."""
    return media in _PACKED or (media.startswith("application/") and any(word in media for word in _DOCUMENTS))


def is_readable(media: str) -> bool:
    """Whether a file of this media type can be taken apart into blocks, perhaps with the help of another program."""
    return media in _READABLE


def declared_type(content_type: str | None) -> str:
    """The media type of a header, without its parameters; empty where there is none."""
    return (content_type or "").split(";")[0].strip().lower()


def find_text_media(text: str, content_type: str | None, url: str) -> str:
    """The media type of decoded text: markup outranks a header that denies it, and its absence one that claims it."""
    declared = declared_type(content_type)
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
    """What a ZIP holds, by the marks of each format: content types, the root of an OFD, an OpenDocument's own name."""
    try:
        package = Package(payload)
        names = package.names
        if "[Content_Types].xml" in names:
            return next((media for start, media in _PARTS if any(name.startswith(start) for name in names)), ZIP)
        if "OFD.xml" in names:
            return OFD
        stated = package.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in names[:5] else ""
    except FileError:
        return ZIP
    return stated if stated.startswith(_ODF) else ZIP


def _extension(url: str) -> str:
    return url.split("?")[0].rsplit("/", 1)[-1].rsplit(".", 1)[-1].lower()
