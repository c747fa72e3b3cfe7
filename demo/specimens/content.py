"""What a specimen's body says, item by item, before any markup: sections in many wordings, and what looks like repeats.

A trap is something that stands twice on the page on purpose. It belongs there, and a reader that takes it for the
second printing of a body loses text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from demo.printing import Cell
from demo.prose import TABLED_HEADINGS, Section
from demo.rendering.layout import Item, Line, Table, lay_out
from demo.specimens.altering import PICTURE, alter_tables
from demo.specimens.wording import load_words, write
from demo.sums import find_sums
from demo.truth import Report

TRAPS = (
    "zeros",  # every cell of every table is 0
    "repeated_headings",  # the same subheadings under several sections
    "quoted_twice",  # a long paragraph is said again, word for word, in a later section
    "stock_sentences",  # each part ends with the same paragraph
    "bilingual",  # an English version behind each paragraph
    "bilingual_below",  # … or behind the whole
    "units_alike",  # a paragraph each for many units, alike but for names and numbers
    "two_reports",  # another agency's report below, with tables of its own
    "two_years",  # last year's report of the same agency below, a third of its sentences the same
    "table_of_units",  # the requests table again, with the numbers of the units
    "contents_list",  # the headings as links above the body
    "tabs",  # … and all sections but the first hidden until their link is clicked
)
_FOURTH = (TABLED_HEADINGS[3], "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "四、行政复议、行政诉讼情况")
_NARRATIVE = (
    "一、工作概述",
    "二、公开信息的情况",
    "三、申请办理的情况",
    "四、复议与诉讼的情况",
    "五、不足与打算",
    "六、其他",
)
_NUMBERINGS = ("{0}、{1}", "{0}、{1}", "{0}、{1}", "{0}．{1}", "{0}、 {1}", "第{0}部分　{1}", "{0}、{1}：")
_RESIDUE = ("", "", "", "", " ", "(宋体加粗小四号字)")


@dataclass(frozen=True, slots=True)
class Content:
    """The items of a body in order. ``single``: whether there is one report whose cells can be judged."""

    report: Report
    items: tuple[Item, ...]
    single: bool = True


def make_content(
    report: Report, trap: str | None, draw: Random, other: Report | None = None, pictures: bool = True
) -> Content:
    """The body of a report; ``other`` is the second one of the traps that need it.

    ``pictures``: numbers may be images; lines of text have none.
    """
    written = _rewrite(report, draw, trap)
    written = _empty(written) if trap == "zeros" else _reprint(written, draw, pictures)
    items = list(_vary(_renumber(tuple(alter_tables(lay_out(written), draw)), draw), draw))
    written = replace(written, cells=tuple(replace(c, raw=c.raw.replace(PICTURE, "")) for c in written.cells))
    single = True
    if trap in ("two_reports", "two_years", "table_of_units"):
        assert other is not None  # drawn with the trap
        items += _second(written, other, trap, draw)
        single = False
    elif trap == "bilingual":
        items = [new for item in items for new in _with_english(item, written, draw)]
    elif trap == "bilingual_below":
        items += [Line("English Version", heading=True), *map(Line, _english(written, draw))]
    return Content(written, tuple(items), single)


def facts_of(report: Report) -> dict[str, object]:
    """What sentences may call."""
    agency = report.agency
    words = {"year": report.year, "host": "xxgk.gov.example", "place": agency.name[:3], "office_en": "Office"}
    return {**report.stated, **agency.words, **words}


def _rewrite(report: Report, draw: Random, trap: str | None) -> Report:
    """The report with prose of many wordings in place of the demo's."""
    facts = facts_of(report)
    headings = [*TABLED_HEADINGS[:3], draw.choice(_FOURTH), *TABLED_HEADINGS[4:]]
    if report.form == "narrative":
        headings = list(_NARRATIVE)
    residue = draw.choice(_RESIDUE)
    few = draw.random() < 0.5
    bodies = [
        write(draw, "overall", facts, draw.randint(3, 9)),
        write(draw, "managed", facts) if few else (),
        write(draw, "handled", facts) if few else (),
        write(draw, "reviewed", facts) if draw.random() < 0.3 else (),
        (*write(draw, "problems", facts, draw.randint(1, 3)), *write(draw, "plans", facts, draw.randint(1, 2))),
        write(draw, "fees", facts),
    ]
    sections = [Section(head + residue, body) for head, body in zip(headings, bodies, strict=True)]
    opening = Section("", write(draw, "opening", facts, draw.randint(1, 2)))
    return replace(report, sections=(opening, *_repeat(sections, trap, facts, draw)))


def _repeat(sections: list[Section], trap: str | None, facts: dict[str, object], draw: Random) -> list[Section]:
    """The traps that lie in the prose."""
    first, fifth = sections[0], sections[4]
    if trap == "repeated_headings":
        extra = ("（一）主要做法", *first.paragraphs, "（二）存在不足", *write(draw, "problems", facts))
        again = ("（一）主要做法", *write(draw, "overall", facts), "（二）存在不足", *fifth.paragraphs)
        return [replace(first, paragraphs=extra), *sections[1:4], replace(fifth, paragraphs=again), sections[5]]
    if trap == "quoted_twice":
        quoted = max(first.paragraphs, key=len)
        return [
            *sections[:4],
            replace(fifth, paragraphs=(fifth.paragraphs[0], quoted, *fifth.paragraphs[1:])),
            sections[5],
        ]
    if trap == "stock_sentences":
        stock = write(draw, "stock", facts)[0]
        return [replace(part, paragraphs=(*part.paragraphs, stock)) for part in sections]
    if trap == "units_alike":
        pool = [*load_words("prose")["towns"], *load_words("prose")["offices"]]
        template = draw.randrange(len(load_words("prose")["unit_lines"]))
        units = draw.sample(pool, k=draw.randint(6, 12))
        lines = [write(draw, "unit_lines", {**facts, "unit": unit}, 2)[template] for unit in units]
        return [replace(first, paragraphs=(*first.paragraphs, *lines)), *sections[1:]]
    return sections


def _empty(report: Report) -> Report:
    """A report of an agency that did nothing at all: every cell prints 0."""
    cells = tuple(Cell(cell.id, "0", 0, "number", _unit(report.form, cell.id)) for cell in report.cells)
    return replace(report, cells=cells, sums=find_sums(report.form, cells))


def _reprint(report: Report, draw: Random, pictures: bool) -> Report:
    """What the demo's quirks do not print: other dashes for nothing, pictures of numbers."""
    cells = report.cells
    if report.has("dashes"):
        dash = draw.choice(("—", "-", "/"))
        cells = tuple(replace(cell, raw=dash) if cell.state == "dash" else cell for cell in cells)
    if cells and pictures and draw.random() < 0.04:
        chosen = {cell.id for cell in draw.sample(cells, k=3)}
        cells = tuple(Cell(cell.id, PICTURE, state="image") if cell.id in chosen else cell for cell in cells)
    return replace(report, cells=cells, sums=find_sums(report.form, cells))


def _unit(form: str, cell: str) -> str | None:
    """Form 2021 names the unit of its amount in the header, form 2019 does not."""
    if cell.endswith(".amount"):
        return "10k_yuan" if form == "2021" else None
    return "item"


def _renumber(items: Sequence[Item], draw: Random) -> tuple[Item, ...]:
    """The numbers of the sections in one of the ways in which agencies write them."""
    form = draw.choice(_NUMBERINGS)

    def write_heading(item: Item) -> Item:
        if isinstance(item, Line) and item.heading and item.text[1:2] == "、":
            return replace(item, text=form.format(item.text[0], item.text[2:]))
        return item

    return tuple(map(write_heading, items))


def _vary(items: Sequence[Item], draw: Random) -> Iterable[Item]:
    """Now and then a line of units above a table, a paragraph below one, no signature or a bare date."""
    signed = draw.choices((2, 1, 0), weights=(6, 1, 2))[0]
    body = items[: len(items) - 2]
    for item in body:
        if isinstance(item, Table) and draw.random() < 0.15:
            yield Line(draw.choice(("单位：件", "（单位：件、万元）")))
        yield item
    signature = items[len(items) - 2 : len(items) - 2 + signed]
    if signed == 2 and draw.random() < 0.1:  # on one line
        yield Line("　　".join(line.text for line in signature if isinstance(line, Line)))
    else:
        yield from signature


def _second(first: Report, other: Report, trap: str, draw: Random) -> list[Item]:
    """What stands below the report: another one, whole, or its requests table with other numbers."""
    if trap == "table_of_units":
        tables = [item for item in lay_out(other) if isinstance(item, Table) and item.columns == 10]
        return [Line("附表：所属单位办理申请情况汇总", heading=True), *tables]
    written = _rewrite(other, draw, None)
    if trap == "two_years":
        shared = first.sections[1].paragraphs[-1:]
        sections = [*written.sections]
        sections[1] = replace(sections[1], paragraphs=(*sections[1].paragraphs, *shared))
        written = replace(written, sections=tuple(sections))
    return [Line(written.title, heading=True), *lay_out(written)]


def _with_english(item: Item, report: Report, draw: Random) -> Iterable[Item]:
    yield item
    if isinstance(item, Line) and len(item.text) > 60:
        yield Line(draw.choice(_english(report, draw)))


def _english(report: Report, draw: Random) -> tuple[str, ...]:
    return write(draw, "english", facts_of(report), 4)


def expand(table: Table) -> tuple[tuple[str, ...], ...]:
    """The grid of a table: every slot with the text of the cell that covers it, as browsers lay tables out."""
    rows: list[dict[int, str]] = [{} for _ in table.rows]
    for at, row in enumerate(table.rows):
        column = 0
        for box in row:
            while column in rows[at]:
                column += 1
            for below in rows[at : at + box.rows]:
                below.update(dict.fromkeys(range(column, column + box.columns), box.text.replace(PICTURE, "")))
    return tuple(tuple(row.get(column, "") for column in range(max(row, default=-1) + 1)) for row in rows)
