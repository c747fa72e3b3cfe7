"""``python -m benchmarks.year [--days N] [--portals N] [--kills N] [--seed N]``; exit code 1 where it is amiss."""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import monotonic

from benchmarks.year.crawling import Outcome, Plan, crawl, draw_plans, is_well, write_catalogue
from benchmarks.year.judging import Verdict, judge, read_archive
from benchmarks.year.serving import Day, serving
from benchmarks.year.stored import find_faults
from benchmarks.year.world import FIRST, Portal, make_world


def live(folder: Path, portals: Sequence[Portal], plans: Sequence[Plan]) -> tuple[list[Outcome], Verdict]:
    """Crawl the days one after another, then judge."""
    day = Day(FIRST)
    outcomes: list[Outcome] = []
    with serving(portals, day):
        write_catalogue(folder, portals)
        for plan in plans:
            if plan.day.day == 1:
                print(f"{plan.day:%B}", file=sys.stderr, flush=True)
            outcomes.append(crawl(folder, portals, day, plan))
            if not is_well(outcomes[-1]):
                print(f"{plan}: {outcomes[-1].codes}\n{outcomes[-1].said}", file=sys.stderr)
    found = read_archive(portals, folder / "warc")
    verdict = judge(portals, outcomes, day.asked, found)
    verdict.faults += find_faults(portals, found, folder)
    ill = [outcome for outcome in outcomes if not is_well(outcome)]
    verdict.faults += [f"the crawl of {outcome.plan.day} ended with {outcome.codes}" for outcome in ill]
    return outcomes, verdict


def describe(portals: Sequence[Portal], outcomes: Sequence[Outcome], verdict: Verdict, seconds: float) -> list[str]:
    """The table."""
    delays = sorted(verdict.delays) or [0]
    rows = {
        "portals": len(portals),
        "days with a crawl": len(outcomes),
        "of them killed": sum(outcome.was_killed for outcome in outcomes),
        "of them with two crawls at once": sum(outcome.plan.crawls > 1 for outcome in outcomes),
        **dict(sorted(verdict.counts.items(), reverse=True)),
        "days from change to capture, median": delays[len(delays) // 2],
        "days from change to capture, most": delays[-1],
        "faults": len(verdict.faults),
        "seconds": round(seconds),
    }
    return ["| the year | |", "|---|---|", *(f"| {what} | {count} |" for what, count in rows.items())]


def main() -> None:
    """Live the year, and fail where anything did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--portals", type=int, default=12, choices=range(1, 13), metavar="N", help="1 to 12")
    parser.add_argument("--kills", type=int, default=30, help="days whose crawl is killed, if it asks enough")
    parser.add_argument("--doubles", type=int, default=20, help="days with two crawls at once")
    parser.add_argument("--idle", type=int, default=30, help="days on which the machine is off")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    days = [FIRST + timedelta(days=number) for number in range(given.days)]
    plans = draw_plans(days, given.kills, given.doubles, given.idle, random.Random(given.seed))
    portals = make_world(given.portals, given.days, given.seed)
    folder, began = Path(tempfile.mkdtemp(prefix="year-")), monotonic()
    outcomes, verdict = live(folder, portals, plans)
    print(*describe(portals, outcomes, verdict, monotonic() - began), sep="\n")
    if verdict.faults:
        print(*verdict.faults[:40], sep="\n", file=sys.stderr)
        sys.exit(f"benchmarks.year: {len(verdict.faults)} faults; {folder} holds the archive")
    shutil.rmtree(folder)
    killed = sum(outcome.was_killed for outcome in outcomes)
    said = "no look too many, none left out, no overlap"
    print(f"every version found in its time, and in the store; {said}, after {killed} kills")


if __name__ == "__main__":
    main()
