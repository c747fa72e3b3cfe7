"""What archiving costs: ``python -m benchmarks.crawl [--pages N] [--rounds N] [--memory N]``.

A made-up site on loopback (``benchmarks/site.py``, nginx) is crawled whole by wget with ``--warc-file``, by plain
Scrapy with the spider that anyone writes first, by ours with everything on but the refining, by ours without the
archive (the difference is what archiving costs), and by two of ours side by side, one half each. The crawlers take
turns; figures are medians over the rounds. CPU seconds are user and system of the whole process, its start included.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

from benchmarks.site import HALVES, make_site
from benchmarks.webserver import NoServerError, serve

MOST_COST = 0.06  # of what the naive spider spends on a page
LEAST_RATIO = 2.2  # of the naive spider's pages per CPU second
LEAST_SIDE_BY_SIDE = 0.6  # of wget's pages per second
MOST_MEMORY = 200.0  # MB
MOST_GROWTH = 1.15


@dataclass(frozen=True)
class Spent:
    """One crawl: pages, CPU seconds, seconds, peak memory in MB."""

    pages: int
    cpu: float
    seconds: float
    peak: float

    @property
    def per_page(self) -> float:
        """Milliseconds of CPU."""
        return 1000 * self.cpu / max(self.pages, 1)

    @property
    def speed(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


def run_wget(homes: Sequence[str], folder: Path) -> Spent:
    """The site by wget into a gzipped WARC, robots.txt ignored as the naive spider does."""
    command = ["wget", "--quiet", "--recursive", "--level=inf", "--execute=robots=off", f"--warc-file={folder}/site"]
    began = monotonic()
    process = subprocess.Popen([*command, f"--directory-prefix={folder}/files", *homes])
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    pages = sum(1 for _ in (folder / "files").rglob("*.html"))
    return Spent(pages, used.ru_utime + used.ru_stime, monotonic() - began, used.ru_maxrss / 1024)


def run_walkers(kind: str, homes: Sequence[Sequence[str]], folder: Path) -> Spent:
    """One process of ``benchmarks.walkers`` for each list of homes, side by side; sums, and the time of them all."""
    began = monotonic()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.walkers", kind, str(folder / str(number)), *each],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for number, each in enumerate(homes)
    ]
    spent = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    return Spent(
        pages=sum(each["pages"] for each in spent),
        cpu=sum(each["cpu"] for each in spent),
        seconds=monotonic() - began,
        peak=max(each["peak"] for each in spent),
    )


def run_all(pages: int, rounds: int, work: Path) -> dict[str, list[Spent]]:
    """Every crawler, in turns."""
    found: dict[str, list[Spent]] = {}
    make_site(work / "site", pages)
    with serve(work / "site", work / "nginx") as origin:
        homes = [f"{origin}/{half}/p00000.html" for half in HALVES]
        for _ in range(rounds):
            for kind in ("wget", "naive", "bare", "ours", "two of ours"):
                folder = work / "crawl"
                folder.mkdir()
                if kind == "wget":
                    spent = run_wget(homes, folder)
                elif kind == "two of ours":
                    spent = run_walkers("ours", [[home] for home in homes], folder)
                else:
                    spent = run_walkers(kind, [homes], folder)
                shutil.rmtree(folder)
                print(f"{kind:12} {spent.pages} pages, {spent.per_page:.2f} ms, {spent.seconds:.1f} s", file=sys.stderr)
                if spent.pages < pages:  # the naive one fetches its homes twice
                    sys.exit(f"benchmarks.crawl: {kind} brought {spent.pages} of {pages} pages")
                found.setdefault(kind, []).append(spent)
    return found


def measure_memory(pages: int, work: Path) -> float:
    """The peak of one of ours on a site of that size, MB."""
    make_site(work / "large", pages)
    with serve(work / "large", work / "nginx") as origin:
        return run_walkers("ours", [[f"{origin}/{half}/p00000.html" for half in HALVES]], work / "memory").peak


def judge(found: dict[str, list[Spent]]) -> list[tuple[str, float, str, bool]]:
    """What is asked for: name, value, bound, whether it holds."""
    cpu = {kind: median(each.per_page for each in runs) for kind, runs in found.items()}
    speed = {kind: median(each.speed for each in runs) for kind, runs in found.items()}
    cost = median(
        (ours.per_page - bare.per_page) / naive.per_page
        for ours, bare, naive in zip(found["ours"], found["bare"], found["naive"], strict=True)
    )
    ratio = cpu["naive"] / cpu["ours"]
    side_by_side = speed["two of ours"] / speed["wget"]
    peak = max(each.peak for each in found["ours"])
    return [
        ("archiving a page, of what a naive Scrapy spends on it", cost, f"≤ {MOST_COST}", cost <= MOST_COST),
        ("pages per CPU second, of a naive Scrapy's", ratio, f"≥ {LEAST_RATIO}", ratio >= LEAST_RATIO),
        (
            "two processes side by side, pages per second, of wget's",
            side_by_side,
            f"≥ {LEAST_SIDE_BY_SIDE}",
            side_by_side >= LEAST_SIDE_BY_SIDE,
        ),
        ("peak memory, MB", peak, f"< {MOST_MEMORY:.0f}", peak < MOST_MEMORY),
    ]


def print_tables(found: dict[str, list[Spent]], verdicts: Sequence[tuple[str, float, str, bool]]) -> None:
    """Both tables, in Markdown."""
    print("| crawler | CPU, ms a page | pages per CPU second | pages per second | peak, MB |\n|---|---|---|---|---|")
    for kind, runs in found.items():
        cpu, speed = median(each.per_page for each in runs), median(each.speed for each in runs)
        print(f"| {kind} | {cpu:.2f} | {1000 / cpu:.0f} | {speed:.0f} | {max(each.peak for each in runs):.0f} |")
    print("\n| asked for | bound | found | holds |\n|---|---|---|---|")
    for name, value, bound, holds in verdicts:
        print(f"| {name} | {bound} | {value:.3g} | {'yes' if holds else '**no**'} |")


def main() -> None:
    """Run, print, and fail where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, default=0, metavar="PAGES", help="also the peak on a site of that size")
    given = parser.parse_args()
    if shutil.which("wget") is None:
        sys.exit("benchmarks.crawl: wget is not installed; the benchmark measures against it")
    try:
        with tempfile.TemporaryDirectory(prefix="crawl-") as name:
            found = run_all(given.pages // len(HALVES) * len(HALVES), given.rounds, Path(name))
            verdicts = judge(found)
            if given.memory:
                small, large = median(each.peak for each in found["ours"]), measure_memory(given.memory, Path(name))
                growth = large / small
                verdicts.append((f"peak at {given.memory} pages", growth, f"≤ {MOST_GROWTH}", growth <= MOST_GROWTH))
    except NoServerError as error:
        sys.exit(f"benchmarks.crawl: {error}")
    print_tables(found, verdicts)
    sys.exit(0 if all(holds for *_, holds in verdicts) else 1)


if __name__ == "__main__":
    main()
