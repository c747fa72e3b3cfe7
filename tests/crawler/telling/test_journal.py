"""A run's journal: written while the crawl runs and when it ends, read by whoever looks on."""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.telling.journal import (
    MOST_NOTES,
    Journal,
    PortalEntry,
    RunEntry,
    find_journals,
    find_portal,
    journal_path,
    read_journal,
    read_run,
    write_journal,
)
from crawler.telling.ledger import Ledger, Note
from tests.commands import crawl_urls
from tests.loopback import Answer, serving

RUN = "20230118T093000Z-4f1a2b"


def ledger() -> Ledger:
    found = Ledger({"a": "甲市财政局", "b": "乙市财政局"})
    document = {"portal": "a", "url": "http://a.gov.cn/1", "kind": "report", "year": 2022, "agency": "甲市财政局"}
    found.add_capture("a", "http://a.gov.cn/1", 200, "w", "report")
    found.add_document(document, {"identities": [{"id": "I1.total", "result": "broken"}]})
    found.add_refusal("b", "412 script challenge (瑞数)")
    found.add_note(Note("b", "failed", "http://b.gov.cn/: DNS lookup failed"))
    return found


def journal(run: str = RUN, **more: Any) -> Journal:
    accounts = ledger().accounts.items()
    entries = [PortalEntry.of(portal, account, 0, more.get("why")) for portal, account in accounts]
    return Journal(RunEntry(run, "provincial", {"years": "2022"}, "2023-01-18T09:30:00Z", captures=1), entries)


def test_journal_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = journal(why="only refusals")
    write_journal(tmp_path, written)
    found = read_journal(journal_path(tmp_path, RUN))
    assert found
    assert found.run == written.run == read_run(journal_path(tmp_path, RUN))
    assert found.portals[0].years == {2022: (1, 1)}
    assert found.portals[0].broken == {"I1.total": 1}
    assert [tuple(note) for note in found.portals[1].notes] == [("failed", "http://b.gov.cn/: DNS lookup failed")]
    assert find_portal(journal_path(tmp_path, RUN), "b") == found.portals[1]
    assert find_portal(journal_path(tmp_path, RUN), "c") is None


def test_latest_run_comes_first_and_what_is_half_written_is_not_seen(tmp_path: Path) -> None:
    for run in (RUN, "20240118T093000Z-000000"):
        write_journal(tmp_path, journal(run))
    (tmp_path / "runs" / f".{RUN}.jsonl.99").write_text("{")
    assert [path.stem for path in find_journals(tmp_path)] == ["20240118T093000Z-000000", RUN]


@pytest.mark.parametrize("text", ["", "{", "[]\n", '{"spider": "x"}\n', "\x00\n"])
def test_file_that_is_no_journal_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    assert read_run(path) is None
    assert read_journal(path) is None
    assert read_run(tmp_path / "gone.jsonl") is None


def test_journal_of_another_version_is_read_for_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"run": RUN, "of-tomorrow": 1}) + "\n" + json.dumps({"portal": "a", "x": 1}) + "\n")
    found = read_journal(path)
    assert found
    assert (found.run.run, found.portals[0].portal) == (RUN, "a")


def test_notes_of_a_portal_are_bounded_and_counted() -> None:
    account = Ledger({"a": "甲"}).account("a")
    account.notes += [Note("a", "status", f"http://a.gov.cn/{number}: status 404") for number in range(MOST_NOTES + 7)]
    entry = PortalEntry.of("a", account, -1, None)
    assert (len(entry.notes), entry.more, entry.open) == (MOST_NOTES, 7, 0)


def test_crawl_keeps_a_journal_beside_its_archive(tmp_path: Path) -> None:
    with serving({"/a": Answer("<p>甲</p>".encode())}) as address:
        done = crawl_urls(tmp_path, [f"{address}/a", f"{address}/gone"])
    assert done.returncode in (0, 3), done.stderr
    (path,) = find_journals(tmp_path / "warc")
    found = read_journal(path)
    assert found
    assert path.stem == found.run.run
    assert (found.run.spider, found.run.reason) == ("urls", "finished")
    assert found.run.arguments["file"].endswith("urls.txt")
    assert found.run.began <= (found.run.ended or "") == found.run.updated
    # robots.txt is one of them
    assert found.run.captures == sum(entry.captures for entry in found.portals) == 3
    assert [kind for entry in found.portals for kind, _ in entry.notes] == ["status"]
    assert found.run.failures == 1
