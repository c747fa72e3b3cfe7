"""What a replay costs: ``python -m benchmarks.replay [--pages N] [--peers N] [--memory N]``.

One archive of made-up portals' pages (``demo``, as ``benchmarks.refine`` draws them), as our writer makes it with its
request and metadata records, and over it, file by file in turns, each line in a process of its own:

    fastwarc        the answers decoded and hashed by fastwarc, the other records passed over
    fastwarc-all    the same, the other records' blocks read as well
    reading         the captures by our reader
    trafilatura     fastwarc, and each page by trafilatura
    readability     fastwarc, and each page by readability-lxml and its tables by pandas.read_html
    ours-1, ours-2  captures to lines of both feeds, with one worker process and with two

CPU seconds are those of all processes of a line. ``--peers``: the extractors of others read so many pages only.
``--memory`` replays so many captures more, and tells whether a worker grows; who writes holds a bounded number of
pieces, and its heap some more with time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from archive.capture import Capture
from archive.format.exchange import Exchange
from archive.writing.writer import Writer, WriterOptions, prepare_folder
from benchmarks.refine import make_pages

LEAST_FASTER = 3.0  # than trafilatura, on one core
LEAST_OF_TWO = 1.8  # two workers against one, by the clock
LEAST_READING = 0.6  # of fastwarc
MOST_MEMORY = 300  # MB of a process
MOST_GROWTH = 1.1

_TOGETHER = 64  # exchanges
_FILE = 24 << 20  # bytes: four thousand captures, a minute's work

SMALL_PAGES = 20  # of which one is in the archive

PROJECT = Path(__file__).resolve().parents[1]
PEERS = PROJECT / ".venv-quality" / "bin" / "python"
_OF_OTHERS = ("fastwarc", "fastwarc-all", "trafilatura", "readability")
LINES = ("fastwarc", "fastwarc-all", "reading", "trafilatura", "readability", "ours-1", "ours-2")
_HEAD = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: {}\r\nVary: Accept-Encoding\r\nContent-Length: {}\r\n\r\n"
_REQUEST = "GET {} HTTP/1.1\r\nHost: gkml.example\r\nUser-Agent: Kaijuan\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
_FIRST = datetime(2023, 1, 18, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a line took."""

    pages: int
    seconds: float  # by the clock
    cpu: float
    memory: int  # MB of the largest worker, where there are some
    writer: int  # MB of the process that writes

    def add(self, other: "Cost") -> "Cost":
        """Both, one after the other."""
        sums = (self.pages + other.pages, self.seconds + other.seconds, self.cpu + other.cpu)
        return Cost(*sums, max(self.memory, other.memory), max(self.writer, other.writer))

    @property
    def rate(self) -> float:
        """Pages a CPU second."""
        return self.pages / self.cpu

    @property
    def speed(self) -> float:
        """Pages a second by the clock."""
        return self.pages / self.seconds


def choose_pages(seed: int) -> Iterator[Capture]:
    """Reports of all sizes and, of the portals' many small pages, so many that a page has 30 kB in the mean."""
    passed = 0
    for page in make_pages(seed):
        passed += not page.group
        if page.group or passed % SMALL_PAGES == 0:
            yield page.capture


def make_exchanges(pages: int, seed: int) -> Iterator[Exchange]:
    """One exchange for each page."""
    for number, capture in enumerate(islice(choose_pages(seed), pages)):
        path = f"/{number}/" + capture.url.rpartition("/")[2]
        head = _HEAD.format(capture.header("Content-Type"), len(capture.payload))
        yield Exchange(
            url="http://gkml.example" + path,
            method="GET",
            captured_at=f"{_FIRST + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}.000001Z",
            outcome="ok",
            request=_REQUEST.format(path).encode(),
            response=head.encode() + capture.payload,
            status=200,
            payload=capture.payload,
            address="192.0.2.7",
            protocols=("http/1.1",),
            facts=(("attempt", "1"), ("latencyMs", "12")),
            context=(("run", "20230118093000"), ("portal", "gkml"), ("via", "http://gkml.example/index.html")),
        )


def batched(exchanges: Iterator[Exchange], count: int) -> Iterator[list[Exchange]]:
    """So many at a time."""
    while batch := list(islice(exchanges, count)):
        yield batch


def make_archive(folder: Path, pages: int, seed: int) -> list[str]:
    """The files of the archive, which is made where it is not there."""
    marker = folder / f"{pages}-{seed}.made"
    if not marker.exists():
        prepare_folder(folder)
        writer = Writer(WriterOptions(folder, rotate_bytes=_FILE, revisits=False))
        for batch in batched(make_exchanges(pages, seed), _TOGETHER):
            for written in [writer.submit(exchange) for exchange in batch]:
                written.result()  # a group is on the disk once for all of it, 60 ms after the one before
        writer.close().result()
        marker.touch()
    return sorted(str(path) for path in folder.glob("*.warc.gz"))


def run_line(line: str, files: list[str], most: int) -> Cost:
    """A line in a process of its own. Exits where it fails."""
    python = str(PEERS) if line in _OF_OTHERS else sys.executable
    script = str(Path(__file__).with_name("replaylines.py"))
    environment = {**os.environ, "PYTHONPATH": "" if line in _OF_OTHERS else str(PROJECT)}
    done = subprocess.run(
        [python, script, line, str(most), *files],
        env=environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"benchmarks.replay: the line {line} failed")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def measure(files: list[str], peers: int) -> dict[str, Cost]:
    """All lines over one file after another, so that what the machine does meanwhile falls on each of them."""
    costs: dict[str, Cost] = {}
    for path in files:
        for line in LINES:
            cost = run_line(line, [path], -(-peers // len(files)))
            print(f"  {Path(path).name}, {line}: {cost}", file=sys.stderr)
            costs[line] = costs[line].add(cost) if line in costs else cost
    return costs


def grow(files: list[str], folder: Path, captures: int, pages: int) -> Cost:
    """The archive over and over under other names, by one worker."""
    folder.mkdir(exist_ok=True)
    again: list[str] = []
    for number in range(-(-captures // pages)):
        for path in files:
            name = folder / f"{number:03d}-{Path(path).name}"
            name.unlink(missing_ok=True)
            os.link(path, name)
            again.append(str(name))
    return run_line("ours-1", again, 0)


def judge(costs: dict[str, Cost], grown: Cost | None) -> list[str]:
    """The bounds that do not hold."""
    one, two = costs["ours-1"], costs["ours-2"]
    faster, scale = one.rate / costs["trafilatura"].rate, two.speed / one.speed
    reading = costs["reading"].rate / costs["fastwarc"].rate
    found = [
        (f"{faster:.1f} × trafilatura", faster, LEAST_FASTER),
        (f"two workers {scale:.2f} × one", scale, LEAST_OF_TWO),
        (f"reading {reading:.2f} of fastwarc", reading, LEAST_READING),
    ]
    print("\n".join(what for what, _, _ in found))
    broken = [f"{what}, at least {least}" for what, value, least in found if value < least]
    largest = max(max(cost.memory, cost.writer) for cost in (one, two, *([grown] if grown else [])))
    if largest > MOST_MEMORY:
        broken.append(f"{largest} MB, at most {MOST_MEMORY}")
    if grown and grown.memory > MOST_GROWTH * one.memory:
        broken.append(f"from {one.memory} MB to {grown.memory} MB with more captures")
    return broken


def show(line: str, cost: Cost) -> None:
    """One row of the table."""
    print(f"| {line} | {cost.pages:,} | {cost.rate:.1f} | {cost.speed:.1f} | {cost.memory} MB | {cost.writer} MB |")


def main() -> None:
    """Run, print, and fail where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--peers", type=int, default=10_000, help="pages for the extractors of others")
    parser.add_argument("--memory", type=int, default=0, help="captures of the run for memory, 0: none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the archive here")
    given = parser.parse_args()
    if not PEERS.exists():
        sys.exit(f"{PEERS.relative_to(PROJECT)}: not there; make .venv-quality/.installed sets it up")
    with tempfile.TemporaryDirectory(prefix="replay-") as name:
        folder = given.folder or Path(name) / "warc"
        files = make_archive(folder, given.pages, given.seed)
        costs = measure(files, given.peers)
        print(
            "| line | pages | pages a CPU second | pages a second | memory | of who writes |\n|---|---|---|---|---|---|"
        )
        for line, cost in costs.items():
            show(line, cost)
        grown = grow(files, folder / "again", given.memory, given.pages) if given.memory else None
        if grown:
            show("ours-1", grown)
    broken = judge(costs, grown)
    sys.exit(f"benchmarks.replay: {'; '.join(broken)}" if broken else 0)


if __name__ == "__main__":
    main()
