"""The proof of a number: the cell, the sums it takes part in, and the archived page with the cell marked."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from archive.errors import ArchiveError
from pipelines.store.reading import read_lines
from web.archived.showing import read_row, show_capture
from web.arithmetic import make_sums
from web.pages.setting import draw, draw_missing, sources_of
from web.queries.captures import find_capture, find_path, find_report, read_name
from web.tables import name_cells

router = APIRouter()

Name = Annotated[str, Path(max_length=200)]


@router.get("/{language}/captures/{capture}/cells/{cell}", response_class=HTMLResponse)
def show_proof(request: Request, language: str, capture: Name, cell: Name) -> HTMLResponse:
    """A number beside the page that it stands on."""
    record_id = read_name(capture)
    with sources_of(request).store.reading() as connection:
        refined = read_lines(connection, [record_id]).get(record_id)
        report = find_report(connection, record_id)
    line = refined.report if refined else None
    cells: list[dict[str, Any]] = line["cells"] if line else []
    number = next((place for place, each in enumerate(cells) if each["id"] == cell), None)
    if line is None or number is None:
        return draw_missing(request)
    names = name_cells(line["form"])
    return draw(
        request,
        "proof.html",
        line=line,
        media_type=refined.document["media_type"] if refined else None,
        report=report,
        cell=cells[number],
        previous=cells[number - 1]["id"] if number else None,
        following=cells[number + 1]["id"] if number + 1 < len(cells) else None,
        names=names,
        identities=make_sums(line, (check for check in line["identities"] if cell in check["cells"]), cell),
    )


@router.get("/archived/{capture}")
@router.get("/archived/{capture}/{cell}")
def show_archived(request: Request, capture: Name, cell: str | None = None) -> Response:
    """The archived page for the frame, with nothing in it that runs or fetches."""
    record_id, sources = read_name(capture), sources_of(request)
    with sources.store.reading() as connection:
        row = find_capture(connection, record_id)
        path = find_path(connection, record_id, cell) if cell else None
    try:
        if row is None:
            raise ArchiveError(f"no capture {record_id} in the store")
        shown = show_capture(read_row(sources.archive, row), row["media_type"], path)
    except ArchiveError as error:
        return Response(str(error), 404, media_type="text/plain; charset=utf-8")
    return Response(shown.content, media_type=shown.media_type)
