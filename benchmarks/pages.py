"""Every page of ``scrapy serve`` over a large store: ``python -m benchmarks.pages [--store FILE | --reports N]``.

``--on postgresql``: of a server that is started for it, whose own work the processor's times leave out; the clock's
count. ``--search`` puts the copies into the search index as well.

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
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from sqlalchemy import Connection, func, select

from benchmarks import cluster
from benchmarks.store import copy_all, fill
from benchmarks.storedata import SEEDS, make_seeds
from pipelines.store.database import Database
from pipelines.store.searching import index_captures
from pipelines.store.settled import reports
from pipelines.store.tables import cells, documents, metadata
from web.queries.captures import name_capture

MOST, MOST_MATRIX = 300, 1000  # milliseconds of the processor
ROUNDS = 4
_SAMPLES = 5
_AT_ONCE = 500  # reports that are put into the search index


@dataclass(eq=False)
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
    given = read_options(str(__doc__))
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder, opened(given, Path(folder)) as address:
        faults = run(address, Path(folder), read_pages(address))
    print("\n".join(faults) or "every bound is kept")
    return 1 if faults else 0


def read_options(description: str) -> argparse.Namespace:
    """Which store: one that is there, or one that is made, and how."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="an SQLite store, only read")
    parser.add_argument("--reports", type=int, default=100_000, help="how many the store has that is made")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite", help="what the store is made on")
    parser.add_argument("--search", action="store_true", help="put all reports into the search index, not 1,500")
    given = parser.parse_args()
    if given.on == "postgresql" and (reason := cluster.find_reason_against()):
        sys.exit(reason)
    return given


def read_pages(address: str) -> list[tuple[str, str]]:
    """The kinds of pages of that store, each with its addresses."""
    database = Database(address, None)
    with database.reading() as connection:
        pages = list(list_pages(connection))
    database.close()
    return pages


@contextmanager
def opened(given: argparse.Namespace, folder: Path) -> Iterator[str]:
    """The address of the store that is named, or of one of so many reports."""
    if given.store is not None:
        if not given.store.exists():
            sys.exit(f"{given.store}: no such file; without --store one is made")
        yield f"sqlite:///{given.store}"
        return
    place = cluster.running() if given.on == "postgresql" else nullcontext(f"sqlite:///{folder / 'store.db'}")
    with place as address:
        fill(address, make_seeds(), min(given.reports, SEEDS))
        copy_all(address, given.reports)
        if given.search:
            index_all(address)
        yield address


def index_all(address: str) -> None:
    """Put all reports into the search index; those that are there already cost little."""
    database = Database(address, metadata)
    with database.reading() as connection:
        names = sorted(connection.scalars(select(documents.c.record_id).where(documents.c.kind == "report")))
    for at in range(0, len(names), _AT_ONCE):
        with database.writing() as connection:
            index_captures(connection, names[at : at + _AT_ONCE])
        print(f"\r{min(at + _AT_ONCE, len(names))} of {len(names)} in the search index", end="", file=sys.stderr)
    print(file=sys.stderr)
    database.close()


def run(address: str, folder: Path, pages: list[tuple[str, str]]) -> list[str]:
    """Ask all pages in turns; what is wrong with them."""
    asked: dict[str, Asked] = {}
    broken: dict[str, str] = {}
    is_server = address.startswith("postgresql")
    with serving(address, folder) as (process, origin):
        first = Asked("the first request")
        ask(process, origin, "/zh/coverage", first)
        head = f"{'milliseconds':22}" + "".join(
            f"{word:>10}" for word in ("clock", "worst", "processor", "worst", "kB")
        )
        print(head)
        first.show()
        for turn in range(ROUNDS):
            for kind, page in pages:
                times = asked.setdefault(kind, Asked(kind))
                try:
                    ask(process, origin, page, times if turn else Asked("warming up"))
                except HTTPError as error:
                    broken[page] = f"{page}: answers {error.code}"
    for times in asked.values():
        if times.clock:
            times.show()
    return [*broken.values(), *find_faults(first, asked, is_server=is_server)]


def find_faults(first: Asked, asked: dict[str, Asked], *, is_server: bool) -> Iterator[str]:
    """The bounds that are missed, by the processor: the clock is also that of whatever else the machine does.

    Where the database works in processes of its own only the clock tells.
    """
    worst = {times: max(times.clock if is_server else times.processor, default=0) for times in asked.values()}
    begun = max(first.clock if is_server else first.processor)
    if begun > MOST_MATRIX:
        yield f"the first matrix takes {begun:.0f} ms, not {MOST_MATRIX}"
    for times, most in worst.items():
        bound = MOST_MATRIX if times.kind == "coverage" else MOST
        if most > bound:
            yield f"{times.kind} takes {most:.0f} ms, not {bound}: {times.worst}"


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
def serving(store: str, folder: Path) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """The server, ended by its process id."""
    places = ["-s", f"DATABASE_URL={store}", "-s", f"ARCHIVE_DIR={folder}"]
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
