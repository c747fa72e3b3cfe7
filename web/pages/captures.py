"""A capture: what of the archive is shown of it, the file itself, and the page that says when and whence it came."""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from archive.capture import Capture
from archive.errors import ArchiveError
from web.archived.shelf import Shelf, open_shelf
from web.archived.showing import find_media, show_capture
from web.archived.wardrobe import Wardrobe
from web.pages.setting import capture_address, draw, draw_missing, sources_of
from web.queries.captures import find_capture, find_captures_at, find_place, find_report, read_name
from web.words import choose_language

router = APIRouter()

Name = Annotated[str, Path(max_length=300)]
_PLACE = re.compile(r"(.{1,255}):(\d{1,15})")
# Written by our own code from what never changes; the code may, so not for ever.
_KEEPING = {"Cache-Control": "private, max-age=600", "Vary": "Sec-Fetch-Dest"}
_ENDINGS = {"text/html": "html", "application/pdf": "pdf", "application/zip": "zip"}


def find_row(connection: Connection, shelf: Shelf, record_id: str) -> tuple[Mapping[str, Any], Capture]:
    """A capture with what the store says of it; of one that only the archive knows, what the capture says.

    Raises ``ArchiveError``.
    """
    row = find_capture(connection, record_id)
    if row is not None:
        return dict(row), shelf.read(str(row["warc"]), int(row["offset"]), record_id)
    place = _PLACE.fullmatch(record_id)
    if place is None:
        raise ArchiveError(f"no capture {record_id} in the store")
    capture = shelf.read(place[1], int(place[2]))
    told = {name: getattr(capture, name) for name in ("url", "captured_at", "warc", "offset", "payload_digest")}
    return {**told, "record_id": record_id, "run": capture.context.get("run"), "kind": None, "rejected": None} | {
        "media_type": find_media(capture)
    }, capture


@router.get("/{language}/captures/{capture}", response_class=HTMLResponse)
def show_page(request: Request, language: str, capture: Name) -> HTMLResponse:
    """The archived page in a frame, under a banner that says what it is."""
    record_id, sources = read_name(capture), sources_of(request)
    with sources.store.reading() as connection:
        try:
            row, found = find_row(connection, open_shelf(sources.archive), record_id)
        except ArchiveError as error:
            return draw_missing(request, why=str(error))
        report = find_report(connection, record_id)
        others = find_captures_at(connection, row["url"])
    return draw(request, "capture.html", row=row, report=report, others=others, sums=find_sums(found))


def find_sums(capture: Capture) -> dict[str, Any]:
    """Size and digest of the file as one saves it."""
    return {"size": len(capture.payload), "sha256": hashlib.sha256(capture.payload).hexdigest()}


@router.get("/archived/{capture}")
def show_archived(request: Request, capture: Name) -> Response:
    """The archived page for the frame, with nothing in it that runs or fetches; its pictures and sheets likewise."""
    return _show(request, capture, None)


@router.get("/archived/{capture}/{cell}")
def show_marked(request: Request, capture: Name, cell: Name) -> Response:
    """The same, with the place of a cell or of a figure in the prose marked."""
    return _show(request, capture, cell)


def _show(request: Request, capture: str, cell: str | None) -> Response:
    record_id, sources = read_name(capture), sources_of(request)
    if request.headers.get("sec-fetch-dest") == "document":  # never without the banner
        language = choose_language(request.headers.get("accept-language"))
        return RedirectResponse(capture_address(language, record_id), 303, headers=_KEEPING)
    shelf = open_shelf(sources.archive)
    with sources.store.reading() as connection:
        place = find_place(connection, record_id, cell) if cell else None
        try:
            row, found = find_row(connection, shelf, record_id)
            dress = Wardrobe(connection, shelf, row).dress()
            path, words = place or (None, "")
            shown = show_capture(found, row["media_type"], path, words, dress)
        except ArchiveError as error:
            return Response(str(error), 404, media_type="text/plain; charset=utf-8")
    return Response(shown.content, media_type=shown.media_type, headers=_KEEPING)


@router.get("/originals/{capture}")
def send_original(request: Request, capture: Name) -> Response:
    """The file as it was archived, never to be opened in place."""
    sources = sources_of(request)
    with sources.store.reading() as connection:
        try:
            row, found = find_row(connection, open_shelf(sources.archive), read_name(capture))
        except ArchiveError as error:
            return Response(str(error), 404, media_type="text/plain; charset=utf-8")
    digest = base64.b64encode(hashlib.sha256(found.payload).digest()).decode()
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name_file(row), safe='')}",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return Response(found.payload, media_type="application/octet-stream", headers=headers)


def name_file(row: Mapping[str, Any]) -> str:
    """A name to save a capture under: the last of its address, made harmless."""
    name = PurePosixPath(urlsplit(row["url"]).path).name
    name = re.sub(r"[^\w.-]", "_", name)[-80:].lstrip(".") or "page"
    ending = _ENDINGS.get(row["media_type"] or "", "")
    return name if "." in name or not ending else f"{name}.{ending}"
