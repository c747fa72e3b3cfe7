"""Two thousand damaged pages and files, as ``make fuzz`` makes them by the hundred thousand: no exception, no hang."""

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz.seeds import Seed, read_seeds
from benchmarks.fuzz.trying import make_payload, read_here, try_number
from pipelines.clean import cleaning
from pipelines.clean.cleaning import clean_capture
from pipelines.clean.media import find_binary_media
from tests.clean.capturing import capture
from tests.clean.filing import SPECIMENS

_BATCH = 250
_TAGS = ("table", "tr", "td", "p", "div", "span", "b", "h1", "li", "script", "ul")
_TEXTS = (
    "一、总体情况",
    "2023年",
    "总计",
    "18",
    "&nbsp;",
    "|",
    "<br>",
    "<!--",
    "-->",
    "<td colspan=3>",
    "<td rowspan=9>",
)
_PIECES = st.sampled_from(
    [*_TEXTS, "本年度我局认真做好信息公开工作。", *(f"<{t}>" for t in _TAGS), *(f"</{t}>" for t in _TAGS)]
)


@cache
def seeds() -> list[Seed]:
    # A page of a PDF takes a tenth of a second: the target has time for them, a test has not.
    return [seed for seed in read_seeds([SPECIMENS], every=3) if seed.format != ".pdf"]


@pytest.mark.parametrize("first", range(0, 2000, _BATCH))
def test_a_damaged_file_neither_raises_nor_hangs(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "read_apart", read_here)
    trials = [try_number(seeds(), 7, number) for number in range(first, first + _BATCH)]
    assert [(trial.number, trial.seed, trial.fault) for trial in trials if trial.fault] == []
    assert len({trial.outcome for trial in trials}) > 3


def test_the_same_number_is_the_same_trial() -> None:
    assert make_payload(seeds(), 7, 11)[:2] == make_payload(seeds(), 7, 11)[:2]
    assert make_payload(seeds(), 7, 11)[1] != make_payload(seeds(), 8, 11)[1]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES, max_size=60))
def test_any_tags_in_any_order_make_a_document(pieces: list[str]) -> None:
    document = clean_capture(capture("<html><body>" + "".join(pieces)))
    assert document.kind in ("report", "list", "attachment", "other", "rejected")
    assert all(len({len(row) for row in block.grid}) <= 1 for block in document.blocks)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_have_a_kind(content: bytes) -> None:
    find_binary_media(content, "http://www.example.gov.cn/a.doc")
    assert clean_capture(capture(content, content_type="")).kind
