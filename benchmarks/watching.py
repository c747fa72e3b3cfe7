"""What watching costs at size: a scrape of ``/metrics`` over many reports, portals, runs; cold, warm, amid writing.

    python -m benchmarks.watching --reports 100000 --portals 3000 --runs 60

Rows, indexes and journals are made up, as wide as real ones; server, database and scrapes are real. Exits 1 where a
scrape of a server that has counted once, or of one whose store is written meanwhile, takes more of a processor than the
bound: what passes on the clock is the machine's affair too.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.request import urlopen

from sqlalchemy import insert, update

from archive.index.cdxj import Entry, write_entry
from crawler.telling.journal import Journal, PortalEntry, RunEntry, write_journal
from pipelines.store import Store
from pipelines.store.database import Database
from pipelines.store.settled import reports
from pipelines.store.tables import documents

PROJECT = Path(__file__).resolve().parents[1]
BOUND = 200.0  # milliseconds
_FILES = 400
_TIMES = 15


def main() -> int:
    """Make, serve, scrape, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--portals", type=int, default=3_000)
    parser.add_argument("--runs", type=int, default=60)
    opts = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaijuan-watching-") as name:
        folder = Path(name)
        print(f"making {opts.reports} reports, {opts.portals} portals, {opts.runs} runs …", flush=True)
        fill_store(folder, opts.reports)
        write_indexes(folder, opts.reports)
        write_journals(folder, opts.runs, opts.portals)
        with serving(folder) as (address, server):
            return measure(folder, address, server, opts.portals)


def measure(folder: Path, address: str, server: int, portals: int) -> int:
    """The scrapes, in milliseconds; 1 where they take too long."""
    cold, size = scrape(address, server)
    warm = [scrape(address, server)[0] for _ in range(_TIMES)]
    amid = []
    for number in range(_TIMES):
        touch_store(folder, number)
        write_running(folder, number, portals)
        sleep(5)  # a server counts again after twenty times what counting took
        amid.append(scrape(address, server)[0])
    rows = (("cold, of a server just begun", [cold]), ("warm", warm), ("store and journal written meanwhile", amid))
    for name, times in rows:
        wall, processor = (statistics.median(each[at] for each in times) for at in (0, 1))
        print(f"{name:<38} {wall:6.0f} ms, of the processor {processor:6.0f} ms")
    print(f"{size / 1e6:.2f} MB a scrape; bound {BOUND:.0f} ms of the processor for all but the first")
    return int(any(statistics.median(each[1] for each in times) > BOUND for _, times in rows[1:]))


def scrape(address: str, server: int) -> tuple[tuple[float, float], int]:
    """Milliseconds that passed, and those of the server's process; bytes."""
    began, used = perf_counter(), read_used(server)
    with urlopen(f"{address}/metrics", timeout=120) as answer:
        content = answer.read()
    return ((perf_counter() - began) * 1000, read_used(server) - used), len(content)


def read_used(process: int) -> float:
    """Milliseconds of the processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def fill_store(folder: Path, count: int) -> None:
    """One document and one report a capture, an eighth of the documents none."""
    Store(store_address(folder)).close()
    database = Database(store_address(folder), None)
    for start in range(0, count, 5000):
        numbers = range(start, min(count, start + 5000))
        with database.writing() as connection:
            connection.execute(insert(documents), [make_document(number) for number in numbers])
            connection.execute(insert(reports), [make_report(number) for number in numbers if number % 8])
    database.close()


def make_document(number: int) -> dict[str, Any]:
    """A row as wide as those of real pages."""
    url = f"http://p{number % 3000}.example.gov.cn/zwgk/zfxxgk/zfxxgknb/2023/0118/article_{number}.html"
    return {
        "record_id": f"<urn:uuid:{number:08x}-0000-4000-8000-000000000000>",
        "capture": number,
        "url": url,
        "captured_at": "2023-01-18T09:30:00.123456Z",
        "warc": file_name(number % _FILES),
        "offset": offset_of(number),
        "payload_digest": f"sha1:{number:032X}",
        "run": "20230118T093000Z-4f1a2b",
        "portal": f"p{number % 3000}",
        "via": f"http://p{number % 3000}.example.gov.cn/zwgk/zfxxgk/zfxxgknb/index_{number % 40}.html",
        "anchor": "某某市应急管理局2022年政府信息公开工作年度报告",
        "parser": "0.1.0-9f86d081884c",
        "kind": "report" if number % 8 else "rejected",
        "rejected": None if number % 8 else ("soft-404", "empty-shell", "login")[number % 3],
        "media_type": "text/html",
        "charset": "utf-8",
        "title": "某某市应急管理局2022年政府信息公开工作年度报告",
        "agency": f"第{number}市应急管理局",
        "level": "municipal",
        "region": "330100",
        "year": 2022,
        "form": "2021",
        "form_expected": "2021",
        "published": "2023-01-18",
        "from": {"title": "meta", "agency": "signature", "year": "title", "published": "info-box"},
        "body_digest": f"sha256:{number:064x}",
        "fingerprint": f"{number:064x}",
        "name": f"第{number}市应急管理局",
        "text_id": number,
    }


def make_report(number: int) -> dict[str, Any]:
    """Its report."""
    document = make_document(number)
    kept = ("record_id", "capture", "url", "title", "level", "region", "form", "published", "agency", "name", "year")
    times = {"first_seen": document["captured_at"], "last_seen": document["captured_at"]}
    return (
        {name: document[name] for name in kept}
        | times
        | {
            "state": "published",
            "versions": 1,
            "addresses": 1,
            "broken": 0,
        }
    )


def write_indexes(folder: Path, count: int) -> None:
    """The CDXJ of each file, a line for each capture and one of another status beside each fourth."""
    (folder / "warc").mkdir()
    for file in range(_FILES):
        lines = []
        for number in range(file, count, _FILES):
            url = make_document(number)["url"]
            for status in (200, 404)[: 1 + (number % 4 == 0)]:
                offset = offset_of(number) + status % 200
                entry = Entry(
                    f"cn,gov,example,p{number % 3000})/zwgk/{number}",
                    "20230118093000",
                    url,
                    "text/html",
                    status,
                    f"sha1:{number:032X}",
                    9000,
                    offset,
                    file_name(file),
                )
                lines.append(write_entry(entry))
        path = folder / "warc" / file_name(file).replace(".warc.gz", ".cdxj")
        path.write_bytes(b"".join(sorted(lines)))


def write_journals(folder: Path, runs: int, portals: int) -> None:
    """Runs of the last weeks, each with all portals; a hundredth of them fail."""
    now = datetime.now(UTC)
    for number in range(runs):
        began = now - timedelta(hours=12 * (number + 1))
        told = {"began": _time(began), "updated": _time(began), "ended": _time(began), "reason": "finished"}
        write_run(folder, f"{began:%Y%m%dT%H%M%SZ}-{number:06x}", portals, **told)


def write_running(folder: Path, number: int, portals: int) -> None:
    """The journal of a run under way, written anew."""
    now = _time(datetime.now(UTC))
    write_run(folder, "99990101T000000Z-000000", portals, began=now, updated=now, captures=number, every=2.0)


def write_run(folder: Path, run: str, portals: int, **more: Any) -> None:
    """A journal."""
    entries = [
        PortalEntry(
            f"p{portal}",
            f"第{portal}市应急管理局",
            captures=40,
            pages=38,
            reports=0 if portal % 100 == 0 else 12,
            why="only refusals: 40 412 script challenge (瑞数)" if portal % 100 == 0 and "ended" in more else None,
            years={0: (5, 0), 2021: (3, 3), 2022: (3, 3)},
            refused={"412 script challenge (瑞数)": 2} if portal % 10 == 0 else {},
        )
        for portal in range(portals)
    ]
    write_journal(folder / "warc", Journal(RunEntry(run, spider="provincial", portals=portals, **more), entries))


def touch_store(folder: Path, number: int) -> None:
    """What a crawl does all the time."""
    database = Database(store_address(folder), None)
    with database.writing() as connection:
        connection.execute(update(documents).where(documents.c.capture == number).values(title=f"{number}"))
    database.close()


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """``scrapy serve`` over it: its address and its process, by whose id it is ended."""
    words = [
        "serve",
        "--port",
        "0",
        "-s",
        f"ARCHIVE_DIR={folder / 'warc'}",
        "-s",
        f"DATABASE_URL={store_address(folder)}",
    ]
    command = [sys.executable, "-m", "scrapy", *words]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            if not found:
                raise SystemExit(f"scrapy serve did not begin: {json.dumps(said)}")
            yield found[0], process.pid
        finally:
            process.terminate()
            process.wait(30)


def store_address(folder: Path) -> str:
    """Of the store that is filled."""
    return f"sqlite:///{folder / 'kaijuan.db'}"


def file_name(file: int) -> str:
    """Of an archive file."""
    return f"kaijuan-20230118093000{file:03}-{file:05}-1.warc.gz"


def offset_of(number: int) -> int:
    """Where a capture lies in its file."""
    return number // _FILES * 10_000


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


if __name__ == "__main__":
    sys.exit(main())
