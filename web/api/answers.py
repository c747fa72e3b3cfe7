"""Answers: JSON that knows whether the asker has it already, and the addresses that it names."""

import hashlib
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import RowMapping

from pipelines.exports.dictionary import load_provinces
from web.api.models import ReportHead
from web.pages.setting import report_address, with_query
from web.queries.captures import name_capture

BASE = "/api/v1"
_HEAD = ("agency", "year", "region", "level", "title", "form", "published", "state", "broken", "record_id", "url")


def answer(request: Request, value: BaseModel) -> Response:
    """The value, or 304 where the asker has it."""
    content = value.model_dump_json().encode("utf-8", "replace")
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = request.headers.get("if-none-match", "")
    if known == "*" or tag in (each.strip().removeprefix("W/") for each in known.split(",")):
        return Response(None, 304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def find_next(request: Request, **changed: Any) -> str:
    """The address of another page of the same list."""
    return with_query(f"{BASE}{request.url.path.partition(BASE)[2]}", {**request.query_params, **changed})


def name_report(agency: str, year: int) -> str:
    """A report's address."""
    return f"{BASE}/reports/{quote(agency, safe='')}/{year}"


def name_capture_address(record_id: str) -> str:
    """A capture's address."""
    return f"{BASE}/captures/{quote(name_capture(record_id), safe='')}"


def make_head(row: RowMapping) -> ReportHead:
    """A row of ``reports`` as a head."""
    agency, year = row["agency"], row["year"]
    return ReportHead(
        **{name: row[name] for name in _HEAD},
        report=f"{agency}/{year}",
        province=load_provinces().get((row["region"] or "")[:2]),
        address=name_report(agency, year),
        page=report_address("zh", agency, year),
    )
