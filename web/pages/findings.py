"""All findings, worst first: a sentence each with its proof; the same list as a table to take along."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from pipelines.parse.forms import NAMES
from pipelines.store.listing import KINDS, SEVERITIES
from web.arithmetic import Sum, make_sums
from web.asking import AskedFindings
from web.pages.coverage import LEVELS
from web.pages.setting import draw, proof_address, report_address, sources_of
from web.queries.coverage import load_provinces
from web.queries.findings import (
    Filters,
    Listed,
    count_findings,
    count_reports,
    iterate_findings,
    read_findings,
    read_years,
)
from web.telling.telling import tell
from web.words import LANGUAGES, Words, load_words

router = APIRouter()

FINDINGS = 50  # of a page
FORMS = (*NAMES, "narrative")
COLUMNS = (
    *("severity", "finding", "kind", "agency", "year", "level", "region", "form", "sentence", "text", "cells"),
    *("captures", "share", "report", "proof"),
)
_MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as it is shown: its sentence, its arithmetic where it is a sum."""

    of: Listed
    sentence: str | None  # in the reader's language; where we have none, the feed's own is shown as such
    sum: Sum | None


@router.get("/{language}/findings", response_class=HTMLResponse)
def show_findings(
    request: Request, language: str, filters: AskedFindings, page: Annotated[int, Query(ge=1, le=_MOST_PAGES)] = 1
) -> HTMLResponse:
    """A page of the list, and how many there are of each kind."""
    sources = sources_of(request)
    with sources.store.reading() as connection:
        counts = count_findings(connection, filters)
        pages = max(1, -(-counts.total // FINDINGS))
        page = min(page, pages)
        found = read_findings(connection, filters, (page - 1) * FINDINGS, FINDINGS)
        years = read_years(connection)
        reports = count_reports(connection)
    told = [_tell(_words_of(language), each) for each in found]
    return draw(
        request,
        "findings.html",
        filters=filters,
        counts=counts,
        groups=[(kind, list(group)) for kind, group in groupby(told, key=lambda each: (each.of.severity, each.of.id))],
        reports=reports,
        choices={"kind": KINDS, "severity": SEVERITIES, "level": LEVELS, "form": FORMS, "year": years},
        provinces=load_provinces(),
        page=page,
        pages=pages,
        first=(page - 1) * FINDINGS + 1,
        store=sources.store.name,
    )


@router.get("/{language}/findings.csv")
def export_table(request: Request, language: str, filters: AskedFindings) -> StreamingResponse:
    """All that fit, a row each, with a byte order mark: spreadsheets would take it for another encoding."""
    return _stream(request, language, filters, "csv", "text/csv", _write_rows)


@router.get("/{language}/findings.jsonl")
def export_lines(request: Request, language: str, filters: AskedFindings) -> StreamingResponse:
    """All that fit, a JSON object a line."""
    return _stream(request, language, filters, "jsonl", "application/x-ndjson", _write_lines)


def _words_of(language: str) -> Words:
    return load_words()[language if language in LANGUAGES else LANGUAGES[0]]


def _tell(words: Words, finding: Listed) -> Told:
    sums: Sequence[Sum] = ()
    if finding.check:
        sums = make_sums({"form": finding.form, "cells": finding.values}, [finding.check])
    return Told(finding, tell(words, finding.id, finding.text, finding.form), next(iter(sums), None))


def _stream(
    request: Request,
    language: str,
    filters: Filters,
    ending: str,
    media_type: str,
    write: Callable[[Iterable[dict[str, Any]]], Iterator[str]],
) -> StreamingResponse:
    words, store = _words_of(language), sources_of(request).store

    def rows() -> Iterator[dict[str, Any]]:
        with store.reading() as connection:
            for finding in iterate_findings(connection, filters):
                yield make_row(words, finding)

    headers = {"Content-Disposition": f'attachment; filename="findings.{ending}"'}
    return StreamingResponse(write(rows()), media_type=f"{media_type}; charset=utf-8", headers=headers)


def make_row(words: Words, finding: Listed) -> dict[str, Any]:
    """A finding as it is exported; addresses are those of these pages."""
    first = next(iter(finding.pairs), None)
    return {
        "severity": finding.severity,
        "finding": finding.id,
        "kind": words.get(f"finding.{finding.id}", finding.id),
        "agency": finding.agency,
        "year": finding.year,
        "level": finding.level,
        "region": finding.region,
        "form": finding.form,
        "sentence": tell(words, finding.id, finding.text, finding.form) or finding.text,
        "text": finding.text,
        "cells": [cell for _, cell in finding.pairs],
        "captures": [each.record_id for each in finding.captures] or [finding.record_id],
        "share": finding.share,
        "report": report_address(words.language, finding.agency, finding.year),
        "proof": proof_address(words.language, *first) if first else None,
    }


def _write_rows(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        lists = {name: " ".join(row[name]) for name in ("cells", "captures")}
        writer.writerow({**row, **lists})
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _write_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"
