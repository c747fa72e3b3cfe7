"""What the demo shows: good news only where all is well, and broken sums with their arithmetic."""

import io
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from demo.judging import judge_reports
from demo.portals import PORTALS
from demo.running import FOLDER, find_ports
from demo.showing import Outcome, Step, show_outcome
from tests.demo.test_judging import SITES, faultless


def outcome_of(documents: list[Any], reports: list[Any]) -> Outcome:
    return Outcome(
        folder=FOLDER,
        base_port=8701,
        verdicts=judge_reports(SITES, documents, reports),
        strays=(),
        documents=documents,
        unequal=(),
        failed=(),
        codes=(("provincial", 3), ("municipal", 3), ("district", 0)),
        kinds=23,
        unseen=(),
    )


def shown(outcome: Outcome, width: int = 130) -> str:
    out = io.StringIO()
    show_outcome(Console(file=out, width=width), outcome)
    return out.getvalue()


def test_a_faultless_crawl_is_good_and_says_so() -> None:
    outcome = outcome_of(*faultless())
    text = shown(outcome)
    assert outcome.good
    cells = sum(len(verdict.report.cells) for verdict in outcome.verdicts)
    assert f"{cells:,} of {cells:,} cells right" in text
    assert "byte for byte" in text
    assert "23 of 23 kinds of findings" in text
    assert "Not as the truth says" not in text


def test_an_identity_is_shown_with_its_operands() -> None:
    documents, reports = faultless()
    item = next(i for line in reports for i in line["identities"] if i["id"] == "I4" and i["result"] == "broken")
    item["cells"] = [f"review.{name}" for name in ("total", "upheld", "corrected", "other", "pending")]
    for line in reports:
        line["identities"] = [i for i in line["identities"] if i is item]
    assert "I4  0 (total 0) ≠ 3 (upheld 1 + corrected 1 + pending 1)" in shown(outcome_of(documents, reports))


@pytest.mark.parametrize(
    "wrong",
    [
        {"strays": ("http://127.0.0.1:8701/news.html",)},
        {"unequal": ("documents",)},
        {"unseen": ("torn-digits",)},
        {"failed": (Step(("scrapy", "crawl", "district"), 1, Path("district.log")),)},
    ],
)
def test_anything_wrong_is_named_and_not_good(wrong: dict[str, Any]) -> None:
    outcome = replace(outcome_of(*faultless()), **wrong)
    assert not outcome.good
    assert "Not as the truth says" in shown(outcome)


def test_what_a_failed_command_said_stands_last(tmp_path: Path) -> None:
    log = tmp_path / "crawl-district.log"
    log.write_text("started\n" * 100 + "crawl: the store cannot be opened\n")
    failed = (Step(("scrapy", "crawl", "district"), 1, log),)
    lines = shown(replace(outcome_of([], []), failed=failed)).splitlines()
    assert lines[-1].strip() == "crawl: the store cannot be opened"
    assert lines.count("    started") < 100
    assert "Next" not in lines


def test_a_crawl_that_brought_nothing_is_not_good() -> None:
    outcome = outcome_of([], [])
    assert not outcome.good
    assert "0 report lines" in shown(outcome)


def test_a_narrow_terminal_keeps_whole_numbers() -> None:
    lines = shown(outcome_of(*faultless()), width=80).splitlines()
    assert all(len(line) <= 80 for line in lines if "sums" in line or " of 45" in line)
    assert not [line for line in lines[:30] if "…" in line]


def test_free_ports_are_found_beside_taken_ones() -> None:
    first = find_ports()
    with socket.socket() as taken, suppress(OSError):  # another test may have been quicker: taken it is
        taken.bind(("127.0.0.1", first + 2))
        taken.listen()
        found = find_ports()
        assert first + 2 not in range(found, found + len(PORTALS))
