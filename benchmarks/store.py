"""The store at size: ``python -m benchmarks.store [--reports N] [--on sqlite|postgresql] [--folder F]``.

Fills a store (``storedata``), and measures with everything in it: writing and settling, what an update of reports and a
new report cost, one report's page, and the coverage matrix. Times are of the clock, of the processor beside it (of this
process alone: PostgreSQL works in its own), each of many questions drawn from all seeds.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

from sqlalchemy import text

from benchmarks import cluster
from benchmarks.storecopy import copy_seeds, open_for_bulk
from benchmarks.storedata import SEEDS, YEARS, Seeds, make_list, make_seeds, numbers
from crawler.coverage.matrix import make_coverage
from crawler.coverage.stored import read_evidence, read_store
from pipelines.feeds import Refined
from pipelines.store import Store
from pipelines.store.database import Database
from pipelines.store.tables import metadata
from web.queries.reports import read_report

MOST_PAGE, MOST_MATRIX = 0.020, 1.0  # seconds of the processor, or of the clock where the server's is another's
_QUESTIONS, _NEW = 300, 20
_SHOWN = 12  # tables, by size


@dataclass
class Times:
    """Seconds of questions or of whole steps, by the clock and on the processor of this process."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Measure one more."""
        began, own = perf_counter(), process_time()
        yield
        self.clock.append(perf_counter() - began)
        self.processor.append(process_time() - own)

    def show(self, what: str, each: int = 1) -> None:
        """Print the median and the 95th percentile, in milliseconds; ``each``: over so many reports."""
        shown = [1000 * value / each for value in (median(self.clock), median(self.processor))]
        worst = 1000 * quantiles(self.clock, n=20)[-1] / each if len(self.clock) > 1 else shown[0]
        print(f"{what:56} {shown[0]:9.2f} {worst:9.2f} {shown[1]:9.2f}", flush=True)


def main() -> int:
    """Fill and measure; exit code 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append", help="which (default: both)")
    parser.add_argument("--folder", type=Path, help="where the files go (default: a temporary folder)")
    parser.add_argument("--keep", type=Path, help="leave the SQLite store in this file, which must not be there")
    given = parser.parse_args()
    if given.keep and given.keep.exists():
        sys.exit(f"{given.keep} is there already; name another file")
    seeds = make_seeds()
    faults: list[str] = []
    if "sqlite" in (given.on or ["sqlite"]):
        with tempfile.TemporaryDirectory(prefix="bench-store-", dir=given.folder) as folder:
            faults += run(f"sqlite:///{given.keep or Path(folder) / 'store.db'}", seeds, given.reports)
    if "postgresql" in (given.on or ["postgresql"]):
        if reason := cluster.find_reason_against():
            sys.exit(reason)
        with cluster.running() as address:
            faults += run(address, seeds, given.reports)
    print("\n".join(faults) or "every bound is kept")
    return 1 if faults else 0


def run(address: str, seeds: Seeds, reports: int) -> list[str]:
    """Everything about one database; the bounds that it misses."""
    name = address.partition(":")[0]
    print(f"\n{name}, {reports} reports{'milliseconds':>30} {'median':>9} {'95 %':>9} {'processor':>9}")
    print(f"{'':36}", flush=True)
    fill(address, seeds, min(reports, SEEDS))
    copy_all(address, reports)
    show_size(address, reports)
    matrix = measure_matrix(address)
    page = measure_pages(address)
    measure_updates(address, seeds)
    measure_new(address, seeds)
    server = name == "postgresql"
    return [*find_faults(name, page, matrix, server)]


def fill(address: str, seeds: Seeds, count: int) -> None:
    """Write and settle the seeds as a replay does, a list page beside each."""
    lines: list[Refined] = [made for number in range(count) for made in (seeds.make(number), make_list(number))]
    written, settled = Times(), Times()
    store = Store(address)
    with written.one():
        for made in lines:
            store.write(made)
        store.flush()
    written.show("write, a report and a list page", count)
    with settled.one():
        store.settle()
    settled.show("settle, a report", count)
    store.close()


def copy_all(address: str, reports: int) -> None:
    """Copy the seeds until there are so many reports."""
    copies = max(0, -(-reports // SEEDS) - 1)
    began = perf_counter()
    engine = open_for_bulk(address)
    with engine.connect() as connection:
        for copy in copy_seeds(connection, copies):
            print(f"\rcopy {copy} of {copies}", end="", file=sys.stderr, flush=True)
    engine.dispose()
    print(file=sys.stderr)
    print(f"{copies} copies of the seeds' rows: {perf_counter() - began:.0f} s", flush=True)


def show_size(address: str, reports: int) -> None:
    """The bytes of each table and index, by report."""
    query = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name"
    if not address.startswith("sqlite"):
        query = "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
    database = Database(address, metadata)
    with database.reading() as connection:
        sizes = {name: int(size) for name, size in connection.execute(text(query)) if size}
    database.close()
    total = sum(sizes.values())
    ordered = sorted(sizes.items(), key=lambda item: -item[1])[:_SHOWN]
    print(
        f"{total / 1e6:.0f} MB, {total / reports / 1000:.1f} kB a report: " + _list_sizes(ordered, reports), flush=True
    )


def _list_sizes(sizes: list[tuple[str, int]], reports: int) -> str:
    return ", ".join(f"{name} {size / reports / 1000:.1f}" for name, size in sizes)


def measure_matrix(address: str) -> Times:
    """The matrix of all that the store has, from opening it: with proofs, for the command, and as its page reads it."""
    whole, brief = Times(), Times()
    for _ in range(5):
        with whole.one():
            evidence = read_store(address)
        database = Database(address, None)
        with brief.one(), database.reading() as connection:
            make_coverage(read_evidence(connection, is_brief=True), (), date(2025, 1, 1))
        database.close()
    whole.show(f"the matrix with addresses and records: {len(evidence.cells)} reports")
    brief.show(f"the matrix of the page, once while nobody writes: {len(evidence.agencies)} agencies")
    return brief


def measure_pages(address: str) -> Times:
    """Everything that a report's page shows."""
    times = Times()
    database = Database(address, None)
    with database.reading() as connection:
        rows = connection.execute(text("SELECT agency, year FROM reports ORDER BY record_id")).all()
        chosen = [rows[number * len(rows) // SEEDS] for number in numbers(_QUESTIONS, 1)]
        for agency, year in chosen:
            with times.one():
                found = read_report(connection, agency, year)
            assert found is not None, (agency, year)
    database.close()
    times.show("a report's page")
    return times


def measure_updates(address: str, seeds: Seeds) -> None:
    """Reports that are there, written again: the same, and with another number; then settled."""
    own = list(dict.fromkeys(numbers(_QUESTIONS, 2)))
    again, changed = [seeds.make(number) for number in own], [seeds.make(number, revision=1) for number in own]
    for what, lines in (("the same reports again", again), ("reports with another number", changed)):
        _measure_writing(address, what, lines)


def _measure_writing(address: str, what: str, lines: list[Refined]) -> None:
    store, written, settled = Store(address), Times(), Times()
    with written.one():
        for made in lines:
            store.write(made)
        store.flush()
    written.show(f"{what}: write", len(lines))
    with settled.one():
        store.settle()
    settled.show(f"{what}: settle", len(lines))
    store.close()


def measure_new(address: str, seeds: Seeds) -> None:
    """One new report in the full store: written and settled by itself."""
    store, times = Store(address), Times()
    for number in range(_NEW):
        made = seeds.make(number * len(YEARS), mark="k999999")
        with times.one():
            store.write(made)
            store.settle()
    store.close()
    times.show("one new report: write and settle")


def find_faults(name: str, page: Times, matrix: Times, is_server: bool) -> Iterator[str]:
    """The bounds that are missed."""
    pick: Callable[[Times], list[float]] = lambda times: times.clock if is_server else times.processor  # noqa: E731
    if median(pick(page)) > MOST_PAGE:
        yield f"{name}: a report's page takes {1000 * median(pick(page)):.0f} ms, not {1000 * MOST_PAGE:.0f}"
    if median(pick(matrix)) > MOST_MATRIX:
        yield f"{name}: the matrix takes {median(pick(matrix)):.1f} s, not {MOST_MATRIX:.0f}"


if __name__ == "__main__":
    sys.exit(main())
