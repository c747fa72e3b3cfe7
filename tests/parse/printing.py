"""Prints made-up tables as the blocks of a body, in the ways in which portals break them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.capture import Capture
from pipelines.document import Block, Document, Grid, Identity, Slot
from pipelines.parse.form import Form, Table
from pipelines.parse.forms import find_form, load_forms
from pipelines.parse.reading import read_report
from pipelines.report import Report

COLUMNS = ("natural", "business", "research", "nonprofit", "legal", "other", "total")
APPEALS = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other", "pending", "total")
Printed = Mapping[str, str]  # cell identifier → what the page prints


@dataclass(frozen=True)
class Span:
    """A source cell of a table to be printed: its text and how far it reaches."""

    text: str
    columns: int = 1
    rows: int = 1


def get_form(name: str) -> Form:
    return next(form for form in load_forms() if form.name == name)


def get_table(form: str, name: str) -> Table:
    table = get_form(form).find_table(name)
    assert table is not None
    return table


def make_document(blocks: Sequence[Block], year: int | None = None, form: str | None = None) -> Document:
    capture = Capture(
        "http://portal.example/a.html", "2024-01-31T00:00:00Z", 200, (), b"", "sha1:A", None, "a.warc.gz", 0
    )
    return Document(
        capture, "report", identity=Identity(year=year), form=form or find_form(blocks), blocks=tuple(blocks)
    )


def paragraph(text: str, number: int = 1) -> Block:
    return Block("paragraph", f"/html/body/p[{number}]", text)


def make_grid(rows: Sequence[Sequence[Span]], path: str = "/html/body/table[1]") -> Grid:
    """The grid of rows of source cells, spans expanded as HTML does it; slots that no cell covers have no path."""
    taken: dict[tuple[int, int], Slot] = {}
    for r, row in enumerate(rows):
        column = 0
        for number, span in enumerate(row, 1):
            while (r, column) in taken:
                column += 1
            slot = Slot(span.text, f"{path}/tr[{r + 1}]/td[{number}]")
            for down in range(span.rows):
                for right in range(span.columns):
                    taken.setdefault((r + down, column + right), slot)
            column += span.columns
    width = max(column for _, column in taken) + 1
    return tuple(tuple(taken.get((r, c), Slot("", "")) for c in range(width)) for r in range(len(rows)))


def make_block(rows: Sequence[Sequence[Span]], number: int = 1) -> Block:
    path = f"/html/body/table[{number}]"
    return Block("table", path, grid=make_grid(rows, path))


def make_text_block(rows: Sequence[Sequence[str]], first: int = 1) -> Block:
    """Rows of bars or tabs: every cell of a line has the line's path; rows are padded at the right."""
    width = max(map(len, rows))
    grid = tuple(
        tuple(Slot(text, f"line {first + r}") for text in [*row, *[""] * (width - len(row))])
        for r, row in enumerate(rows)
    )
    return Block("table", f"line {first}", grid=grid)


def spans(texts: Sequence[str], widths: Sequence[int] | None = None) -> list[Span]:
    return [Span(text, width) for text, width in zip(texts, widths or [1] * len(texts), strict=True)]


def request_rows(form: str) -> tuple[str, ...]:
    return tuple(row.id for row in get_table(form, "requests").rows)


def fill_requests(form: str, value: str = "0") -> dict[str, str]:
    return {f"requests.{row}.{column}": value for row in request_rows(form) for column in COLUMNS}


def fill_disclosure(form: str, value: str = "0") -> dict[str, str]:
    table = get_table(form, "disclosure")
    return {table.cell_id(row.id, column): value for row in table.rows for column in row.columns}


def fill_appeals(value: str = "0") -> dict[str, str]:
    return {f"{part}.{column}": value for part in APPEALS for column in RESULTS}


def request_labels(form: str) -> dict[str, str]:
    return {row.id: row.labels[0] for row in get_table(form, "requests").rows}


def request_header(widths: Sequence[int] | None = None, label_columns: int = 3) -> list[list[Span]]:
    """The three header rows; ``widths`` are those of the seven value columns."""
    widths = widths or [1] * 7
    corner = Span("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", label_columns, 3)
    names = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    return [
        [corner, Span("申请人情况", sum(widths))],
        [Span("自然人", widths[0], 2), Span("法人或其他组织", sum(widths[1:6])), Span("总计", widths[6], 2)],
        spans(names, widths[1:6]),
    ]


def request_body(form: str, printed: Printed, labels: Mapping[str, str] | None = None) -> list[list[Span]]:
    """The data rows in the official layout: three label columns, group labels over several rows."""
    labels = labels or request_labels(form)
    table = get_table(form, "requests")
    rows: list[list[Span]] = []
    results = [row for row in table.rows if row.id not in ("new", "carried_in", "carried_out")]
    for row in table.rows:
        values = spans([printed[f"requests.{row.id}.{column}"] for column in COLUMNS])
        label = labels[row.id]
        group = [other for other in table.rows if other.group == row.group]
        if row not in results:
            rows.append([Span(label, 3), *values])
        elif row.group is None or row.group.startswith("三、"):
            rows.append([Span(label, 2), *values])
        elif row is group[0]:
            rows.append([Span(row.group, 1, len(group)), Span(label), *values])
        else:
            rows.append([Span(label), *values])
        if row is results[0]:
            rows[-1].insert(0, Span("三、本年度办理结果", 1, len(results)))
    return rows


def appeals_rows(printed: Printed) -> list[list[Span]]:
    names = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    return [
        [Span("行政复议", 5), Span("行政诉讼", 10)],
        [*(Span(name, 1, 2) for name in names), Span("未经复议直接起诉", 5), Span("复议后起诉", 5)],
        spans([*names, *names]),
        spans([printed[f"{part}.{column}"] for part in APPEALS for column in RESULTS]),
    ]


def disclosure_rows(form: str, printed: Printed) -> list[list[Span]]:
    """The disclosure table, group after group, as wide as its widest group."""
    table = get_table(form, "disclosure")
    labels = {column.id: column.labels[0] for column in table.columns}
    rows: list[list[Span]] = []
    above: tuple[str, tuple[str, ...]] | None = None
    for row in table.rows:
        widths = _share(3, len(row.columns))
        if above != (row.group, row.columns):
            rows.append([Span(row.group or "", 4)])
            rows.append([Span("信息内容"), *spans([labels[column] for column in row.columns], widths)])
        above = (row.group or "", row.columns)
        values = [printed[table.cell_id(row.id, column)] for column in row.columns]
        rows.append([Span(row.labels[0]), *spans(values, widths)])
    return rows


def _share(total: int, parts: int) -> list[int]:
    return [1] * (parts - 1) + [total - parts + 1]


def flatten(rows: Sequence[Sequence[Span]]) -> list[str]:
    """One source cell a line, blank ones gone."""
    return [span.text for row in rows for span in row if span.text.strip()]


def read(*blocks: Block, form: str = "2021") -> Report:
    return read_report(make_document(blocks, form=form))


def values(report: Report) -> dict[str, str]:
    return {cell.id: cell.raw for cell in report.cells if cell.id.startswith("requests.")}


def count_up(form: str) -> dict[str, str]:
    """A different number in each cell, so that no shift goes unseen."""
    return {identifier: str(number) for number, identifier in enumerate(fill_requests(form), 1)}
