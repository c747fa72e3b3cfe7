"""The first page: agency × year, what there is and what is not."""

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from crawler.coverage.matrix import Row
from web.asking import AskedCoverage
from web.pages.setting import draw, sources_of
from web.queries.cartogram import make_tiles
from web.queries.coverage import (
    READABLE,
    STATES,
    Matrix,
    Province,
    find_province,
    load_provinces,
    read_choices,
    read_matrix,
)

router = APIRouter()

ROWS = 100  # of a page of the matrix
LEVELS = ("ministry", "provincial", "municipal", "county", "township", "other")


@router.get("/{language}/coverage", response_class=HTMLResponse)
def show_coverage(
    request: Request,
    language: str,
    filters: AskedCoverage,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The matrix, filtered by what stands in the address."""
    sources = sources_of(request)
    with sources.store.reading() as connection:
        matrix = read_matrix(sources, connection, filters)
        choices = read_choices(connection)
    more = {code[:2]: name for code, name in sources.provinces.items()}
    pages = max(1, -(-len(matrix.rows) // ROWS))
    page = min(page, pages)
    return draw(
        request,
        "coverage.html",
        matrix=matrix,
        groups=_group(matrix, (page - 1) * ROWS),
        tiles=make_tiles(matrix.provinces, more),
        filters=filters,
        choices=choices,
        page=page,
        pages=pages,
        states=STATES,
        levels=LEVELS,
        provinces={**more, **load_provinces()},
        readable=READABLE,
    )


def _group(matrix: Matrix, start: int) -> list[tuple[Province, list[Row]]]:
    """The rows of a page under their provinces."""
    provinces = {province.code: province for province in matrix.provinces}
    rows = groupby(matrix.rows[start : start + ROWS], key=find_province)
    return [(provinces[code], list(group)) for code, group in rows]
