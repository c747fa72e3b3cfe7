"""Every page of ``scrapy serve`` over a large store: ``python -m benchmarks.pages [--store FILE | --reports N]``.

Asks each kind of page for several agencies, filters and words, one after another, and prints what the server spent: by
the clock, from the request to the answer's last byte, and on its processors, all threads. The first request of a
server pays for what it remembers afterwards and is printed by itself. Without ``--store`` one is made.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from sqlalchemy import Connection, func, select

from benchmarks.store import copy_all, fill
from benchmarks.storedata import SEEDS, make_seeds
from pipelines.store.database import Database
from pipelines.store.settled import reports
from pipelines.store.tables import cells, documents
from web.queries.captures import name_capture

MOST, MOST_MATRIX = 300, 1000  # milliseconds of the processor
ROUNDS = 4
_SAMPLES = 5


@dataclass
class Asked:
    """Milliseconds of the requests of one kind; ``worst`` is the address that took most of the processor."""

    kind: str
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    worst: str = ""
    size: int = 0

    def add(self, address: str, clock: float, processor: float, size: int) -> None:
        """One more."""
        if processor >= max(self.processor, default=0):
            self.worst = address
        self.clock.append(clock)
        self.processor.append(processor)
        self.size = max(self.size, size)

    def show(self) -> None:
        """One line."""
        values = (median(self.clock), max(self.clock), median(self.processor), max(self.processor), self.size / 1000)
        print(f"{self.kind:22}" + "".join(f"{value:10.0f}" for value in values) + f"  {self.worst[:70]}", flush=True)


def main() -> int:
    """Ask everything; exit code 1 where a page is too slow or not answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="an SQLite store, only read")
    parser.add_argument("--reports", type=int, default=100_000, help="how many the store has that is made")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        store = make_store(given.store, Path(folder), given.reports)
        database = Database(f"sqlite:///{store}", None)
        with database.reading() as connection:
            pages = list(list_pages(connection))
        database.close()
        faults = run(store, Path(folder), pages)
    print("\n".join(faults) or "every bound is kept")
    return 1 if faults else 0


def make_store(named: Path | None, folder: Path, reports: int) -> Path:
    """The store that is named, or one of so many reports."""
    if named is not None:
        return named if named.exists() else sys.exit(f"{named}: no such file; without --store one is made")
    address = f"sqlite:///{folder / 'store.db'}"
    fill(address, make_seeds(), min(reports, SEEDS))
    copy_all(address, reports)
    return folder / "store.db"


def run(store: Path, folder: Path, pages: list[tuple[str, str]]) -> list[str]:
    """Ask all pages in turns; what is wrong with them."""
    asked: dict[str, Asked] = {}
    broken: dict[str, str] = {}
    with serving(store, folder) as (process, origin):
        first = Asked("the first request")
        ask(process, origin, "/zh/coverage", first)
        head = f"{'milliseconds':22}" + "".join(
            f"{word:>10}" for word in ("clock", "worst", "processor", "worst", "kB")
        )
        print(head)
        first.show()
        for turn in range(ROUNDS):
            for kind, address in pages:
                times = asked.setdefault(kind, Asked(kind))
                try:
                    ask(process, origin, address, times if turn else Asked("warming up"))
                except HTTPError as error:
                    broken[address] = f"{address}: answers {error.code}"
    for times in asked.values():
        if times.clock:
            times.show()
    return [*broken.values(), *find_faults(first, asked)]


def find_faults(first: Asked, asked: dict[str, Asked]) -> Iterator[str]:
    """The bounds that are missed, by the processor: the clock is also that of whatever else the machine does."""
    if max(first.processor) > MOST_MATRIX:
        yield f"the first matrix takes {max(first.processor):.0f} ms, not {MOST_MATRIX}"
    for times in asked.values():
        if times.processor and max(times.processor) > MOST:
            yield f"{times.kind} takes {max(times.processor):.0f} ms, not {MOST}: {times.worst}"


def list_pages(connection: Connection) -> Iterator[tuple[str, str]]:
    """The kinds of pages, each with its addresses."""
    for filters in ({}, {"province": "33"}, {"state": "broken"}, {"finding": "late"}, {"form": "2021"},
                    {"words": "第003区"}, {"level": "county", "page": "20"}):  # fmt: skip
        yield "coverage", f"/zh/coverage?{urlencode(filters)}"
    for filters in ({}, {"kind": "broken-identity"}, {"severity": "warning", "province": "33"}, {"page": "500"},
                    {"year": "2020", "level": "county"}, {"words": "第003区"}, {"form": "2019"}):  # fmt: skip
        yield "findings", f"/zh/findings?{urlencode(filters)}"
    for question in ("政府信息公开", "第003区", "信息", "应急管理局 2020", "依申请公开 答复", '"'):
        yield "search", f"/zh/search?{urlencode({'q': question})}"
    yield "crawls", "/zh/crawls"
    yield "data", "/zh/data"
    for report in read_samples(connection):
        yield from list_report(connection, report)
    yield from list_trends([row[0] for row in read_samples(connection)])
    yield "missing", "/zh/reports/没有这个机关/2020".translate({ord(c): quote(c) for c in "没有这个机关"})
    for name in ("coverage", "reports", "findings", "runs", "dictionary", "search?q=%E5%BA%94%E6%80%A5"):
        yield "api", f"/api/v1/{name}"


def read_samples(connection: Connection) -> list[tuple[str, int, str, int]]:
    """Some reports, far apart: agency, year, record, capture."""
    count = connection.scalar(select(func.count()).select_from(reports)) or 0
    columns = reports.c
    query = select(columns.agency, columns.year, columns.record_id, columns.capture).order_by(columns.capture)
    found = [connection.execute(query.offset(count * n // _SAMPLES).limit(1)).one() for n in range(_SAMPLES)]
    return [(row.agency, row.year, row.record_id, row.capture) for row in found]


def list_report(connection: Connection, report: tuple[str, int, str, int]) -> Iterator[tuple[str, str]]:
    """A report's pages: itself, its capture, a cell."""
    agency, year, record_id, capture = report
    name = quote(name_capture(record_id), safe=":")
    for language in ("zh", "en"):
        yield "report", f"/{language}/reports/{quote(agency, safe='')}/{year}"
    yield "capture", f"/zh/captures/{name}"
    portal = connection.scalar(select(documents.c.portal).where(documents.c.capture == capture))
    yield "portal", f"/zh/crawls/portals/{quote(portal or 'none')}"
    for cell in connection.scalars(select(cells.c.id).where(cells.c.capture == capture).limit(2)):
        yield "proof", f"/zh/captures/{name}/cells/{cell}"
    yield "api", f"/api/v1/reports/{quote(agency, safe='')}/{year}"


def list_trends(agencies: list[str]) -> Iterator[tuple[str, str]]:
    """Figures of the country, a level, a place, a city, one agency and several."""
    subjects = ["", "level=county", "place=33", "level=county&place=3310", urlencode({"agency": agencies[0]})]
    subjects.append(urlencode([("agency", agency) for agency in agencies]))
    for subject in subjects:
        yield "trends", f"/zh/trends?{subject}"
        for figure in ("requests", "outcomes", "standing"):
            for ending in ("svg", "csv"):
                yield f"trends, {ending}", f"/zh/trends/{figure}.{ending}?{subject}"


@contextmanager
def serving(store: Path, folder: Path) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """The server, ended by its process id."""
    places = ["-s", f"DATABASE_URL=sqlite:///{store}", "-s", f"ARCHIVE_DIR={folder}"]
    command = [sys.executable, "-m", "scrapy", "serve", "--port", "0", *places]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            told = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", told)
            if not found:
                sys.exit(f"scrapy serve does not start: {told.strip()}")
            yield process, found[0]
        finally:
            process.terminate()
            process.wait(30)


def ask(process: "subprocess.Popen[str]", origin: str, address: str, times: Asked) -> None:
    """Ask once. Raises ``HTTPError`` for anything but success, except for what is not there on purpose."""
    own, began = read_processor(process.pid), perf_counter()
    try:
        with urlopen(origin + address, timeout=120) as answer:
            size = len(answer.read())
    except HTTPError as error:
        if error.code != 404:
            raise
        size = len(error.read())
    clock = perf_counter() - began
    times.add(address, 1000 * clock, 1000 * (read_processor(process.pid) - own), size)


def read_processor(pid: int) -> float:
    """Seconds that the threads of a process have run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


if __name__ == "__main__":
    sys.exit(main())
