"""Two processes against one: ``python -m benchmarks.many [--hosts N] [--rounds N]``.

``scrapy crawl-many`` over portals on as many addresses of 127.0.0.0/8, without a delay, so that the processor is the
limit; one process for all of them answers. The rate is of all requests, from the first to the last as the server sees
them; the whole is from the command to its end, when every page is read and in the store. One worker and two take turns.
What others had of the machine in the meantime (stolen time included) is told, because it is what spoils such a figure.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.hostserver import HostProtocol, Pages, Seen

LEAST_RATIO = 1.8
YEARS = range(2004, 2024)
_LIST = "".join(f'<li><a href="r{year}.html">{year}年政府信息公开工作年度报告</a></li>' for year in YEARS).encode()
_TICKS = 100  # of /proc/stat, a second and processor


@dataclass(frozen=True)
class Ran:
    """One crawl: requests a second, seconds of the whole command, CPU seconds of all processes, others' share."""

    rate: float
    whole: float
    cpu: float
    requests: int
    others: float


class PortalPages(Pages):
    """A list of reports, and reports."""

    def write(self, name: bytes) -> bytes:
        """An answer, head and all."""
        if not name.endswith(b"/xxgknb/"):
            return super().write(name)
        page = b"<html><head><title>list</title></head><body><ul>%s</ul></body></html>" % _LIST
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (
            len(page),
            page,
        )


async def serve() -> None:
    """Serve until standard input ends; print the port, then what was seen."""
    seen, pages = Seen(), PortalPages()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HostProtocol(seen, pages), "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    print(json.dumps({"requests": seen.requests.total(), "seconds": seen.last - seen.first}))


@contextmanager
def serving() -> Iterator[tuple[int, list[str]]]:
    """The port, and a list that holds the server's last word once the block is left."""
    said: list[str] = []
    command = [sys.executable, "-m", "benchmarks.many", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline()), said
        said.append(server.communicate("\n")[0].splitlines()[-1])


def find_home(number: int, port: int) -> str:
    """The home page of a portal: an address of its own."""
    return f"http://127.1.{number // 250}.{number % 250 + 1}:{port}/"


def write_rows(folder: Path, homes: Iterable[str]) -> None:
    """A portal a home page."""
    lines = ['province: "990000"', "name: 云岭省", "portals:"]
    for number, home in enumerate(homes):
        row = f"id: p{number}, agency: 云岭省第{number}局, level: provincial, home: '{home}', list: '{home}xxgknb/'"
        lines.append(f"  - {{{row}}}")
    folder.mkdir()
    (folder / "rows.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def crawl(workers: int, hosts: int) -> Ran:
    """One crawl of all portals."""
    with tempfile.TemporaryDirectory(prefix="many-") as name, serving() as (port, said):
        folder = Path(name)
        write_rows(folder / "catalogue", (find_home(number, port) for number in range(hosts)))
        words = ["crawl-many", "provincial", "--workers", str(workers), "-a", f"catalogue={folder / 'catalogue'}"]
        settings = {
            "ARCHIVE_DIR": f"{folder}/warc",
            "DATABASE_URL": f"sqlite:///{folder}/kaijuan.db",
            "ALLOW_LOOPBACK": "1",
            "DOWNLOAD_DELAY": "0",
        }
        flags = [word for pair in settings.items() for word in ("-s", "=".join(pair))]
        before, ticks, began = _cpu_of_children(), _read_ticks(), perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *words, *flags], capture_output=True, text=True, check=False
        )
        cpu, whole = _cpu_of_children() - before, perf_counter() - began
        others = find_others(ticks, _read_ticks(), cpu)
    seen = json.loads(said[0])
    if seen["requests"] < hosts * (len(YEARS) + 2):
        sys.exit(f"benchmarks.many: {seen['requests']} requests, too few:\n{done.stderr[-2000:]}")
    return Ran(seen["requests"] / seen["seconds"], whole, cpu, seen["requests"], others)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read_ticks() -> list[int]:
    """Ticks of all processors: user, nice, system, idle, waiting, interrupts (two kinds), stolen."""
    return [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]


def find_others(before: list[int], after: list[int], own: float) -> float:
    """The share of the machine that others had between two readings, this crawl's ``own`` CPU seconds left out."""
    spent = [now - then for now, then in zip(after, before, strict=True)]
    total, idle = sum(spent) / _TICKS, (spent[3] + spent[4]) / _TICKS
    return max(0.0, (total - idle - own) / total)


def main() -> None:
    """Run, print, and fail where the bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    found: dict[int, list[Ran]] = {1: [], 2: []}
    for _ in range(given.rounds):
        for workers, runs in found.items():
            runs.append(crawl(workers, given.hosts))
            print(f"{workers} workers: {runs[-1]}", file=sys.stderr)
    print("| workers | requests a second | whole, s | CPU of all processes, ms a request | others had of the machine |")
    print("|---|---|---|---|---|")
    for workers, runs in found.items():
        cost = median(1000 * run.cpu / run.requests for run in runs)
        others = median(run.others for run in runs)
        rate, whole = (median(getattr(run, what) for run in runs) for what in ("rate", "whole"))
        print(f"| {workers} | {rate:.0f} | {whole:.1f} | {cost:.1f} | {others:.0%} |")
    ratio = median(run.rate for run in found[2]) / median(run.rate for run in found[1])
    print(
        f"\ntwo processes' rate, of one's: {ratio:.2f} (≥ {LEAST_RATIO}: {'yes' if ratio >= LEAST_RATIO else '**no**'})"
    )
    sys.exit(0 if ratio >= LEAST_RATIO else 1)


if __name__ == "__main__":
    main()
