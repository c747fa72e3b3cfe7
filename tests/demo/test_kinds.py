"""The demo's pages give rise to every kind of finding: rendered, archived day by day, replayed into a store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.judging import Line, find_strays, judge_reports
from demo.kinds import find_missing_kinds
from demo.panorama import ALL, MISHAPPEN, SECOND_DAY
from demo.server import House
from pipelines.store.listing import KINDS
from tests.archive.building import http, metadata, record, zipped
from tests.commands import read_lines, run_scrapy

OTHERS = (
    "panorama-03",
    "panorama-07",
    "panorama-26",
    "qinghe-yjj",
    "yunling-sthjt",
)  # what befalls more of them than one
DAYS = ("2026-04-01T08:00:00Z", "2026-05-01T08:00:00Z", "2026-06-01T08:00:00Z")
PHRASES = {200: "OK", 302: "Found", 404: "Not Found"}


@dataclass(frozen=True)
class Read:
    """What was read of a few portals' reports on each of their days."""

    houses: tuple[House, ...]
    store: Path
    documents: Sequence[Line]
    reports: Sequence[Line]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("kinds")
    chosen = {*MISHAPPEN, *SECOND_DAY, *OTHERS}
    houses = tuple(House(portal, 8701, 1) for portal in ALL if portal.id in chosen)
    records = [each for number, house in enumerate(houses) for each in write_days(house, number * 1000)]
    (folder / "made.warc.gz").write_bytes(zipped(records))
    store, feeds = folder / "kaijuan.db", [folder / f"{feed}.jsonl" for feed in ("documents", "reports")]
    words = [word for feed in feeds for word in (f"--{feed.stem}", str(feed))]
    done = run_scrapy("replay", str(folder / "made.warc.gz"), *words, "-s", f"DATABASE_URL=sqlite:///{store}")
    assert done.returncode == 0, done.stderr
    return Read(houses, store, *map(read_lines, feeds))


def write_days(house: House, number: int) -> Iterator[bytes]:
    """The answers to whoever asks each day for everything that was seen, and their crawl context."""
    portal, agency, known = house.portal, house.portal.agency, dict[str, str]()
    for site, date in zip(house.days, DAYS, strict=False):
        for article in (row for row in site.articles if row.report and row.own):
            files = (file.path for file in article.files if file.linked)
            known |= {article.path: "", **dict.fromkeys(files, article.path)}
        for path, page in known.items():
            answer, url = site.answer(path), site.chrome.origin
            head = f"HTTP/1.1 {answer.status} {PHRASES[answer.status]}\r\nContent-Type: {answer.media_type}\r\n"
            via = f"via: {url}{page}\r\n" if page else ""
            whose = f"portal: {portal.id}\r\nagency: {agency.name}\r\nlevel: {agency.level}\r\nregion: {agency.region}"
            yield record(block=http(answer.body, head), number=number, WARC_Target_URI=f"{url}{path}", WARC_Date=date)
            yield metadata(number + 1, number, f"run: {date[:7]}\r\n{whose}\r\n{via}")
            number += 2


def test_every_kind_of_finding_occurs(read: Read) -> None:
    assert find_missing_kinds(read.store) == ((), len(KINDS))


@pytest.mark.parametrize("day", [1, 2])
def test_what_befell_reports_is_read_as_the_truth_has_it(read: Read, day: int) -> None:
    sites = [house.days[day - 1] for house in read.houses if len(house.days) >= day]
    documents, reports = (
        [line for line in lines if line["captured_at"] == DAYS[day - 1]] for lines in (read.documents, read.reports)
    )
    verdicts = judge_reports(sites, documents, reports)
    assert len(verdicts) > 20
    assert [fault for verdict in verdicts for fault in verdict.faults] == []
    assert all(verdict.good for verdict in verdicts)
    assert find_strays(sites, reports) == ()
