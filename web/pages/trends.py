"""Trends and comparisons: figures over years of agencies, of a level and a place, each as picture, table and CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import StringConstraints
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from pipelines.errors import PipelineError
from pipelines.store.database import read_address
from web.figures.drawing import MEDIA_TYPES, can_draw, draw_figure, warm_up
from web.figures.frames import draw_chart, frame
from web.figures.layers import Layer, Setting
from web.figures.looks import Look, choose_look
from web.figures.measures import FIGURES, WHOLES, choose_last, list_points, list_ranks, list_years
from web.figures.ranks import draw_ranks
from web.figures.sheets import Block, list_blocks, list_ranked, write_points, write_ranks
from web.pages.setting import draw, sources_of
from web.queries.coverage import load_provinces
from web.queries.trends import (
    MOST_AGENCIES,
    MOST_FOUND,
    ORGANS,
    Peers,
    Series,
    Subject,
    find_agencies,
    is_filled,
    load_cities,
    read_peers,
    read_places,
    read_series,
)
from web.sources import Sources
from web.words import LANGUAGES, Words, load_words

router = APIRouter()

LEVELS = ("ministry", "provincial", "municipal", "county", "township", "other")
_TYPES = {**MEDIA_TYPES, "csv": "text/csv; charset=utf-8"}

Name = Annotated[str, StringConstraints(max_length=200)]
Word = Annotated[str, Query(max_length=60)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, with the words of its language."""

    subject: Subject
    year: int | None
    words: Words


@dataclass(frozen=True, slots=True)
class Found:
    """What the store has of it. ``names``: of the series, by agency."""

    series: list[Series]
    names: dict[str | None, str]
    peers: Peers | None

    @property
    def reports(self) -> int:
        """How many reports it is made of."""
        return sum(each.reports for each in self.series)

    @property
    def day(self) -> str:
        """The day of the latest capture of them; empty where there is none."""
        return max((year.captured_at for each in self.series for year in each.years.values()), default="")[:10]

    @property
    def broken(self) -> int:
        """The reports of which sums do not hold."""
        return sum(year.broken for each in self.series for year in each.years.values())


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the page with the table behind it: blocks of years, or ranks."""

    id: str
    notes: Sequence[str]
    source: str
    blocks: Sequence[Block] = ()
    ranks: Sequence[tuple[str, Sequence[str]]] = ()


def read_asked(
    language: str,
    agency: Annotated[list[Name] | None, Query(max_length=MOST_AGENCIES)] = None,
    level: Word = "",
    place: Annotated[str, Query(pattern=r"^(\d{2}|\d{4}|\d{6})?$")] = "",
    organ: Word = "",
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
) -> Asked:
    """The query of an address; agencies come before everything else."""
    words = load_words()[language if language in LANGUAGES else LANGUAGES[0]]
    names = tuple(dict.fromkeys(name for name in agency or () if name))
    return Asked(Subject(names) if names else Subject((), level, place, organ), year, words)


@router.get("/{language}/trends", response_class=HTMLResponse)
def show_trends(request: Request, asked: Annotated[Asked, Depends(read_asked)], words: Word = "") -> HTMLResponse:
    """The figures of what is asked for; a first look at them starts the drawing engine."""
    sources, subject = sources_of(request), asked.subject
    with sources.store.reading() as connection:
        found = _read(connection, asked)
        agencies = find_agencies(connection, words, subject) if words else []
        provinces, cities = read_places(connection, subject.place[:2])
        is_old = not found.reports and not is_filled(connection)
    answer = draw(
        request,
        "trends.html",
        subject=subject,
        found=found,
        years=list_years(found.series),
        figures=_list_figures(sources, asked, found),
        can_draw=can_draw(),
        searched=words,
        agencies=agencies,
        is_old=is_old,
        may_overlap=_may_overlap(asked.subject),
        levels=LEVELS,
        organs=ORGANS,
        provinces={code: load_provinces().get(code, code) for code in provinces},
        cities={code: load_cities().get(code, code) for code in cities},
        most=MOST_AGENCIES,
        most_found=MOST_FOUND,
        wholes=WHOLES,
    )
    answer.background = BackgroundTask(warm_up)
    return answer


@router.get("/{language}/trends/{figure}.{ending}")
def show_figure(
    request: Request,
    figure: str,
    ending: str,
    asked: Annotated[Asked, Depends(read_asked)],
    scheme: Word = "light",
    narrow: bool = False,
    bare: bool = False,
) -> Response:
    """One figure as a file: SVG, PNG or CSV, that says inside what it is made of."""
    if figure not in FIGURES or ending not in _TYPES:
        raise HTTPException(404)
    sources = sources_of(request)
    with sources.store.reading() as connection:
        found = _read(connection, asked)
    if not found.reports or (figure == "standing" and found.peers is None):
        raise HTTPException(404)
    source = _name_source(sources, asked, found, figure)
    if ending == "csv":
        overlap = [asked.words("trends.overlap")] if _may_overlap(asked.subject) else []
        content = _write_sheet(figure, asked.words, found, " ".join([source, *overlap]))
    else:
        names = asked.words("trends.comma").join(found.names.values())
        title = asked.words("trends.title_of", figure=asked.words(f"figure.{figure}"), names=names)
        look = choose_look(scheme, narrow, len(found.series) > 1)
        chart = _draw(figure, asked.words, found, look)
        notes = () if bare else [*_list_notes(figure, asked.words, found), *_list_warnings(figure, asked, found)]
        try:
            content = draw_figure(frame(chart, look, title, notes, source, bare), ending, title, source)
        except PipelineError as error:
            return Response(str(error), 503, media_type="text/plain; charset=utf-8")
    shown = "attachment" if ending == "csv" else "inline"
    named = {"Content-Disposition": f'{shown}; filename="kaijuan-{figure}.{ending}"', "Cache-Control": "no-cache"}
    return Response(content, media_type=_TYPES[ending], headers=named)


def _read(connection: Connection, asked: Asked) -> Found:
    series = read_series(connection, asked.subject)
    names = {each.agency: each.agency or _name_set(asked.subject, asked.words) for each in series}
    peers = None
    if len(series) == 1 and (agency := series[0].agency) is not None:
        year = asked.year or max((each.year for each in series[0].years.values() if each.known["received"]), default=0)
        peers = read_peers(connection, agency, year)
    return Found(series, names, peers)


def _name_set(subject: Subject, words: Words) -> str:
    place = {**load_provinces(), **load_cities()}.get(subject.place, subject.place)
    level = words.get(f"level.{subject.level}", subject.level) if subject.level else ""
    organ = words.get(f"organ.{subject.organ}", subject.organ) if subject.organ else ""
    return " · ".join(part for part in (place, level, organ) if part) or words("trends.everything")


def _name_source(sources: Sources, asked: Asked, found: Found, figure: str) -> str:
    """What a figure is made of, in a sentence: store, captures, day, query; the peers where there are any."""
    store = (read_address(sources.store.name).database or "").rpartition("/")[2]
    shown = "&".join(f"{key}={value}" for key, value in asked.subject.as_items())
    shown = shown or asked.words("trends.everything")
    made = asked.words("trends.source", store=store, reports=f"{found.reports:,}", day=found.day, query=shown)
    peers = found.peers
    if figure != "standing" or peers is None or not peers.reports:
        return made
    day = peers.captured_at[:10]
    return made + asked.words("trends.source_peers", reports=f"{peers.reports:,}", year=peers.year, day=day)


def _list_figures(sources: Sources, asked: Asked, found: Found) -> list[Shown]:
    """The figures that there is something to show of."""
    shown = []
    for figure in FIGURES if found.reports else ():
        notes, source = _list_notes(figure, asked.words, found), _name_source(sources, asked, found, figure)
        if figure != "standing":
            points = list_points(figure, found.series)
            if any(point.value is not None for point in points):
                shown.append(Shown(figure, notes, source, blocks=list_blocks(points, found.names, asked.words)))
        elif found.peers is not None:
            shown.append(Shown(figure, notes, source, ranks=list_ranked(list_ranks(found.peers), asked.words)))
    return shown


def _list_notes(figure: str, words: Words, found: Found) -> list[str]:
    if figure == "standing":
        return [_name_peers(words, found.peers)] if found.peers else []
    years = [year for each in found.series for year in each.years.values()]
    if figure == "reasons":
        last = choose_last(list_points(figure, found.series))
        is_one = len(found.series) > 1 and last
        return [words("figure_note.reasons_one", year=last[0].year) if is_one else words("figure_note.reasons")]
    notes = [words(f"figure_note.{figure}")]
    notes += [words("trends.broken_mark")] if any(year.broken and year.reports == 1 for year in years) else []
    notes += [words("trends.form_mark")] if len({form for year in years for form in year.forms}) > 1 else []
    return notes


def _may_overlap(subject: Subject) -> bool:
    """Whether a set may hold both a government and those whose figures its report contains."""
    return not subject.agencies and not (subject.level and subject.organ)


def _list_warnings(figure: str, asked: Asked, found: Found) -> Iterator[str]:
    """What the page says around the figures of a set, for one that is taken away from it."""
    if asked.subject.agencies:
        return
    words, wholes = asked.words, WHOLES[figure]
    if _may_overlap(asked.subject):
        yield words("trends.overlap")
    years = sorted((year for each in found.series for year in each.years.values()), key=lambda year: year.year)
    for whole in wholes:
        told = (
            words("trends.complete_year", year=each.year, known=f"{each.known[whole]:,}", reports=f"{each.reports:,}")
            for each in years
        )
        label = words("trends.of_whole", whole=words(f"whole.{whole}")) if len(wholes) > 1 else ""
        yield words("trends.complete", whole=label, years=words("trends.complete_between").join(told))


def _name_peers(words: Words, peers: Peers) -> str:
    level = words.get(f"level.{peers.level}", peers.level)
    return words("figure_note.standing", year=peers.year, level=level, organ=words(f"organ.{peers.organ}"))


def _draw(figure: str, words: Words, found: Found, look: Look) -> Layer:
    if figure == "standing":
        assert found.peers is not None
        return draw_ranks(look, words, list_ranks(found.peers))
    setting = Setting(look, words, list_years(found.series), found.names)
    return draw_chart(figure, setting, list_points(figure, found.series))


def _write_sheet(figure: str, words: Words, found: Found, source: str) -> bytes:
    if figure == "standing":
        assert found.peers is not None
        name = next(iter(found.names.values()))
        return write_ranks(name, found.peers.year, list_ranks(found.peers), words, source)
    return write_points(figure, list_points(figure, found.series), found.names, words, source)
