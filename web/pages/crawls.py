"""Runs: what ran, what came, what refused and failed and why; while a crawl runs and after; a portal's history."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from crawler.telling.journal import FOLDER, PortalEntry
from crawler.telling.runs import Run, list_runs
from web.pages.setting import draw, draw_missing, sources_of
from web.queries.crawls import (
    count_failures,
    count_refusals,
    find_history,
    find_run,
    list_stops,
    name_state,
)
from web.telling.runs import name_reason, name_refusal, tell_note, tell_span, tell_why
from web.telling.telling import name_identity

router = APIRouter()

RUNS = 50  # of a page
PORTALS = 250  # of a page
HISTORY = 50  # latest runs that a portal's history is looked for in
ATTENTION = 100  # portals named before the table
ROWS = 100  # of the tables of refusals, failures and lists
PORTAL_STATES = ("waiting", "under-way", "done", "lacking", "left-open")

RunName = Annotated[str, Path(max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
PortalName = Annotated[str, Path(max_length=200)]
Page = Annotated[int, Query(ge=1, le=10_000)]
_TELLING: dict[str, Any] = {
    "tell_why": tell_why,
    "tell_note": tell_note,
    "tell_span": tell_span,
    "name_refusal": name_refusal,
    "name_reason": name_reason,
    "name_identity": name_identity,
    "show_argument": lambda value: value if "://" in value else value.rpartition("/")[2],  # of a file its name
}


@router.get("/{language}/crawls", response_class=HTMLResponse)
def show_crawls(request: Request, language: str, page: Page = 1) -> HTMLResponse:
    """All runs, latest first."""
    archive = sources_of(request).archive
    runs = list_runs(archive, _now())
    pages = max(1, -(-len(runs) // RUNS))
    page = min(page, pages)
    return draw(
        request,
        "crawls.html",
        runs=runs[(page - 1) * RUNS : page * RUNS],
        totals={name: sum(getattr(run.entry, name) for run in runs) for name in ("captures", "reports")},
        count=len(runs),
        last=runs[0] if runs else None,
        running=sum(run.is_running for run in runs),
        folder=str(archive / FOLDER),
        page=page,
        pages=pages,
        live=_make_live(f"/{language}/crawls/state.json", runs),
        **_TELLING,
    )


@router.get("/{language}/crawls/state.json")
def tell_state(request: Request, language: str) -> JSONResponse:
    """Whether a crawl is under way, and when the last word of any was written: for a page that looks again."""
    return _answer_state(list_runs(sources_of(request).archive, _now()))


@router.get("/{language}/crawls/runs/{name}", response_class=HTMLResponse)
def show_run(
    request: Request,
    language: str,
    name: RunName,
    state: Annotated[str, Query(max_length=20)] = "",
    page: Page = 1,
) -> HTMLResponse:
    """One run with its portals."""
    found = find_run(sources_of(request).archive, name, _now())
    if found is None:
        return draw_missing(request)
    run, portals = found
    states = {portal.portal: name_state(portal, run) for portal in portals}
    shown = [portal for portal in portals if state in ("", states[portal.portal])]
    pages = max(1, -(-len(shown) // PORTALS))
    page = min(page, pages)
    return draw(
        request,
        "run.html",
        run=run,
        portals=shown[(page - 1) * PORTALS : page * PORTALS],
        of_portals=len(shown),
        states=states,
        state=state,
        known=[(each, count) for each in PORTAL_STATES if (count := list(states.values()).count(each))],
        total=_add_up(portals),
        attention=[portal for portal in portals if portal.why][:ATTENTION],
        refusals=count_refusals(portals)[:ROWS],
        failures=count_failures(portals)[:ROWS],
        stops=list_stops(portals)[:ROWS],
        unkept=sum(portal.more for portal in portals),
        page=page,
        pages=pages,
        live=_make_live(f"/{language}/crawls/runs/{name}/state.json", [run]),
        **_TELLING,
    )


@router.get("/{language}/crawls/runs/{name}/state.json")
def tell_run_state(request: Request, language: str, name: RunName) -> JSONResponse:
    """The same of one run."""
    runs = list_runs(sources_of(request).archive, _now())
    return _answer_state([run for run in runs if name == run.name or name in run.parts])


@router.get("/{language}/crawls/portals/{portal}", response_class=HTMLResponse)
def show_history(request: Request, language: str, portal: PortalName) -> HTMLResponse:
    """What came of one portal in the latest runs."""
    sources = sources_of(request)
    runs = list_runs(sources.archive, _now())[:HISTORY]
    history = list(find_history(sources.archive, portal, runs))
    if not history:
        return draw_missing(request)
    return draw(
        request,
        "history.html",
        portal=portal,
        row=next((row for row in sources.portals if row.id == portal), None),
        history=[(run, entry, name_state(entry, run)) for run, entry in history],
        runs=len(runs),
        **_TELLING,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _make_live(address: str, runs: Sequence[Run]) -> dict[str, Any] | None:
    """What the page's script needs to look again; nothing where nothing is under way."""
    return {"address": address, **_find_state(runs)} if any(run.is_running for run in runs) else None


def _find_state(runs: Sequence[Run]) -> dict[str, Any]:
    running = [run for run in runs if run.is_running]
    return {
        "running": bool(running),
        "stamp": max((run.entry.updated for run in runs), default=""),
        "every": max((run.entry.every for run in running), default=0),
    }


def _answer_state(runs: Sequence[Run]) -> JSONResponse:
    return JSONResponse(_find_state(runs), headers={"Cache-Control": "no-store"})


def _add_up(portals: Sequence[PortalEntry]) -> dict[str, int]:
    return {name: sum(getattr(portal, name) for portal in portals) for name in ("captures", "reports", "left")} | {
        "refused": sum(sum(portal.refused.values()) for portal in portals),
        "rejected": sum(sum(portal.rejected.values()) for portal in portals),
        "broken": sum(sum(portal.broken.values()) for portal in portals),
    }
