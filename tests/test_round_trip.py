"""One round trip rules them all: crawl the demo's portals, replay their WARC files, and the lines are equal.

The same crawl is held against the truth that the portals' pages were made from, against the feeds' schemas, and
against the store.
"""

import json
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from warcio.archiveiterator import ArchiveIterator

from demo.catalogue import write_catalogue
from demo.judging import find_strays, judge_reports
from demo.portals import EASY
from demo.running import find_ports
from demo.server import Portals
from demo.site import Site
from pipelines.store.searching import NAME
from tests.commands import PROJECT, assert_feeds_equal, crawl_settings, read_lines, replay_archive, run_scrapy

SPIDERS = ("provincial", "municipal", "district")


@dataclass(frozen=True)
class Crawled:
    """The demo crawled by all three spiders into one folder, and replayed."""

    folder: Path
    sites: tuple[Site, ...]
    exit_codes: tuple[int, ...]
    said: str


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("demo")
    base_port = find_ports()
    catalogue = write_catalogue(folder / "catalogue", base_port, EASY)
    with Portals(base_port, portals=EASY) as portals:  # tests/spiders/test_cruelties.py crawls the others
        runs = [
            run_scrapy(
                *("crawl", spider, "-a", f"catalogue={catalogue}", "-O", str(folder / f"{spider}.jsonl")),
                *("-a", f"documents={folder / f'{spider}-documents.jsonl'}"),
                *("-a", f"reports={folder / f'{spider}-reports.jsonl'}"),
                *crawl_settings(folder),
            )
            for spider in SPIDERS
        ]
    for feed in ("documents", "reports"):
        live = b"".join((folder / f"{spider}-{feed}.jsonl").read_bytes() for spider in SPIDERS)
        (folder / f"live-{feed}.jsonl").write_bytes(live)
    replayed = replay_archive(folder)
    assert replayed.returncode == 0, replayed.stderr
    return Crawled(
        folder, portals.sites, tuple(run.returncode for run in runs), "\n".join(run.stdout + run.stderr for run in runs)
    )


def test_live_and_replayed_lines_are_equal_byte_for_byte(crawled: Crawled) -> None:
    assert_feeds_equal(crawled.folder)


def test_replay_gives_the_same_bytes_with_one_worker_and_with_many(crawled: Crawled) -> None:
    names = [crawled.folder / f"replayed-{feed}.jsonl" for feed in ("documents", "reports")]
    before = [name.read_bytes() for name in names]
    assert replay_archive(crawled.folder, "--workers", "1").returncode == 0
    assert [name.read_bytes() for name in names] == before


def test_every_report_says_what_its_page_was_made_from(crawled: Crawled) -> None:
    documents = read_lines(crawled.folder / "replayed-documents.jsonl")
    reports = read_lines(crawled.folder / "replayed-reports.jsonl")
    faults = [
        (verdict.url, verdict.faults or "no line")
        for verdict in judge_reports(crawled.sites, documents, reports)
        if not verdict.good
    ]
    assert faults == []
    assert find_strays(crawled.sites, reports) == ()


def test_refusing_and_empty_portals_are_said_loudly_and_make_exit_code_3(crawled: Crawled) -> None:
    assert crawled.exit_codes[:2] == (3, 3)
    assert "only refusals" in crawled.said
    assert "Traceback" not in crawled.said


def test_lines_keep_their_schemas(crawled: Crawled) -> None:
    for feed in ("documents", "reports"):
        schema = json.loads((PROJECT / "docs" / f"{feed}.schema.json").read_text(encoding="utf-8"))
        validator = Draft202012Validator(schema)
        for line in read_lines(crawled.folder / f"replayed-{feed}.jsonl"):
            assert [error.message[:200] for error in validator.iter_errors(line)] == []


def test_each_answer_of_status_200_has_one_line(crawled: Crawled) -> None:
    answers = []
    for path in sorted((crawled.folder / "warc").glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type in ("response", "revisit") and record.http_headers.get_statuscode() == "200":
                    answers.append(record.rec_headers.get_header("WARC-Record-ID"))
    lines = read_lines(crawled.folder / "replayed-documents.jsonl")
    assert sorted(line["record_id"] for line in lines) == sorted(answers)


def test_items_carry_the_reports_to_scrapys_own_exporters(crawled: Crawled) -> None:
    items = [item for spider in SPIDERS for item in read_lines(crawled.folder / f"{spider}.jsonl")]
    reports = {line["record_id"]: line for line in read_lines(crawled.folder / "replayed-reports.jsonl")}
    carried = {item["record_id"]: item["report"] for item in items if item["report"]}
    assert carried
    assert all(reports[record_id] == report for record_id, report in carried.items())


def test_replaying_into_an_empty_store_gives_the_rows_of_the_crawl(crawled: Crawled, tmp_path: Path) -> None:
    done = run_scrapy("replay", str(crawled.folder / "warc"), "-s", f"DATABASE_URL=sqlite:///{tmp_path / 'again.db'}")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "again.db") == rows(crawled.folder / "kaijuan.db")


def test_warcio_finds_the_archive_sound_but_for_digests_of_chunked_payloads(crawled: Crawled) -> None:
    for path in sorted((crawled.folder / "warc").glob("*.warc.gz")):
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        # The index of texts lies in tables of its own, in pieces as they came: its terms are compared.
        names = [name for name in names if not name.startswith(NAME)]
        connection.execute(f"create virtual table temp.terms using fts5vocab('main', '{NAME}', 'row')")
        return {name: sorted(connection.execute(f"select * from {name}"), key=repr) for name in [*names, "temp.terms"]}
