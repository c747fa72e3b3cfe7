"""What a parser would change in the store, told before it is written; written, the store is as if filled afresh."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.comparing.foresight import Foreseen, Foresight
from pipelines.comparing.recording import Recorder
from pipelines.comparing.rereading import Reread
from pipelines.comparing.telling import Teller, print_totals
from pipelines.errors import PipelineError
from pipelines.feeds import Refined
from pipelines.sightings import Sighting
from tests.store.making import FACTS, Made, fill, gone, put, read_rows, read_tables, write_prose

Capture = Made | Sighting


def make_reports() -> list[Made]:
    """Captures of two portals as they were read first, the last of them no report."""
    hosts = ("a.gov.cn", "b.gov.cn")
    reports = [
        Made(f"r{n}", f"http://{hosts[n % 2]}/{n}.html", agency=f"第{n}局", prose=write_prose(n)) for n in range(6)
    ]
    return [*reports, Made("page", "http://a.gov.cn/page.html", kind="other")]


def make_old() -> list[Capture]:
    """These, and an answer that a page is gone."""
    return [*make_reports(), gone("gone", "http://a.gov.cn/x", "2024-02-01")]


def make_new() -> list[Capture]:
    """The same read again: numbers changed, lost and gained, a report lost, a name, a report gained."""
    made = make_reports()
    made[0] = replace(made[0], facts={**FACTS, "review.total": 5})
    made[1] = replace(made[1], facts={**FACTS, "review.total": None})
    made[2] = replace(made[2], facts={**FACTS, "requests.granted.other": 3})
    made[3] = replace(made[3], kind="other")
    made[4] = replace(made[4], agency="第四局")
    made[6] = replace(made[6], kind="report", prose=write_prose("page"))
    return [*made, make_old()[-1]]


def foresee(path: Path, captures: list[Capture], is_applied: bool = False) -> tuple[Foreseen, list[Reread]]:
    told: list[Reread] = []
    foresight = Foresight(f"sqlite:///{path}", told.append, is_applied)
    put(foresight, captures)
    foresight.settle()
    foresight.close()
    return foresight.foreseen, told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of the old readings."""
    fill(tmp_path / "store.db", make_old())
    return tmp_path / "store.db"


def test_same_readings_change_nothing(path: Path) -> None:
    foreseen, told = foresee(path, make_old())
    assert (foreseen.is_empty, foreseen.same, told) == (True, 7, [])


def test_each_change_is_told_for_what_it_is(path: Path) -> None:
    foreseen, told = foresee(path, make_new())
    assert [reread.after.document["url"].rsplit("/", 1)[1] for reread in told] == [
        *("0.html", "1.html", "2.html", "3.html", "4.html", "page.html")
    ]
    changes = [{what: [change.id for change in some] for what, some in reread.changes.items()} for reread in told]
    assert changes[0] == {"numbers changed": ["review.total"], "text": ["body_digest"]}
    assert changes[1] == {"numbers lost": ["review.total"], "text": ["body_digest"]}
    assert changes[2] == {"numbers gained": ["requests.granted.other"], "text": ["body_digest"]}
    assert changes[3]["reports lost"] == ["kind"]
    assert sorted(changes[3]["numbers lost"]) == sorted(FACTS)
    assert changes[4] == {"documents": ["title", "agency"]}
    assert changes[5]["reports gained"] == ["kind"]
    assert (foreseen.same, foreseen.differ, foreseen.is_empty) == (1, 6, False)


def test_changes_are_counted_by_form_and_by_portal(path: Path) -> None:
    foreseen, _ = foresee(path, make_new())
    assert foreseen.by_form["2021"]["numbers changed"] == 1
    assert foreseen.by_portal["a.gov.cn"]["captures"] == 4
    assert foreseen.by_portal["b.gov.cn"] == {
        "captures": 2,
        "numbers lost": 1 + len(FACTS),
        "reports lost": 1,
        "sections": 1,
        "text": 1,
    }


def test_comparing_writes_nothing(path: Path) -> None:
    before = read_tables(path)
    foresee(path, [*make_new(), Made("new", "http://a.gov.cn/new.html", prose=write_prose("new"))])
    assert read_tables(path) == before


def test_applying_leaves_the_store_as_if_it_were_filled_afresh(path: Path, tmp_path: Path) -> None:
    foreseen, told = foresee(path, make_new(), is_applied=True)
    assert (foreseen.differ, len(told)) == (6, 6)
    fill(tmp_path / "afresh.db", make_new())
    assert read_tables(path) == read_tables(tmp_path / "afresh.db")
    assert foresee(path, make_new())[0].is_empty


def test_captures_and_answers_that_the_store_lacks_are_counted(path: Path) -> None:
    new = Made("new", "http://a.gov.cn/new.html", prose=write_prose("new"))
    foreseen, told = foresee(path, [new, gone("new gone", "http://a.gov.cn/y", "2024-03-01")])
    assert (foreseen.new, foreseen.new_reports, foreseen.new_sightings, told) == (1, 1, 1, [])
    assert not foreseen.is_empty


def test_lines_that_other_steps_make_the_same_change_nothing_but_the_version_they_bear(path: Path) -> None:
    def name(lines: Refined, parser: str) -> Refined:
        assert lines.report is not None
        return Refined({**lines.document, "parser": parser}, {**lines.report, "parser": parser})

    capture = make_reports()[0]
    for is_applied in (False, True):
        foresight = Foresight(f"sqlite:///{path}", lambda reread: pytest.fail(f"told {reread}"), is_applied)
        foresight.write(name(capture.refined(), "better"))
        foresight.settle()
        foresight.close()
        assert (foresight.foreseen.renamed, foresight.foreseen.is_empty) == (1, True)
        query = "select parser from documents where record_id = ?"
        assert read_rows(path, query, [capture.record_id]) == [{"parser": "better" if is_applied else "test"}]


def test_a_record_that_lies_elsewhere_is_told_as_that(path: Path) -> None:
    lines = make_reports()[0].refined()
    told: list[Reread] = []
    foresight = Foresight(f"sqlite:///{path}", told.append, is_applied=False)
    foresight.write(Refined({**lines.document, "warc": "moved.warc.gz"}, lines.report))
    foresight.flush()
    foresight.close()
    assert [(c.before, c.after) for c in told[0].changes["records"]] == [("a.warc.gz", "moved.warc.gz")]


def test_text_is_bounded_and_says_what_it_leaves_out(path: Path) -> None:
    shown: list[str] = []
    teller = Teller(shown.append, most=1)
    foreseen, told = foresee(path, make_new())
    for reread in told:
        teller.tell(reread)
    text = "\n".join(shown)
    assert text.count("numbers changed") == 1
    assert "    review.total  1 → 5  /html/body/table/tr/td" in text
    assert "  proof: a.warc.gz at 0, <urn:uuid:r0>; form 2021, portal a.gov.cn" in text
    assert "requests.carried_in.total" not in text  # one of a dozen numbers of a report that is lost
    (hidden,) = teller.print_hidden(foreseen.total)
    assert hidden.startswith("not shown: 1 documents, 12 numbers gained")
    assert hidden.endswith("--all shows everything")
    whole: list[str] = []
    teller = Teller(whole.append, most=None)
    for reread in told:
        teller.tell(reread)
    assert ["requests.carried_in.total", "2", "→", "nothing"] in [line.split()[:4] for line in whole]
    assert not list(teller.print_hidden(foreseen.total))


def test_totals_name_the_store_the_steps_and_whether_it_was_written(path: Path) -> None:
    foreseen, _ = foresee(path, make_new())
    lines = list(print_totals(foreseen, "sqlite:///x.db", "9", is_applied=False, most=20))
    assert lines[-3:] == [
        "7 captures held against sqlite:///x.db: 1 the same, 6 read otherwise",
        "steps: 9 now; in the store: test (7)",
        "nothing was written; --apply writes it",
    ]


def test_file_for_programs_holds_whole_cells_and_all_counts(path: Path, tmp_path: Path) -> None:
    foreseen, told = foresee(path, make_new())
    recorder = Recorder(str(tmp_path / "deep" / "changes.json"))
    for reread in told:
        recorder.tell(reread)
    recorder.finish(foreseen, "9", is_applied=False)
    found = json.loads((tmp_path / "deep" / "changes.json").read_text(encoding="utf-8"))
    assert found["captures"][0]["numbers_changed"][0]["after"]["path"] == "/html/body/table/tr/td"
    assert len(found["captures"][3]["numbers_lost"]) == len(FACTS)
    assert (found["differ"], found["same"], found["stored_parsers"]) == (6, 1, {"test": 7})


def test_store_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="there is no store"):
        foresee(tmp_path / "none.db", [])
