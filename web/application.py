"""The server: pages and archived captures, read-only, under headers that let nothing archived run or fetch."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from pipelines.errors import PipelineError
from web.api.application import make_api
from web.api.problems import make_problem
from web.pages import captures, coverage, crawls, data, exports, findings, metrics, proofs, reports, search, trends
from web.pages.setting import draw_missing, make_environment
from web.sources import Sources
from web.words import LANGUAGES, choose_language, load_words

_STATIC = Path(__file__).parent / "static"
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
MOST_ADDRESS = 4096  # characters of a path with its query

_OWN = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self'; font-src 'self';"
)
_OWN += " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
# ``sandbox`` without a word takes scripts, forms, pop-ups and the origin from a page, wherever it is shown.
# Its pictures and sheets come from the archive's own addresses: not from elsewhere, and not from other rooms of ours.
_ARCHIVED = "default-src 'none'; style-src {host}/archived/ 'unsafe-inline'; img-src {host}/archived/ data:;"
_ARCHIVED += " form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
_ARCHIVE = ("/archived/", "/originals/")
_PARTS = ("image/", "text/css")
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_application(sources: Sources, hosts: tuple[str, ...] = OWN_NAMES) -> FastAPI:
    """The application over open sources. ``hosts``: the names that it answers to, against DNS rebinding."""
    application = FastAPI(title="Kaijuan", docs_url=None, redoc_url=None, openapi_url=None)
    application.state.sources = sources
    load_words()  # a text that lacks a language is found now, not by a reader
    application.state.templates = make_environment()
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    application.middleware("http")(_guard)
    application.add_exception_handler(HTTPException, _show_missing)
    application.add_exception_handler(RequestValidationError, _show_missing)
    application.add_exception_handler(PipelineError, _show_broken_store)
    application.mount("/static", StaticFiles(directory=_STATIC), name="static")
    application.state.api = make_api(sources)
    application.mount("/api", application.state.api)
    application.add_api_route("/", _welcome, methods=["GET", "HEAD"])
    for pages in (coverage, reports, proofs, captures, findings, search, exports, data, trends, crawls, metrics):
        _answer_heads(pages.router)
        application.include_router(pages.router)
    return application


def _answer_heads(router: APIRouter) -> None:
    """Let every page be asked for its head alone, as Starlette's own routes can be; the server leaves the body out."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.methods is not None:
            route.methods.add("HEAD")


def _welcome(request: Request) -> RedirectResponse:
    """To the first page, in a language that the browser asks for."""
    return RedirectResponse(f"/{choose_language(request.headers.get('accept-language'))}/coverage")


async def _guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Only reading, only short addresses, only our languages; every answer under its policy."""
    path = request.url.path
    if request.method not in ("GET", "HEAD"):
        answer = _refuse(request, 405, "read-only")
        answer.headers["Allow"] = "GET, HEAD"
    elif len(path) + len(request.url.query) > MOST_ADDRESS:
        answer = _refuse(request, 414, "address too long")
    else:
        answer = await go_on(request)
    for name, value in _COMMON.items():
        answer.headers[name] = value
    _set_policy(request, answer)
    return answer


def _refuse(request: Request, status: int, why: str) -> Response:
    if request.url.path.startswith("/api/"):
        return make_problem(request, status, why)
    return Response(why, status, media_type="text/plain")


def _set_policy(request: Request, answer: Response) -> None:
    """A page of the archive has no origin, so that its own parts would be refused as another's."""
    is_archived = request.url.path.startswith(_ARCHIVE)
    host = request.headers.get("host", "") if answer.status_code == 200 else ""  # one that was checked
    answer.headers["Content-Security-Policy"] = _ARCHIVED.format(host=host) if is_archived else _OWN
    if is_archived and answer.headers.get("content-type", "").startswith(_PARTS):
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _show_missing(request: Request, error: Exception) -> HTMLResponse:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _draw_error(request, status)


def _show_broken_store(request: Request, error: Exception) -> HTMLResponse:
    return _draw_error(request, 503, str(error))


def _draw_error(request: Request, status: int, why: str | None = None) -> HTMLResponse:
    language = request.url.path.split("/")[1]
    request.path_params["language"] = language if language in LANGUAGES else LANGUAGES[0]
    return draw_missing(request, status=status, why=why)
