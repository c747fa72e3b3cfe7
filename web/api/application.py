"""The API as an application of its own, under ``/api`` of the pages'."""

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from archive.errors import ArchiveError
from pipelines.errors import PipelineError
from web.api import crawling, finding, reporting
from web.api.problems import MEDIA, Problem, show_broken, show_http, show_invalid
from web.sources import Sources

_ABOUT = """Annual reports on information disclosure (政府信息公开工作年度报告) of Chinese agencies, as archived and
read by Kaijuan. Read-only. Nothing is repaired: a blank is null and never 0, and sums that do not hold are said to.
Every number names its capture and its place there. Lists have `next`, the address of the next page; answers have an
`ETag`; errors are `application/problem+json`."""


def make_api(sources: Sources) -> FastAPI:
    """The API over open sources."""
    api = FastAPI(
        title="Kaijuan",
        version="1",
        summary="Annual reports on information disclosure, each number with its proof",
        description=_ABOUT,
        license_info={"name": "Apache-2.0 (the software)", "identifier": "Apache-2.0"},
        servers=[{"url": "/api"}],
        root_path_in_servers=False,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    api.state.sources = sources
    problem = {"model": Problem, "content": {MEDIA: {}}}
    responses: dict[int | str, dict[str, Any]] = {
        404: {**problem, "description": "there is none"},
        422: {**problem, "description": "a parameter is none"},
        503: {**problem, "description": "the store cannot be read"},
    }
    for part in (reporting, finding, crawling):
        api.include_router(part.router, prefix="/v1", responses=responses)
    api.add_exception_handler(HTTPException, show_http)
    api.add_exception_handler(RequestValidationError, show_invalid)
    for error in (PipelineError, ArchiveError):
        api.add_exception_handler(error, show_broken)
    return api
