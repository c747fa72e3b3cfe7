"""What a browser gets of a capture, by what it is: page, picture, sheet, lines, our rendering; one place marked."""

import html
import io
import re
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock

import pypdfium2
from PIL import Image, ImageDraw

from archive.capture import Capture
from archive.errors import ArchiveError
from pipelines.clean.charset import decode
from pipelines.clean.media import HTML, PDF, ZIP, find_binary_media, is_readable
from web.archived.dressing import Dress
from web.archived.files import open_member, render_file
from web.archived.marking import MARK, mark_page

_PDF_PLACE = re.compile(r"page (\d{1,5}) \[([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)\]")
_LINE_PLACE = re.compile(r"line (\d{1,9})")
_SCALE = 2.0  # pixels a point
_MARGIN = 2.0  # points around a box
_INK = (194, 65, 12)
_MOST_LINES = 20_000
_MOST_PIXELS = 40_000_000
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-icon"})
_DRAWN = ("TIFF", "PPM", "BMP", "PNG", "JPEG", "GIF", "WEBP", "ICO")  # no EPS: Pillow hands it to Ghostscript
_PAGE = "text/html; charset=utf-8"
_LISTED = ("application/json", "application/xml", "application/javascript", "text/")
_pdfium = Lock()  # PDFium is not safe in threads, and pages are answered in several at once


@dataclass(frozen=True, slots=True)
class Shown:
    """Bytes for the frame. ``found``: whether the place is marked in them."""

    content: bytes = field(repr=False)
    media_type: str
    found: bool


def find_media(capture: Capture) -> str | None:
    """What a capture is, for one that the store does not know."""
    stated = (capture.header("content-type") or "").split(";")[0].strip().lower()
    return find_binary_media(capture.payload, capture.url) or stated or None


def show_capture(capture: Capture, media: str | None, path: str | None, words: str, dress: Dress) -> Shown:
    """The capture with the place ``path`` of the feed marked, if it can be found. Raises ``ArchiveError``.

    ``words``: what is meant of a place that says more; ``dress``: where the page's pictures and sheets lie.
    """
    media = media or ""
    if media == PDF:
        return _show_pdf(capture.payload, path)
    if media == ZIP:
        inner, content, rest = open_member(capture.payload, path)
        if inner == PDF:
            return _show_pdf(content, rest)
    if media.startswith("image/"):
        return _show_picture(capture.payload, media)
    if is_readable(media):
        content, found = render_file(media, capture.payload, capture.payload_digest, capture.url, path)
        return Shown(content, _PAGE, found)
    decoded = decode(capture.payload, capture.header("content-type")) if _is_text(media) else None
    if decoded is None:
        raise ArchiveError(f"what cannot be shown in a browser: {media or 'of no known type'}")
    if media == "text/css":
        return Shown(dress.clean_sheet(decoded.text).encode(), "text/css; charset=utf-8", False)
    if media == HTML or "html" in media:
        content, found = mark_page(decoded.text, path, dress, words)
        return Shown(content, _PAGE, found)
    return _show_lines(decoded.text, path)


def _is_text(media: str) -> bool:
    return media.startswith(_LISTED) or "html" in media or media.endswith("+xml")


def _show_picture(payload: bytes, media: str) -> Shown:
    """Pictures that browsers know as they are; others as PNG, a first page for all; drawings in code not at all."""
    if media in _PICTURES:
        return Shown(payload, media, False)
    try:
        with Image.open(io.BytesIO(payload), formats=_DRAWN) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ArchiveError("this picture is too large to be shown")
            content = io.BytesIO()
            picture.convert("RGB").save(content, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ArchiveError(f"this picture cannot be drawn: {media}") from error
    return Shown(content.getvalue(), "image/png", False)


def _show_pdf(payload: bytes, path: str | None) -> Shown:
    place = _PDF_PLACE.search(path or "")
    number = int(place[1]) if place else 1
    picture, scale = _draw_page(payload, number)
    if place:
        x0, top, x1, bottom = (float(value) for value in place.groups()[1:])
        box = ((x0 - _MARGIN) * scale, (top - _MARGIN) * scale, (x1 + _MARGIN) * scale, (bottom + _MARGIN) * scale)
        ImageDraw.Draw(picture).rectangle(box, outline=_INK, width=4)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return Shown(content.getvalue(), "image/png", bool(place))


def _draw_page(payload: bytes, number: int) -> tuple[Image.Image, float]:
    """A page of a PDF, from 1, and how many pixels a point has; the next best page where there is no such."""
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(payload)
        except pypdfium2.PdfiumError as error:
            raise ArchiveError(f"this PDF cannot be drawn: {error}") from error
        try:
            page = document[min(max(number, 1), len(document)) - 1]
            scale = min(_SCALE, (_MOST_PIXELS / max(1.0, page.get_width() * page.get_height())) ** 0.5)
            bitmap = page.render(scale=scale)
            with closing(bitmap):
                return bitmap.to_pil().convert("RGB"), scale
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise ArchiveError(f"this PDF's page {number} cannot be drawn: {error}") from error
        finally:
            document.close()


def _show_lines(text: str, path: str | None) -> Shown:
    place = _LINE_PLACE.search(path or "")
    wanted = int(place[1]) if place else 0
    lines = text.splitlines()
    first = max(0, wanted - _MOST_LINES // 2)
    made = [
        f"<li{f' id={MARK}' if number == wanted else ''}>{html.escape(line)}</li>"
        for number, line in enumerate(lines[first : first + _MOST_LINES], first + 1)
    ]
    style = (
        "ol{font:15px/1.6 monospace;white-space:pre-wrap;overflow-wrap:anywhere}"
        f"#{MARK}{{outline:3px solid #c2410c;background:#fef3c7;scroll-margin-top:14rem}}"
    )
    head = f'<meta charset="utf-8"><style>{style}</style>'
    page = f'<!DOCTYPE html><html lang="zh-CN"><head>{head}</head><body><ol start="{first + 1}">{"".join(made)}</ol>'
    return Shown(f"{page}</body></html>".encode(), _PAGE, 0 < wanted <= len(lines))
