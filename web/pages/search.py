"""Search: reports by agency and title, then by their text, with the passages that have the words."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from web.pages.setting import draw, sources_of
from web.queries.search import LONGEST, MOST_COUNTED, find_reports

router = APIRouter()


@router.get("/{language}/search", response_class=HTMLResponse)
def show_search(
    request: Request,
    language: str,
    q: Annotated[str, Query(max_length=500)] = "",
    after: Annotated[str, Query(max_length=30)] = "",
) -> HTMLResponse:
    """A page of hits; whatever is asked for, a page."""
    with sources_of(request).store.reading() as connection:
        found = find_reports(connection, q, after)
    return draw(
        request,
        "search.html",
        question=q[:LONGEST],
        found=found,
        after=after,
        most=MOST_COUNTED,
        in_text=found.in_text,
    )
