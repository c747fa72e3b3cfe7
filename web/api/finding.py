"""Captures, cells with their proof, search and the dictionary."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response

from pipelines.exports.dictionary import load_cells, load_fields
from pipelines.store.reading import read_lines
from web.api.answers import answer, find_next, make_head, name_capture_address, name_report
from web.api.models import Capture, Cell, CellProof, Dictionary, DictionaryCell, Hit, Hits, Identity
from web.pages.setting import proof_address, sources_of
from web.queries.captures import archived_address, find_capture, find_report, original_address, read_name
from web.queries.search import find_reports

router = APIRouter()

Name = Annotated[str, Path(max_length=300, description="the record's UUID, or its whole identifier")]
_OWN = ("capture", "fingerprint", "name", "text_id")  # of the store alone


@router.get("/captures/{capture}", response_model=Capture, tags=["captures"], operation_id="capture")
def show_capture(request: Request, capture: Name) -> Response:
    """An archived answer: where it lies, and what was read in it."""
    record_id = read_name(capture)
    with sources_of(request).store.reading() as connection:
        row, report = find_capture(connection, record_id), find_report(connection, record_id)
    if row is None:
        raise HTTPException(404, f"no capture {record_id} in the store")
    value = Capture(
        **{name: value for name, value in row.items() if name not in _OWN},
        report=name_report(*report) if report else None,
        archived=archived_address(record_id),
        original=original_address(record_id),
    )
    return answer(request, value)


@router.get("/captures/{capture}/cells/{cell}", response_model=CellProof, tags=["captures"], operation_id="cell")
def show_cell(request: Request, capture: Name, cell: Annotated[str, Path(max_length=200)]) -> Response:
    """A number, as printed and as read, with the sums that it takes part in."""
    record_id = read_name(capture)
    with sources_of(request).store.reading() as connection:
        refined = read_lines(connection, [record_id]).get(record_id)
    line = refined.report if refined else None
    found = next((each for each in line["cells"] if each["id"] == cell), None) if line else None
    if line is None or found is None:
        raise HTTPException(404, f"no cell {cell} in capture {record_id}")
    form = load_cells().get(cell)
    value = CellProof(
        cell=Cell(**found),
        label_zh=form.zh if form else None,
        label_en=form.en if form else None,
        identities=[Identity(**each) for each in line["identities"] if cell in each["cells"]],
        capture=name_capture_address(record_id),
        archived=archived_address(record_id, cell),
        page=proof_address("zh", record_id, cell),
    )
    return answer(request, value)


@router.get("/search", response_model=Hits, tags=["search"], operation_id="search")
def search(
    request: Request,
    q: Annotated[str, Query(max_length=500, description="words, apart by spaces", examples=["海淀 申请"])] = "",
    after: Annotated[str, Query(max_length=30, description="as next has it")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Reports by agency and title, then by text, the newest first in each."""
    with sources_of(request).store.reading() as connection:
        found = find_reports(connection, q, after, limit)
    hits = [
        Hit(
            report=make_head(hit.report),
            where=hit.where,
            passages=[
                "".join(f"【{part.text}】" if part.is_marked else part.text for part in each) for each in hit.passages
            ],
        )
        for hit in found.hits
    ]
    following = find_next(request, after=found.after) if found.after else None
    counts = {"by_name": found.by_name, "by_text": found.by_text}
    return answer(request, Hits(next=following, words=list(found.words), hits=hits, **counts))


@router.get("/dictionary", response_model=Dictionary, tags=["dictionary"], operation_id="dictionary")
def show_dictionary(request: Request) -> Response:
    """What every cell and every exported column means, in Chinese and English."""
    cells = [
        DictionaryCell(
            cell=cell.id,
            table=cell.table,
            row=cell.row,
            column=cell.column,
            forms=list(cell.forms),
            label_zh=cell.zh,
            label_en=cell.en,
            unit=cell.unit,
        )
        for cell in load_cells().values()
    ]
    tables = {
        name: [{"name": each.name, "type": each.type, "zh": each.zh, "en": each.en} for each in fields]
        for name, fields in load_fields().items()
    }
    return answer(request, Dictionary(cells=cells, tables=tables))
