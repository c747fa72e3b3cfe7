"""Crawls killed at random moments: ``python -m benchmarks.crash [--runs N] [--first N] [--power]``, ``make crash``.

Each run crawls a list of URLs of a loopback server (``benchmarks/slowserver.py``), is ended by SIGKILL at a moment that
the seed draws (while it starts, after some requests, near its end), and is then resumed. Before that, on a copy, what a
crash left is mended as the next crawl would mend it, and it must hold: every file is sound, also to gzip and to warcio;
every capture that a feed, the store or an index names is there; what passes for whole is what was sent, and has its
context. The resumed crawl must ask for what was missing and for nothing else, and leave each page once, in the archive
and in the feed. With ``--power`` the crawls end by a power failure (``benchmarks/power.py``): what was not synced is
gone.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from archive.index.runs import index_folder
from archive.writing.recovery import recover_folder
from benchmarks.slowserver import Answer, Heard, make_answers, serve
from benchmarks.soundness import find_faults, find_missing, find_wrong, read_names, read_pages

_PROJECT = Path(__file__).resolve().parent.parent
_LONGEST = 300.0  # seconds that a crawl may take
_ROTATIONS = (30_000, 300_000, 1 << 30)  # bytes: many files, a few, one


@dataclass(frozen=True)
class Moment:
    """When to kill: once so many requests were heard, and so many seconds later."""

    requests: int
    seconds: float


def draw_moment(pages: int, chance: random.Random) -> Moment:
    """A tenth of the runs die while starting, a tenth after the last request, the others in between."""
    stage = chance.random()
    if stage < 0.1:
        return Moment(0, chance.uniform(0.5, 6))
    if stage < 0.2:
        return Moment(pages + 1, chance.uniform(0, 3))  # robots.txt is one more
    return Moment(chance.randrange(1, pages + 1), chance.uniform(0, 0.3))


@dataclass
class Campaign:
    """One loopback server's campaign; each run has a folder of its own."""

    origin: str
    heard: Heard
    answers: Mapping[str, Answer]
    power: bool = False  # whether crawls end by a power failure, not by SIGKILL alone

    def run(self, folder: Path, chance: random.Random) -> list[str]:
        """Crawl, kill, mend, resume; what does not hold, in words."""
        if self.power:
            self._cut_power(folder, chance.randrange(1, 60), chance.uniform(0, 0.02), chance.choice(_ROTATIONS))
        else:
            self._kill(folder, draw_moment(len(self.answers), chance), chance.choice(_ROTATIONS))
        copy = folder.with_name(folder.name + "-mended")
        shutil.copytree(folder, copy)
        recover_folder(copy / "warc")
        index_folder(copy / "warc")
        faults = [*find_faults(copy / "warc"), *find_missing(copy)]
        before = read_pages(copy / "warc", self.origin)
        faults += find_wrong(before, self.answers)
        shutil.rmtree(copy)
        kept = {path for path, captures in before.items() if any(capture.problem is None for capture in captures)}
        faults += [f"resumed: {fault}" for fault in self._resume(folder, kept)]
        return faults

    def _prepare(self, folder: Path) -> None:
        (folder / "warc").mkdir(parents=True)
        urls = "".join(f"{self.origin}{path}\n" for path in self.answers)
        (folder / "urls.txt").write_text(urls, encoding="utf-8")
        self.heard.take()

    def _cut_power(self, folder: Path, syncs: int, seconds: float, rotate_bytes: int) -> None:
        """A crawl that ends itself; one that needs fewer syncs ends by itself."""
        self._prepare(folder)
        under = ("benchmarks.power", str(folder / "warc"), str(syncs), str(seconds))
        process = self._start(folder, "-s", f"ARCHIVE_ROTATE_BYTES={rotate_bytes}", under=under)
        try:
            process.communicate(timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def _kill(self, folder: Path, moment: Moment, rotate_bytes: int) -> None:
        self._prepare(folder)
        process = self._start(folder, "-s", f"ARCHIVE_ROTATE_BYTES={rotate_bytes}")
        deadline = monotonic() + _LONGEST
        while len(self.heard) < moment.requests and process.poll() is None and monotonic() < deadline:
            sleep(0.005)
        sleep(moment.seconds)
        process.kill()
        process.communicate()

    def _resume(self, folder: Path, kept: set[str]) -> Iterator[str]:
        self.heard.take()
        begun = any((folder / "warc").glob("*.warc.gz*"))
        process = self._start(folder, *(("-a", "resume=last") if begun else ()))
        try:
            _, errors = process.communicate(timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            yield f"did not end within {_LONGEST:.0f} s"
            return
        if process.returncode != 0 and "holds no run" in errors:
            process = self._start(folder)  # the file that the crash left held no whole record
            _, errors = process.communicate(timeout=_LONGEST)
        if process.returncode != 0:
            yield f"exit code {process.returncode}: {errors.strip()[-400:]}"
        yield from self._judge(folder, kept, self.heard.take())

    def _judge(self, folder: Path, kept: set[str], heard: Counter[str]) -> Iterator[str]:
        heard.pop("/robots.txt", None)
        missing = set(self.answers) - kept
        yield from (f"{path} was asked for again" for path in sorted(set(heard) & kept))
        yield from (f"{path} was not asked for" for path in sorted(missing - set(heard)))
        yield from (f"{path} was asked for {count} times" for path, count in heard.items() if count > 1)
        yield from find_faults(folder / "warc")
        yield from find_missing(folder)
        pages = read_pages(folder / "warc", self.origin)
        yield from find_wrong(pages, self.answers)
        whole = Counter(path for path, captures in pages.items() for each in captures if each.problem is None)
        yield from (f"{path} is {whole[path]} times in the archive" for path in self.answers if whole[path] != 1)
        there = {(capture.warc, capture.offset) for captures in pages.values() for capture in captures}
        if (named := read_names(folder)["a feed"]) != there:
            yield f"the feed lacks {len(there - named)} captures and has {len(named - there)} others"

    def _start(self, folder: Path, *more: str, under: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                *(sys.executable, "-m", *under, "scrapy", "crawl", "urls", "-a", f"file={folder / 'urls.txt'}"),
                *("-a", f"documents={folder / 'documents.jsonl'}", "-s", f"ARCHIVE_DIR={folder / 'warc'}"),
                *("-s", f"DATABASE_URL=sqlite:///{folder / 'kaijuan.db'}", "-s", "ALLOW_LOOPBACK=1"),
                *("-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4", *more),
            ],
            cwd=_PROJECT,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


def run_campaign(folder: Path, runs: int, seed: int, pages: int, first: int = 0, *, power: bool = False) -> list[str]:
    """The runs from number ``first`` on; every fault with the run that showed it, whose folder is left for a look."""
    answers = make_answers(pages, seed)
    faults: list[str] = []
    with serve(answers) as (origin, heard):
        campaign = Campaign(origin, heard, answers, power)
        for number in range(first, first + runs):
            place = folder / f"run-{number}"
            found = campaign.run(place, random.Random(f"{seed} {number}"))
            print(f"run {number}: {len(found)} faults", *found[:5], sep="\n  ", file=sys.stderr, flush=True)
            faults += [f"run {number}: {fault}" for fault in found]
            if not found:
                shutil.rmtree(place)
    return faults


def main() -> None:
    """Run, and fail where anything did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first run: a campaign can go in pieces")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--power", action="store_true", help="let what was not synced be lost, too")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    faults = run_campaign(folder, given.runs, given.seed, given.pages, given.first, power=given.power)
    if faults:
        sys.exit(
            f"benchmarks.crash: {len(faults)} faults in {given.runs} runs; {folder} holds the runs that showed them"
        )
    shutil.rmtree(folder)
    print(f"{given.runs} crawls killed, mended and resumed: nothing lost, nothing twice, every file sound")


if __name__ == "__main__":
    main()
