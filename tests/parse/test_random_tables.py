"""Random tables rendered in random ways: what is read is what was printed, or the refusal is explicit."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.document import Block, Grid, Slot
from pipelines.parse.reading import read_report
from pipelines.report import Report
from tests.parse.printing import (
    Printed,
    Span,
    appeals_rows,
    disclosure_rows,
    fill_appeals,
    fill_disclosure,
    fill_requests,
    flatten,
    make_block,
    make_document,
    make_grid,
    make_text_block,
    paragraph,
    request_body,
    request_header,
    request_labels,
    spans,
)

RANDOM = st.integers(0, 2**32 - 1).map(Random)
FORMS = st.sampled_from(["2021", "2019"])
ODD = ("14.4万元", "减7", "减少 28", "企业类674件;个人类69535件", "22（其中修订16件）", "-", "—", "无", "１２", "1,234")
quick = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def draw_value(random: Random, blanks: float, odd: Sequence[str] = ("１２", "1,234")) -> str:
    if random.random() < blanks:
        return random.choice(["", "\xa0"])
    return random.choice(["0", str(random.randrange(30)), str(random.randrange(9000)), random.choice(odd)])


def draw_widths(random: Random, total: int, count: int) -> list[int]:
    cuts = [0, *sorted(random.sample(range(1, total), count - 1)), total]
    return [second - first for first, second in pairwise(cuts)]


def damage(random: Random, label: str) -> str:
    """A label as portals break it: split, characters lost or swapped, punctuation mixed, instructions added."""
    characters = list(label)
    match random.randrange(6):
        case 0:
            characters.insert(random.randrange(len(label)), random.choice([" ", "\n", "\u3000"]))
        case 1:
            for _ in range(max(1, len(label) // 5)):
                del characters[random.randrange(len(characters))]
        case 2:
            return label.translate(str.maketrans("（）“”.", '()""、'))
        case 3:
            return label + random.choice(["（宋体小四）", "（件）"])
        case 4:
            characters[random.randrange(len(label))] = "囗"
    return "".join(characters)


def assert_honest(report: Report, printed: Printed, *, complete: bool) -> None:
    """No cell is wrong or invented; what is not there is refused aloud."""
    got = {cell.id: cell.raw for cell in report.cells}
    assert {name: raw for name, raw in got.items() if printed.get(name) != raw} == {}
    missing = [name for name in printed if name not in got]
    assert not (complete and missing)
    assert not missing or report.unmapped


def draw_requests(random: Random, form: str) -> tuple[Printed, list[list[Span]], list[list[Span]]]:
    blanks = random.choice([0, 0.2, 0.7])
    printed = {identifier: draw_value(random, blanks) for identifier in fill_requests(form)}
    labels = request_labels(form)
    if random.random() < 0.6:
        labels = {row: damage(random, label) if random.random() < 0.5 else label for row, label in labels.items()}
    total = random.choice([7, 9, 12])
    widths = draw_widths(random, total, 7) if total > 7 else [1] * 7
    body = request_body(form, printed, labels)
    for row in body:
        drifts = total > 7 and random.random() < 0.3
        row[-7:] = spans([span.text for span in row[-7:]], draw_widths(random, total, 7) if drifts else widths)
    return printed, request_header(widths), body


def cut(random: Random, grid: Grid, header: int) -> list[Block]:
    """A page cut: the second block loses the cells that began above, and may repeat the header."""
    at = random.randrange(header + 1, len(grid) - 1)
    above = {slot.path for row in grid[:at] for slot in row}
    rest = tuple(
        tuple(Slot("", f"lost {r}.{c}") if slot.path in above else slot for c, slot in enumerate(row))
        for r, row in enumerate(grid[at:])
    )
    again = grid[:header] if random.random() < 0.3 else ()
    pages = [paragraph("- 3 -")] if random.random() < 0.5 else []
    return [Block("table", "first", grid=grid[:at]), *pages, Block("table", "second", grid=(*again, *rest))]


@quick
@given(RANDOM, FORMS)
def test_requests_with_spans_are_read_whole(random: Random, form: str) -> None:
    printed, header, body = draw_requests(random, form)
    assert_honest(read_report(make_document([make_block(header + body)], form=form)), printed, complete=True)


@quick
@given(RANDOM, FORMS)
def test_requests_cut_by_a_page_are_read_whole(random: Random, form: str) -> None:
    printed, header, body = draw_requests(random, form)
    blocks = cut(random, make_grid(header + body), len(header))
    assert_honest(read_report(make_document(blocks, form=form)), printed, complete=True)


@quick
@given(RANDOM, FORMS)
def test_requests_in_bars_are_right_or_refused(random: Random, form: str) -> None:
    printed, header, body = draw_requests(random, form)
    rows = [[span.text for span in row] + [""] * random.randrange(3) for row in header + body]
    assert_honest(read_report(make_document([make_text_block(rows)], form=form)), printed, complete=False)


@quick
@given(RANDOM, FORMS)
def test_requests_in_lines_are_right_or_refused(random: Random, form: str) -> None:
    printed, header, body = draw_requests(random, form)
    blocks = [paragraph(line) for line in flatten(header + body)]
    report = read_report(make_document(blocks, form=form))
    assert_honest(report, {name: text.strip() for name, text in printed.items()}, complete=False)


@quick
@given(RANDOM, FORMS, st.sampled_from(["one grid", "grids", "bars", "lines"]))
def test_disclosure_and_appeals_are_right_or_refused(random: Random, form: str, way: str) -> None:
    blanks = random.choice([0, 0, 0.3])
    printed = {identifier: draw_value(random, blanks, ODD) for identifier in fill_disclosure(form)}
    printed |= {identifier: draw_value(random, blanks) for identifier in fill_appeals()}
    first, second = disclosure_rows(form, printed), appeals_rows(printed)
    for row in first:
        if len(row) > 2:
            row[1:] = spans([span.text for span in row[1:]], draw_widths(random, 4, len(row) - 1))
    heading = paragraph("四、政府信息公开行政复议、行政诉讼情况")
    blocks = {
        "one grid": [make_block(first + second)],
        "grids": [make_block(first), heading, make_block(second, 2)],
        "bars": [make_text_block([[span.text for span in row] for row in rows]) for rows in (first, second)],
        "lines": [*map(paragraph, flatten(first)), heading, *map(paragraph, flatten(second))],
    }[way]
    assert_honest(read_report(make_document(blocks, form=form)), printed, complete="grid" in way)


@quick
@given(RANDOM, FORMS)
def test_one_number_changed_changes_its_cell_and_its_identities(random: Random, form: str) -> None:
    printed = {identifier: str(random.randrange(90)) for identifier in (*fill_requests(form), *fill_appeals())}
    changed = random.choice(sorted(printed))

    def read(text: Printed) -> Report:
        blocks = make_block(request_header() + request_body(form, text)), make_block(appeals_rows(text), 2)
        return read_report(make_document(blocks, form=form))

    before, after = read(printed), read({**printed, changed: "99"})
    assert {old.id for old, new in zip(before.cells, after.cells, strict=True) if old != new} == {changed}
    entered = {check.id for check in before.identities if changed in check.cells}
    differing = {old.id for old, new in zip(before.identities, after.identities, strict=True) if old != new}
    assert differing == entered
    assert before.sections == after.sections
    assert before.unmapped == after.unmapped
