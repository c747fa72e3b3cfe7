"""Data: how to take the numbers along, as files and by program, and what each of them means."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipelines.exports.dictionary import load_cells, load_fields
from pipelines.exports.selection import Selection, count_reports
from web.pages.setting import draw, sources_of

router = APIRouter()

_SCHEMAS = "#/components/schemas/"


@router.get("/{language}/data", response_class=HTMLResponse)
def show_data(request: Request, language: str) -> HTMLResponse:
    """Exports, the API, and the dictionary, from the same description that programs read."""
    description = request.app.state.api.openapi()
    with sources_of(request).store.reading() as connection:
        count = count_reports(connection, Selection())
    return draw(
        request,
        "data.html",
        count=count,
        ways=list(_list_ways(description)),
        tables=load_fields(),
        cells=load_cells().values(),
        version=description["info"]["version"],
    )


def _list_ways(description: dict[str, Any]) -> list[dict[str, Any]]:
    """The API's addresses with their parameters, and the fields of what they answer."""
    ways = []
    for path, methods in description["paths"].items():
        told = methods["get"]
        name = told["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].removeprefix(_SCHEMAS)
        ways.append(
            {
                "address": f"/api{path}",
                "word": f"way.{told['operationId']}",
                "parameters": told.get("parameters", []),
                "fields": description["components"]["schemas"][name]["properties"],
            }
        )
    return ways
