"""What a browser gets of a capture: the page, a picture of a PDF's page, or its lines; with one place marked."""

import html
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from PIL import ImageDraw
from sqlalchemy import RowMapping

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.reading import read_capture
from pipelines.clean.charset import decode
from web.archived.marking import MARK, mark_page

_PDF_PLACE = re.compile(r"page (\d{1,5}) \[([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)\]")
_LINE_PLACE = re.compile(r"line (\d{1,9})")
_SCALE = 2.0  # pixels a point
_MARGIN = 2.0  # points around a box
_INK = (194, 65, 12)


@dataclass(frozen=True, slots=True)
class Shown:
    """Bytes for the frame. ``found``: whether the place is marked in them."""

    content: bytes = field(repr=False)
    media_type: str
    found: bool


def read_row(archive: Path, row: RowMapping) -> Capture:
    """The capture of a document's row. Raises ``ArchiveError`` where its file is gone or holds another there."""
    name = str(row["warc"])
    if "/" in name or "\\" in name or name.startswith("."):
        raise ArchiveError(f"{name!r} is no name of an archive file")
    found = [path for path in (archive / name, archive / f"{name}.open") if path.is_file()]
    if not found:
        raise ArchiveError(f"{archive / name}: not there; name its folder with -s ARCHIVE_DIR=FOLDER")
    capture = read_capture(found[0], int(row["offset"]))
    if capture.record_id is not None and capture.record_id != row["record_id"]:
        raise ArchiveError(f"{archive / name}: another record than {row['record_id']} lies at {row['offset']}")
    return capture


def show_capture(capture: Capture, media_type: str | None, path: str | None) -> Shown:
    """The capture with the place ``path`` of the feed marked, if it can be found. Raises ``ArchiveError``."""
    if media_type == "application/pdf":
        return _show_pdf(capture.payload, path)
    decoded = decode(capture.payload, capture.header("content-type")) if _is_text(media_type) else None
    if decoded is None:
        raise ArchiveError(f"what cannot be shown in a browser: {media_type or 'of no known type'}")
    if media_type in ("text/plain", "text/markdown"):
        return _show_lines(decoded.text, path)
    content, found = mark_page(decoded.text, path)
    return Shown(content, "text/html; charset=utf-8", found)


def _is_text(media_type: str | None) -> bool:
    return bool(media_type) and (str(media_type).startswith("text/") or "html" in str(media_type))


def _show_pdf(payload: bytes, path: str | None) -> Shown:
    place = _PDF_PLACE.search(path or "")
    number = int(place[1]) if place else 1
    try:
        document = pypdfium2.PdfDocument(payload)
    except pypdfium2.PdfiumError as error:
        raise ArchiveError(f"this PDF cannot be drawn: {error}") from error
    try:
        number = min(max(number, 1), len(document))
        picture = document[number - 1].render(scale=_SCALE).to_pil().convert("RGB")
    finally:
        document.close()
    if place:
        x0, top, x1, bottom = (float(value) for value in place.groups()[1:])
        box = ((x0 - _MARGIN) * _SCALE, (top - _MARGIN) * _SCALE, (x1 + _MARGIN) * _SCALE, (bottom + _MARGIN) * _SCALE)
        ImageDraw.Draw(picture).rectangle(box, outline=_INK, width=4)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return Shown(content.getvalue(), "image/png", bool(place))


def _show_lines(text: str, path: str | None) -> Shown:
    place = _LINE_PLACE.search(path or "")
    wanted = int(place[1]) if place else 0
    lines = text.splitlines()
    made = [
        f"<li{f' id={MARK}' if number == wanted else ''}>{html.escape(line)}</li>"
        for number, line in enumerate(lines, 1)
    ]
    style = (
        "ol{font:16px/1.6 monospace;white-space:pre-wrap}"
        f"#{MARK}{{outline:3px solid #c2410c;background:#fef3c7;scroll-margin-top:14rem}}"
    )
    page = f"<!DOCTYPE html><html><head><style>{style}</style></head><body><ol>{''.join(made)}</ol></body></html>"
    return Shown(page.encode(), "text/html; charset=utf-8", 0 < wanted <= len(lines))
