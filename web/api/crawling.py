"""Runs: what crawls brought, portal by portal, while they run and after."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response

from crawler.telling import runs as journals
from web.api.answers import BASE, answer, find_next
from web.api.models import Run, RunPortals, Runs
from web.pages.setting import sources_of
from web.queries import crawls

router = APIRouter(tags=["runs"])


@router.get("/runs", response_model=Runs, operation_id="runs")
def list_runs(
    request: Request,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=500, description="how many on a page")] = 50,
) -> Response:
    """Crawls, the latest first."""
    runs = journals.list_runs(sources_of(request).archive, datetime.now(UTC))
    start, end = (page - 1) * limit, page * limit
    following = find_next(request, page=page + 1) if end < len(runs) else None
    return answer(request, Runs(next=following, total=len(runs), runs=[make_run(run) for run in runs[start:end]]))


@router.get("/runs/{run}", response_model=RunPortals, operation_id="run")
def show_run(request: Request, run: Annotated[str, Path(max_length=200)]) -> Response:
    """One crawl with its portals: what came, what refused, what failed."""
    found = crawls.find_run(sources_of(request).archive, run, datetime.now(UTC))
    if found is None:
        raise HTTPException(404, f"no crawl {run} has left a journal in the archive")
    whole, portals = found
    return answer(request, RunPortals(run=make_run(whole), portals=[asdict(portal) for portal in portals]))


def make_run(run: journals.Run) -> Run:
    """A run as the API tells it."""
    told: dict[str, Any] = {**asdict(run.entry), "run": run.name}
    return Run(**told, state=run.state, rate=round(run.rate, 1), address=f"{BASE}/runs/{run.name}")
