"""The body of a report as lines and tables, before any markup: what HTML, text and PDF are all made from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from demo.form import (
    APPLICANT_LABELS,
    CARRIED_IN,
    CARRIED_OUT,
    COLUMNS,
    DISCLOSURE,
    HANDLED_TOTAL,
    NEW,
    OUTCOMES,
    RESULT_GROUP,
    REVIEW_COLUMNS,
    REVIEW_LABELS,
    REVIEW_TABLES,
    SUM_RULE,
    RequestRow,
)
from demo.truth import Report

PICTURE = "\ufffc"  # a line that is a picture and says nothing
_REFUSALS = "（三）不予公开"


@dataclass(frozen=True, slots=True)
class Box:
    """One source cell of a table; ``rows`` and ``columns`` are its spans."""

    text: str
    columns: int = 1
    rows: int = 1
    label: bool = True  # False where it holds what the report says


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of source cells, as in HTML: what a span from above covers is not repeated."""

    rows: tuple[tuple[Box, ...], ...]
    columns: int


@dataclass(frozen=True, slots=True)
class Line:
    """A heading or a paragraph."""

    text: str
    heading: bool = False


Item = Line | Table


def lay_out(report: Report) -> tuple[Item, ...]:
    """The whole body in order, title apart; the quirks that move or damage cells and labels are applied."""
    tables: dict[str, tuple[Item, ...]] = {}
    if report.form != "narrative":
        print_of = {cell.id: cell.raw for cell in (*report.cells, *report.unsure)}
        requests = _lay_requests(report.form, print_of)
        tables = {
            "二": (_lay_disclosure(report.form, print_of, drifting=report.has("drifting_columns")),),
            "三": _cut_by_page(requests, report) if report.has("cut_by_page") else (requests,),
            "四": (Line(PICTURE) if report.has("pictured_table") else _lay_reviews(print_of),),
        }
    if report.has("lost_label_characters"):
        draw = Random(f"labels/{report.agency.id}/{report.year}")
        tables = {number: tuple(_damage(item, draw) for item in group) for number, group in tables.items()}
    return tuple(_items(report, tables))


def _items(report: Report, tables: Mapping[str, tuple[Item, ...]]) -> Iterator[Item]:
    for section in report.sections:
        if section.heading:
            yield Line(section.heading, heading=True)
        for paragraph in section.paragraphs:
            yield Line(paragraph)
        yield from tables.get(section.heading[:1], ())
    yield from (Line(line) for line in report.signature)


def _values(print_of: Mapping[str, str], ids: Sequence[str]) -> tuple[Box, ...]:
    return tuple(Box(print_of[cell], label=False) for cell in ids)


def _lay_disclosure(form: str, print_of: Mapping[str, str], drifting: bool) -> Table:
    """One table over all items of article 20; ``drifting``: data cells do not stand under their header cells."""
    width = 5 if drifting else 4
    rows: list[tuple[Box, ...]] = []
    for article in DISCLOSURE[form]:
        rows.append((Box(article.heading, width),))
        head = (Box("信息内容"), *(Box(label) for _, label in article.columns))
        rows.append(_stretch(head, width, wide=2))
        for row, label in article.rows:
            ids = [f"disclosure.{row}.{column}" for column, _ in article.columns]
            rows.append(_stretch((Box(label), *_values(print_of, ids)), width, wide=1))
    return Table(tuple(rows), width)


def _stretch(boxes: tuple[Box, ...], width: int, wide: int) -> tuple[Box, ...]:
    """Fill ``width`` columns: a full row widens the box at ``wide``, a shorter one its last."""
    spare = width - len(boxes)
    at = wide if len(boxes) == 4 else len(boxes) - 1
    return tuple(replace(box, columns=1 + spare) if index == at else box for index, box in enumerate(boxes))


def _lay_requests(form: str, print_of: Mapping[str, str]) -> Table:
    """Three columns of labels and seven of numbers; 三、本年度办理结果 spans all its outcomes and their total."""

    def values(row: RequestRow) -> tuple[Box, ...]:
        return _values(print_of, [f"requests.{row.id}.{column}" for column in COLUMNS])

    natural, *bodies, total = (Box(label) for label in APPLICANT_LABELS)
    rows: list[tuple[Box, ...]] = [
        (Box(SUM_RULE, 3, 3), Box("申请人情况", 7)),
        (replace(natural, rows=2), Box("法人或其他组织", 5), replace(total, rows=2)),
        tuple(bodies),
        *((Box(row.label, 3), *values(row)) for row in (NEW, CARRIED_IN)),
    ]
    outcomes = [row for row in OUTCOMES[form] if f"requests.{row.id}.total" in print_of]
    group = (Box(RESULT_GROUP, 1, len(outcomes) + 1),)
    for index, row in enumerate(outcomes):
        labels = _outcome_labels(outcomes, index)
        rows.append((*(group if index == 0 else ()), *labels, *values(row)))
    rows.append((Box(HANDLED_TOTAL.label, 2), *values(HANDLED_TOTAL)))
    rows.append((Box(CARRIED_OUT.label, 3), *values(CARRIED_OUT)))
    return Table(tuple(rows), 10)


def _outcome_labels(outcomes: Sequence[RequestRow], index: int) -> tuple[Box, ...]:
    row = outcomes[index]
    if row.group is None:
        return (Box(row.label, 2),)
    if index and outcomes[index - 1].group == row.group:
        return (Box(row.label),)
    return Box(row.group, 1, sum(other.group == row.group for other in outcomes)), Box(row.label)


def _lay_reviews(print_of: Mapping[str, str]) -> Table:
    """One row of fifteen under a header of three."""
    leaves = tuple(Box(label) for label in REVIEW_LABELS)
    cells = [f"{table}.{column}" for table in REVIEW_TABLES for column in REVIEW_COLUMNS]
    return Table(
        (
            (Box("行政复议", 5), Box("行政诉讼", 10)),
            (*(replace(leaf, rows=2) for leaf in leaves), Box("未经复议直接起诉", 5), Box("复议后起诉", 5)),
            (*leaves, *leaves),
            _values(print_of, [cell for cell in cells if cell in print_of]),
        ),
        15,
    )


def _cut_by_page(table: Table, report: Report) -> tuple[Table, Table]:
    """Two tables, cut inside the group of refusals, as a page break leaves them: spans clipped, group cells lost.

    Where the cut leaves labels alone beside their numbers, they either keep their one column (rows of unequal length,
    as converters from PDF leave them) or take the lost columns' room.
    """
    draw = Random(f"cut/{report.agency.id}/{report.year}")
    refusals = next(at for at, row in enumerate(table.rows) if _REFUSALS in (box.text for box in row))
    end = refusals + sum(row.group == _REFUSALS for row in OUTCOMES[report.form])
    cut = draw.randint(refusals + 2, end - 1)
    ragged = draw.random() < 0.5
    above = tuple(
        tuple(replace(box, rows=min(box.rows, cut - at)) for box in row) for at, row in enumerate(table.rows[:cut])
    )
    orphans, rest, last = table.rows[cut:end], table.rows[end:-1], table.rows[-1]
    if not ragged:
        orphans = tuple(_widen(row, 2) for row in orphans)
    return Table(above, table.columns), Table((*orphans, *rest, _widen(last, 2)), table.columns - 1)


def _widen(row: tuple[Box, ...], columns: int) -> tuple[Box, ...]:
    """The row with its first cell over so many columns."""
    return (replace(row[0], columns=columns), *row[1:])


def _damage(item: Item, draw: Random) -> Item:
    """Labels lose a character inside or get a space into them; at most what a reader still tells apart."""

    def hurt(box: Box) -> Box:
        if not box.label or draw.random() > 0.3 or len(box.text) < 2:
            return box
        at = draw.randint(len(box.text) // 2, len(box.text) - 1)
        lost = (
            1 if len(box.text) >= 11 and "单位" not in box.text else 0
        )  # without 万, the page would say something else
        return replace(box, text=box.text[:at] + ("" if lost else " ") + box.text[at + lost :])

    return Table(tuple(tuple(map(hurt, row)) for row in item.rows), item.columns) if isinstance(item, Table) else item


def flatten_lines(table: Table, bars: bool) -> tuple[Line, ...]:
    """A table as text: one cell a line, or one row a line with bars; what spans lose piles up at a row's end."""
    if not bars:
        return tuple(Line(box.text) for row in table.rows for box in row)
    rows = ([*(box.text for box in row), *[""] * (table.columns - len(row))] for row in table.rows)
    return tuple(Line(" | ".join(texts)) for texts in rows)
