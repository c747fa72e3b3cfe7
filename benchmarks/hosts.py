"""Many hosts: ``python -m benchmarks.hosts [--hosts N] [--pages N] [--kinds plain,ours,two]``.

Every host is an address of 127.0.0.0/8 behind a name of its own, one process answers for all, and each gets one
connection and three seconds between requests. Plain Scrapy with an empty callback, ours, with archive, robots.txt,
feeds and store, and two of ours with half of the hosts each, as ``scrapy crawl-many --workers 2`` has them (one
archive, one store, the locks of addresses shared), take turns. The delay is measured at the server: seconds between
the end of an answer and the next request to the same address, and between two requests. Without jitter politeness
allows ``hosts / delay`` requests a second; the rate is of all requests, robots.txt included, from the first to the
last.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

LEAST_SHARE = 0.75  # of the rate that politeness allows
MOST_MEMORY = 600.0  # MB, all processes
CLOCK = 0.001  # seconds; what two processes may differ in their reading of it


@dataclass(frozen=True)
class Walked:
    """One crawl: what the crawler says of it, and what the server saw."""

    crawler: dict[str, float]
    server: dict[str, float]

    @property
    def rate(self) -> float:
        """Requests a second, from the first to the last."""
        return self.server["requests"] / self.server["seconds"]

    @property
    def cost(self) -> float:
        """Milliseconds of the crawling process's CPU a request, its start left out."""
        return 1000 * self.crawler["cpu"] / self.server["requests"]

    @property
    def refining(self) -> float:
        """Pages refined a second, while there were any."""
        return self.crawler["refined"] / (self.crawler["refining_seconds"] or 1.0)


@contextmanager
def serving() -> Iterator[tuple[int, list[str]]]:
    """The hosts' port, and a list that holds the server's last word once the block is left."""
    command = [sys.executable, "-m", "benchmarks.hostserver"]
    said: list[str] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline()), said
        said.append(server.communicate("\n")[0].splitlines()[-1])


def walk(kind: str, hosts: int, pages: int, delay: float) -> Walked:
    """One crawl, in processes of its own."""
    with tempfile.TemporaryDirectory(prefix="hosts-") as folder, serving() as (port, said):
        walkers = [
            subprocess.Popen(_words(kind, port, part, pages, folder, delay), stdout=subprocess.PIPE, text=True)
            for part in _share(hosts, 2 if kind == "two" else 1)
        ]
        ended = [(walker.communicate()[0], walker.returncode) for walker in walkers]
    if any(code for _, code in ended):
        sys.exit(f"benchmarks.hosts: {kind}: a crawl failed, see above")
    return Walked(_join([json.loads(told.splitlines()[-1]) for told, _ in ended]), json.loads(said[0]))


def _share(hosts: int, parts: int) -> list[range]:
    return [range(part * hosts // parts, (part + 1) * hosts // parts) for part in range(parts)]


def _words(kind: str, port: int, part: range, pages: int, folder: str, delay: float) -> list[str]:
    words = [sys.executable, "-m", "benchmarks.hostwalker", "plain" if kind == "plain" else "ours"]
    words += [str(port), str(len(part)), str(pages), folder, "--delay", str(delay), "--first", str(part.start)]
    if kind == "two":
        shared = {
            "ADDRESS_LOCKS": f"{folder}/addresses",
            "DOWNLOADER": "crawler.many.sharing.SharingDownloader",
            "ARCHIVE_PREFIX": f"bench-{part.start}",
            "REFINE_WORKERS": "1",
        }
        words += [word for pair in shared.items() for word in ("-s", "=".join(pair))]
    return words


def _join(told: list[dict[str, float]]) -> dict[str, float]:
    """What several crawls at once took; their peaks may have been at other times, so the sum flatters nobody."""
    slowest = ("seconds", "behind", "refining_seconds")
    return {name: (max if name in slowest else sum)(each[name] for each in told) for name in told[0]}


def judge(walked: Walked, hosts: int, delay: float) -> list[tuple[str, str, str, bool]]:
    """What is asked for: name, bound, value, whether it holds."""
    allowed = hosts / delay
    share, gap = walked.rate / allowed, min(walked.server["least_gap"], walked.server["least_rest"])
    peak, most = walked.crawler["peak"], walked.server["most_under_way"]
    return [
        (
            "requests a second, of those that politeness allows",
            f"≥ {LEAST_SHARE}",
            f"{share:.2f} ({walked.rate:.0f} of {allowed:.0f})",
            share >= LEAST_SHARE,
        ),
        ("least gap at one address", f"≥ {delay:g} s", f"{gap:.3f} s", gap >= delay - CLOCK),
        ("most requests under way at one address", "1", f"{most:.0f}", most == 1),
        ("memory of all processes", f"< {MOST_MEMORY:.0f} MB", f"{peak:.0f} MB", peak < MOST_MEMORY),
    ]


def print_tables(found: dict[str, Walked], verdicts: list[tuple[str, str, str, bool]]) -> None:
    """Both tables, in Markdown."""
    heads = (
        "crawler",
        "requests a second",
        "CPU, ms a request",
        "least gap, s",
        "peak, MB",
        "refined a second",
        "behind",
    )
    print("|", " | ".join(heads), "|\n" + "|---" * len(heads) + "|")
    for kind, walked in found.items():
        refining = f"{walked.refining:.0f} | {walked.crawler['behind']:.0f} s" if walked.crawler["refined"] else "| "
        print(
            f"| {kind} | {walked.rate:.0f} | {walked.cost:.2f} | {walked.server['least_gap']:.3f} "
            f"| {walked.crawler['peak']:.0f} | {refining} |"
        )
    if verdicts:
        print("\n| asked for | bound | found | holds |\n|---|---|---|---|")
        for name, bound, value, holds in verdicts:
            print(f"| {name} | {bound} | {value} | {'yes' if holds else '**no**'} |")


def main() -> None:
    """Run, print, and fail where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=40, help="of each host")
    parser.add_argument("--delay", type=float, default=3.0, help="seconds between requests to a host")
    parser.add_argument("--kinds", default="plain,ours,two")
    given = parser.parse_args()
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files[1] < given.hosts + 200:
        sys.exit(f"benchmarks.hosts: {given.hosts} hosts want as many open files, and this shell allows {files[1]}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (files[1], files[1]))
    found: dict[str, Walked] = {}
    for kind in given.kinds.split(","):
        print(f"{kind}: {given.hosts} hosts, {given.pages} pages each …", file=sys.stderr)
        found[kind] = walk(kind, given.hosts, given.pages, given.delay)
    judged = next((kind for kind in ("two", "ours") if kind in found), None)
    verdicts = judge(found[judged], given.hosts, given.delay) if judged else []
    print_tables(found, verdicts)
    sys.exit(0 if all(holds for *_, holds in verdicts) else 1)


if __name__ == "__main__":
    main()
