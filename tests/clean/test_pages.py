"""Whole pages of eight families in every quirk: the clean document holds the truth and nothing else."""

import random
from collections import Counter

import pytest

from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from tests.clean.capturing import capture
from tests.clean.frames import FAMILIES, draw_page, draw_url
from tests.clean.made import Report, expand, make_narrative, make_report
from tests.clean.quirks import QUIRKS

_FLAT_QUIRKS = sorted(QUIRKS)


def _make(quirk: str, family: str, number: int) -> tuple[Report, Document]:
    seed = _FLAT_QUIRKS.index(quirk) * 1000 + FAMILIES.index(family) * 10 + number
    rng = random.Random(seed)
    report = make_narrative(seed) if number == 2 else make_report(seed)
    page = draw_page(report, QUIRKS[quirk](report, rng), family, rng)
    return report, clean_capture(capture(page, draw_url(report, family)))


def _squeeze(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("quirk", _FLAT_QUIRKS)
def test_the_body_is_whole_once_and_in_order(quirk: str) -> None:
    for place, family in enumerate(FAMILIES):
        for number in (0, 2)[place % 2 :]:
            report, document = _make(quirk, family, number)
            said = [_squeeze(block.text) for block in document.blocks if block.kind in ("heading", "paragraph")]
            wanted = [_squeeze(line) for line in report.lines]
            extra, lost = Counter(said) - Counter(wanted), Counter(wanted) - Counter(said)
            assert (family, extra, lost) == (family, Counter(), Counter())
            assert said == wanted


@pytest.mark.parametrize("quirk", _FLAT_QUIRKS)
def test_every_cell_is_in_its_row_and_column(quirk: str) -> None:
    for family in FAMILIES[::3]:
        report, document = _make(quirk, family, 0)
        grids = [
            [[slot.text for slot in row] for row in block.grid] for block in document.blocks if block.kind == "table"
        ]
        assert grids == [expand(table) for table in report.tables]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_page_says_whose_report_it_is(family: str) -> None:
    for quirk in ("as_is", "doubled_in_divs", "word_markup"):
        report, document = _make(quirk, family, 1)
        identity = document.identity
        assert document.kind == "report"
        assert (identity.title, identity.agency, identity.year) == (report.title, report.agency, report.year)
        assert (identity.published, identity.index_number) == (report.published, report.index)
        assert identity.origins["published"] == ("meta" if family in ("trs", "ucap", "lonsun") else "info-box")


def test_a_dropped_block_names_its_kept_twin() -> None:
    report, document = _make("doubled_in_divs", "trs", 0)
    kept = {block.path for block in document.blocks}
    logged = {item.kept for item in document.dropped}
    assert len(document.dropped) >= len(report.lines)
    assert kept <= logged


@pytest.mark.parametrize("quirk", ["quoted", "bilingual", "two_reports", "as_is", "spacer_rows"])
def test_a_page_that_prints_its_body_once_is_not_touched(quirk: str) -> None:
    for family in FAMILIES:
        assert _make(quirk, family, 0)[1].dropped == ()


def test_files_are_attachments_and_not_prose() -> None:
    _, document = _make("attachments", "trs", 0)
    assert [item.url.rsplit("/", 1)[1] for item in document.attachments] == [
        "P02023.pdf",
        "downfile.jsp?filename=1.docx",
    ]


def test_one_page_gives_one_document() -> None:
    assert _make("tripled", "vsb", 1)[1] == _make("tripled", "vsb", 1)[1]


@pytest.mark.parametrize(
    ("charset", "declared"), [("gb18030", "utf-8"), ("utf-8", "gb2312"), ("gbk", ""), ("utf-8-sig", "gbk")]
)
def test_a_lying_header_makes_no_mojibake(charset: str, declared: str) -> None:
    report = make_report(7)
    page = draw_page(report, QUIRKS["as_is"](report, random.Random(7)), "vsb", random.Random(7))
    document = clean_capture(capture(page.encode(charset), content_type=f"text/html; charset={declared}"))
    assert document.charset == ("utf-8" if charset.startswith("utf-8") else "gb18030")
    assert document.identity.title == report.title
