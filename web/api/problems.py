"""Problems: errors as RFC 9457 wants them, one shape for whatever goes wrong."""

import json
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

MEDIA = "application/problem+json"


class Problem(BaseModel):
    """What went wrong."""

    type: str = "about:blank"
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no report of 宁波市应急管理局 for 2023"])
    instance: str = Field(description="the address asked for", examples=["/api/v1/reports/宁波市应急管理局/2023"])


def make_problem(request: Request, status: int, detail: str) -> Response:
    """The answer that says what went wrong."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, instance=request.url.path)
    return Response(json.dumps(problem.model_dump(), ensure_ascii=False), status, media_type=MEDIA)


def show_http(request: Request, error: Exception) -> Response:
    """An error that a page raised."""
    assert isinstance(error, HTTPException)
    headers = error.headers or {}
    answer = make_problem(request, error.status_code, str(error.detail))
    answer.headers.update(headers)
    return answer


def show_invalid(request: Request, error: Exception) -> Response:
    """Parameters that are none: each named, with what is wrong with it."""
    assert isinstance(error, RequestValidationError)
    told = (f"{'.'.join(str(part) for part in each['loc'][1:])}: {each['msg']}" for each in error.errors())
    return make_problem(request, 422, "; ".join(told))


def show_broken(request: Request, error: Exception) -> Response:
    """A store that cannot be read."""
    return make_problem(request, 503, str(error))
