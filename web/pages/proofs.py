"""The proof of a number: the cell, the sums it takes part in, and the archived page with the cell marked."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from archive.errors import ArchiveError
from pipelines.clean.media import HTML, PDF, ZIP, is_readable
from pipelines.feeds import Line
from pipelines.store.reading import read_lines
from web.archived.shelf import open_shelf
from web.arithmetic import make_sums
from web.pages.captures import find_sums
from web.pages.setting import draw, draw_missing, sources_of
from web.queries.captures import STATED, find_report, read_name
from web.tables import name_cells

router = APIRouter()

Name = Annotated[str, Path(max_length=300)]


@router.get("/{language}/captures/{capture}/cells/{cell}", response_class=HTMLResponse)
def show_proof(request: Request, language: str, capture: Name, cell: Name) -> HTMLResponse:
    """A number beside the page that it stands on."""
    record_id, sources = read_name(capture), sources_of(request)
    with sources.store.reading() as connection:
        refined = read_lines(connection, [record_id]).get(record_id)
        report = find_report(connection, record_id)
    line = refined.report if refined else None
    numbers = list_numbers(line, cell) if line else []
    place = next((place for place, each in enumerate(numbers) if each["id"] == cell), None)
    if refined is None or line is None or place is None:
        return draw_missing(request)
    media, path = str(refined.document["media_type"] or ""), numbers[place]["path"]
    way = find_way(media, path)
    return draw(
        request,
        "proof.html",
        line=line,
        way=way,
        file=_find_file(request, line) if way != "page" else None,
        report=report,
        cell=numbers[place],
        previous=numbers[place - 1]["id"] if place else None,
        following=numbers[place + 1]["id"] if place + 1 < len(numbers) else None,
        names=name_cells(line["form"]),
        identities=make_sums(line, _find_checks(line, cell), cell),
    )


def list_numbers(line: Line, near: str) -> list[dict[str, Any]]:
    """The cells of a report, or the figures of its prose, in order: those among which one is shown."""
    if not near.startswith(STATED):
        cells: list[dict[str, Any]] = line["cells"]
        return cells
    blank = {"state": "number", "unit": None, "note": None, "parts": None}
    found = {each["id"]: {**blank, **each, "raw": each["sentence"]} for each in reversed(line["stated"])}
    return list(reversed(found.values()))


def find_way(media: str, path: str) -> str:
    """How a file is shown: ``page``, ``picture`` of a PDF's page, or ``rendering`` of our own."""
    if media == PDF or (media == ZIP and "!page " in path and ".pdf!" in path.lower()):
        return "picture"
    return "rendering" if media != HTML and is_readable(media) else "page"


def _find_checks(line: Line, number: str) -> list[dict[str, Any]]:
    """The identities that a number takes part in."""
    return [check for check in line["identities"] if number in check["cells"] or check["id"] == f"I9.{number}"]


def _find_file(request: Request, line: Line) -> dict[str, Any] | None:
    """Size and digest of the archived file; ``None`` where the archive does not have it."""
    try:
        return find_sums(open_shelf(sources_of(request).archive).read(line["warc"], line["offset"], line["record_id"]))
    except ArchiveError:
        return None
