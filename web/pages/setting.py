"""What all pages share: the templates, with the words of a language and the ways to other pages at hand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.queries.captures import archived_address, name_capture, original_address
from web.sources import Sources
from web.tables import show_cell, show_number
from web.telling.telling import name_part, tell
from web.words import LANGUAGES, load_words

Near = Sequence[tuple[str, int]]  # agencies and years
# Of the main navigation, as their addresses name them; the words are those of ``nav``.
ROOMS = ("coverage", "trends", "findings", "search", "data", "crawls")
TEMPLATES = Path(__file__).parents[1] / "templates"
# Percentages are shown with their counts only, so there is no filter for them alone.
_FILTERS: dict[str, Callable[..., Any]] = {
    "number": show_number,
    "cell": show_cell,
    "day": lambda text: (text or "")[:10],
    "moment": lambda text: (text or "")[:16].replace("T", " ") + " UTC",
    "capture_name": name_capture,
}


def make_environment() -> Environment:
    """The templates; a name that is not given is an error, and every value is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= _FILTERS
    environment.globals |= {
        "rooms": ROOMS,
        "report_address": report_address,
        "proof_address": proof_address,
        "archived_address": archived_address,
        "original_address": original_address,
        "capture_address": capture_address,
        "trends_address": trends_address,
        "with_query": with_query,
        "tell": tell,
        "part_name": name_part,
    }
    return environment


def draw(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the language of its address."""
    language = request.path_params.get("language", LANGUAGES[0])
    words = load_words()[language if language in LANGUAGES else LANGUAGES[0]]
    other = "/".join(["", words.other, *request.url.path.split("/")[2:]])
    address = f"{other}?{request.url.query}" if request.url.query else other
    environment: Environment = request.app.state.templates
    page = environment.get_template(template).render(words=words, path=request.url.path, other=address, **values)
    return HTMLResponse(page, status)


def draw_missing(
    request: Request,
    *,
    status: int = 404,
    asked: tuple[str, int] | None = None,
    near: Near = (),
    why: str | None = None,
) -> HTMLResponse:
    """The page that says what is not there, what is near it, and why."""
    return draw(request, "missing.html", status=status, asked=asked, near=near, why=why)


def sources_of(request: Request) -> Sources:
    """What the server was started with."""
    sources: Sources = request.app.state.sources
    return sources


def report_address(language: str, agency: str, year: int) -> str:
    """A report's page."""
    return f"/{language}/reports/{quote(agency, safe='')}/{year}"


def proof_address(language: str, record_id: str, cell: str) -> str:
    """A cell's page."""
    return f"/{language}/captures/{quote(name_capture(record_id), safe='')}/cells/{quote(cell, safe='')}"


def capture_address(language: str, record_id: str) -> str:
    """The page of a capture."""
    return f"/{language}/captures/{quote(name_capture(record_id), safe='')}"


def trends_address(language: str, query: dict[str, Any], file: str = "", **more: Any) -> str:
    """The trends of what a query names, agencies or a set; or one of the figures as a file."""
    found = {name: value for name, value in {**query, **more}.items() if value}
    path = f"/{language}/trends/{file}" if file else f"/{language}/trends"
    return f"{path}?{urlencode(found, doseq=True)}" if found else path


def with_query(path: str, query: dict[str, Any]) -> str:
    """An address with what of the query is set."""
    found = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{path}?{urlencode(found)}" if found else path
