"""Exports: the reports that a page shows, as CSV, JSON Lines or Excel, in the shapes of ``scrapy export``."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import BoundedSemaphore

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from pipelines.exports.bundles import read_bundles
from pipelines.exports.selection import STATES, Selection
from pipelines.exports.shapes import make_shape
from pipelines.exports.writing import count_rows, export_file, export_text, freeze
from web.asking import AskedReports
from web.pages.setting import sources_of
from web.sources import Sources

router = APIRouter()

MOST_AT_ONCE = 2
MOST_SHEET_ROWS = 50_000
_MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_slots = BoundedSemaphore(MOST_AT_ONCE)


@router.get("/export.{ending}")
def export(
    request: Request,
    ending: str,
    selection: AskedReports,
    shape: str = "long",
) -> Response:
    """A file; text comes as it is read, so that memory does not grow with it."""
    if ending not in (*_MEDIA, "xlsx") or shape not in ("long", "wide"):
        return _refuse(404, "exports are /export.csv, /export.jsonl and /export.xlsx, with shape=long or shape=wide")
    if selection is None:
        return _refuse(422, f"years are written like 2019-2024; reports with numbers are {', '.join(STATES)}")
    sources = sources_of(request)
    if ending == "xlsx":
        return _send_sheet(sources, shape, selection)
    if not _slots.acquire(blocking=False):
        return _refuse(503, f"{MOST_AT_ONCE} exports run already: try again when one has ended", {"Retry-After": "10"})
    headers = {"Content-Disposition": f'attachment; filename="kaijuan-{shape}.{ending}"'}
    return StreamingResponse(_read(sources, ending, shape, selection), media_type=_MEDIA[ending], headers=headers)


def _read(sources: Sources, ending: str, shape: str, selection: Selection) -> Iterator[bytes]:
    try:
        with sources.store.reading() as connection:
            bundles = read_bundles(freeze(connection), selection)
            for piece in export_text(ending, make_shape(shape), bundles):
                yield piece.encode("utf-8", "replace")
    finally:
        _slots.release()


def _send_sheet(sources: Sources, shape: str, selection: Selection) -> Response:
    """A workbook is made whole before it is sent: only one of a size that takes seconds."""
    with sources.store.reading() as connection:
        rows = count_rows(connection, shape, selection) * (10 if shape == "wide" else 1)
        if rows > MOST_SHEET_ROWS:
            return _refuse(413, "too many rows for a workbook from here: scrapy export --format xlsx, or /export.csv")
        with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
            path = Path(file.name)
        export_file(connection, path, "xlsx", shape, selection, lambda count: None)
    return FileResponse(
        path,
        media_type=_SHEET,
        filename=f"kaijuan-{shape}.xlsx",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


def _refuse(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    return Response(why, status, media_type="text/plain; charset=utf-8", headers=headers)
