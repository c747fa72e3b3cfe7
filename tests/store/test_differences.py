"""``scrapy diff-reports``: numbers, sections, findings, sums; of feeds and of the store; errors in one line."""

import json
from pathlib import Path
from typing import Any, Protocol

import pytest
from scrapy.cmdline import execute

from pipelines.comparing.differences import compare_reports
from pipelines.comparing.printing import print_difference
from pipelines.feeds import Line, write_line
from pipelines.store.reading import Reading
from tests.commands import PROJECT, run_scrapy
from tests.refine.examples import made_lines
from tests.store.making import FACTS, Made, fill, write_prose


class Run(Protocol):
    def __call__(self, *words: str, code: int = 0) -> str: ...


def line(**facts: Any) -> Line:
    report = (
        Made("1", facts={**FACTS, **{key.replace("__", "."): value for key, value in facts.items()}}).refined().report
    )
    assert report is not None
    return report


def write_feed(path: Path, *lines: Line) -> str:
    path.write_text("".join(map(write_line, lines)), encoding="utf-8")
    return str(path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command as ``scrapy`` runs it, in this process: what it printed, or the error that it ended with."""
    monkeypatch.chdir(PROJECT)

    def run_command(*words: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            execute(["scrapy", "diff-reports", *words])
        printed = capsys.readouterr()
        assert ended.value.code == code, printed.err
        return printed.out if code == 0 else printed.err

    return run_command


def test_scrapy_knows_the_command() -> None:
    done = run_scrapy("diff-reports", "--help")
    assert done.returncode == 0
    assert "--versions A,B" in done.stdout


def test_equal_reports_differ_in_nothing() -> None:
    assert compare_reports(line(), line()).is_empty


def test_one_changed_number_is_one_changed_cell() -> None:
    difference = compare_reports(line(), line(review__total=7))
    assert [(change.id, change.before["value"], change.after["value"]) for change in difference.cells] == [
        ("review.total", 1, 7)
    ]
    assert not difference.sections
    assert "    review.total  1 → 7" in list(print_difference(difference))


def test_number_that_became_blank_and_a_row_that_went_are_told_apart() -> None:
    gone = line(review__total=None)
    gone["cells"] = [cell for cell in gone["cells"] if cell["id"] != "requests.new.total"]
    text = list(print_difference(compare_reports(line(), gone)))
    assert "    review.total        1 → blank" in text
    assert "    requests.new.total  18 → nothing" in text


def test_sections_are_compared_sentence_by_sentence() -> None:
    before, after = line(), line()
    before["sections"] = [{"number": "一", "heading": "总体情况", "text": "甲。乙。丙。丁。戊。"}]
    after["sections"] = [{"number": "一", "heading": "总体情况", "text": "甲。乙。己。丁。戊。"}]
    (section,) = compare_reports(before, after).sections
    assert section.lines == ("  甲。", "  乙。", "- 丙。", "+ 己。", "  丁。", "  戊。")
    text = list(print_difference(compare_reports(before, after)))
    assert text[-6:] == ["  section 一、总体情况", "      乙。", "    - 丙。", "    + 己。", "      丁。", "      …"]


def test_section_that_went_and_findings_that_came_are_named() -> None:
    before, after = line(), line()
    after["sections"] = []
    after["findings"] = [{"id": "all-zero", "severity": "warning", "text": "all zero", "cells": [], "path": None}]
    difference = compare_reports(before, after)
    assert difference.sections[0].heading == "- 一、总体情况"
    assert [finding["id"] for finding in difference.added["findings"]] == ["all-zero"]
    assert "    + all-zero  warning  all zero" in list(print_difference(difference))


def test_sum_that_breaks_is_shown_with_its_sides() -> None:
    before, after = made_lines().report, made_lines().report
    assert before is not None
    assert after is not None
    after["identities"][0] |= {"result": "broken", "right": 20}
    assert "    I1.total  holds → broken (18 and 20)" in list(print_difference(compare_reports(before, after)))


def test_two_readings_of_one_archive_are_matched_by_capture(run: Run, tmp_path: Path) -> None:
    changed, renamed = line(review__total=7), {**line(), "record_id": "<urn:uuid:9>"}
    same = {**line(), "record_id": "<urn:uuid:5>"}
    old = write_feed(tmp_path / "old.jsonl", line(), same)
    new = write_feed(tmp_path / "new.jsonl", same, {**changed, "agency": "别的局", "parser": "9"}, renamed)
    text = run(old, new)
    assert "review.total  1 → 7" in text
    assert "agency  云岭省应急管理厅 → 别的局" in text
    assert "only in the second: 云岭省应急管理厅 2023" in text
    assert text.splitlines()[-1] == "1 differ, 1 are the same, 0 only in the first, 1 only in the second"


def test_json_is_one_object_with_whole_cells(run: Run, tmp_path: Path) -> None:
    old = write_feed(tmp_path / "old.jsonl", line(), {**line(), "record_id": "<urn:uuid:5>"})
    new = write_feed(tmp_path / "new.jsonl", line(review__total=7))
    found = json.loads(run(old, new, "--json"))
    assert (found["differ"], found["same"]) == (1, 0)
    assert found["reports"][0]["cells"][0]["after"]["value"] == 7
    assert [place["record_id"] for place in found["only_before"]] == ["<urn:uuid:5>"]


def test_feeds_of_two_archives_are_matched_by_agency_year_and_address(run: Run, tmp_path: Path) -> None:
    old = write_feed(tmp_path / "old.jsonl", line())
    new = write_feed(tmp_path / "new.jsonl", {**line(review__total=7), "record_id": "<urn:uuid:9>"})
    assert "1 differ, 0 are the same" in run(old, new)


@pytest.fixture
def store(tmp_path: Path) -> str:
    last = Made("1", "http://a.gov.cn/2022", year=2022, prose=write_prose("2022"), facts={**FACTS, "review.total": 4})
    page = Made("2", day="2024-01-20")
    revised = Made("3", day="2024-05-20", facts={**FACTS, "requests.new.total": 19})
    fill(tmp_path / "told.db", [last, page, revised])
    return f"DATABASE_URL=sqlite:///{tmp_path / 'told.db'}"


def test_versions_of_a_report_come_from_the_store(run: Run, store: str) -> None:
    text = run("--agency", "应急管理厅", "--year", "2023", "-s", store)
    assert "requests.new.total  18 → 19" in text
    assert "18 → 19" in run("--agency", "云岭省应急管理厅", "--year", "2023", "--versions", "1,2", "-s", store)


def test_years_of_an_agency_come_from_the_store_and_from_a_feed(run: Run, store: str, tmp_path: Path) -> None:
    from_store = run("--agency", "应急管理厅", "--years", "2022,2023", "-s", store)
    lines = [
        Made("1", "http://a.gov.cn/2022", year=2022, prose=write_prose("2022"), facts={**FACTS, "review.total": 4}),
        Made("3", day="2024-05-20", facts={**FACTS, "requests.new.total": 19}),
    ]
    reports = [report for made in lines if (report := made.refined().report)]
    feed = write_feed(tmp_path / "reports.jsonl", *reports)
    assert run(feed, "--agency", "应急管理厅", "--years", "2022,2023") == from_store
    assert "review.total        4 → 1" in from_store


def test_report_read_back_from_the_store_is_the_line_of_the_feed(store: str) -> None:
    reading = Reading(store.removeprefix("DATABASE_URL="))
    assert reading.read_report("<urn:uuid:2>") == Made("2", day="2024-01-20").refined().report
    reading.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--agency", "应急管理厅", "--year", "2022"], "one version only"),
        (["--agency", "应急管理厅", "--year", "1999"], "1999 is not there"),
        (["--agency", "应急管理厅", "--year", "2023", "--versions", "1,9"], "no version 9; there are: 1, 2"),
        (["--agency", "林业局", "--year", "2023"], "云岭省应急管理厅"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(run: Run, store: str, words: list[str], said: str) -> None:
    text = run(*words, "-s", store, code=1)
    assert said in text
    assert len(text.strip().splitlines()) == 1


def test_file_that_is_no_reports_feed_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    good = write_feed(tmp_path / "good.jsonl", line())
    documents = write_feed(tmp_path / "documents.jsonl", made_lines().document)
    cut = tmp_path / "cut.jsonl"
    cut.write_text(write_line(line()) + write_line(line())[:50], encoding="utf-8")
    assert "documents.jsonl, line 1: this is a documents feed" in run(documents, good, code=1)
    assert "cut.jsonl, line 2: not JSON" in run(good, str(cut), code=1)
    assert "nowhere.jsonl" in run(good, str(tmp_path / "nowhere.jsonl"), code=1)


def test_missing_store_is_named_and_not_made(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert "there is no store" in run("--agency", "x", "--year", "2023", "-s", f"DATABASE_URL=sqlite:///{path}", code=1)
    assert not path.exists()


@pytest.mark.parametrize(
    "words", [[], ["a.jsonl"], ["--agency", "x"], ["--agency", "x", "--years", "2023"], ["a", "b", "c"], ["--nonsense"]]
)
def test_wrong_usage_ends_with_exit_code_2(run: Run, words: list[str]) -> None:
    run(*words, code=2)
