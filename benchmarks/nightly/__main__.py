"""``python -m benchmarks.nightly [--only NAME,…] [--seed N] [--campaigns FILE]``, ``make nightly``.

Exit code 0 where every campaign holds, 1 where one does not, 2 for wrong usage.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.nightly.campaigns import FILE, CampaignError, choose_campaigns, read_campaigns
from benchmarks.nightly.running import ROOT, Outcome, run_campaign

_HEADS = ("campaign", "outcome", "minutes", "figures")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is chosen, one after another, and tell."""
    given = _read(arguments)
    try:
        chosen = choose_campaigns(read_campaigns(given.campaigns), given.only)
    except (CampaignError, OSError) as error:
        print(f"nightly: {error}", file=sys.stderr)
        return 2
    folder = given.folder / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder.mkdir(parents=True)
    outcomes: list[Outcome] = []
    try:
        for number, campaign in enumerate(chosen, 1):
            began = f"{datetime.now(UTC):%H:%M}"
            shown = campaign.run.replace("{seed}", str(given.seed))
            print(f"{began}  {number} of {len(chosen)}  {shown}  (at most {campaign.minutes} min)", flush=True)
            outcomes.append(run_campaign(campaign, folder, given.seed))
            print(f"       {outcomes[-1].verdict}: {'; '.join(outcomes[-1].figures)[:110]}", flush=True)
    except KeyboardInterrupt:
        print("nightly: stopped; what was run stands below", file=sys.stderr)
    _tell(folder, outcomes, given.seed)
    return 0 if len(outcomes) == len(chosen) and all(outcome.holds for outcome in outcomes) else 1


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nightly", description=__doc__)
    parser.add_argument("--only", help="names of campaigns, with commas between; without it, all")
    parser.add_argument("--seed", type=int, default=int(f"{datetime.now(UTC):%Y%m%d}"), help="else the day's date")
    parser.add_argument("--campaigns", type=Path, default=FILE, help="another file of campaigns")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "nightly", help="where logs and table go")
    return parser.parse_args(arguments)


def _tell(folder: Path, outcomes: Sequence[Outcome], seed: int) -> None:
    """The table, on the screen and as ``table.md`` beside the logs; everything as ``results.json``."""
    table = "\n".join(_table(outcomes)) + "\n"
    failed = [outcome.name for outcome in outcomes if not outcome.holds]
    (folder / "table.md").write_text(table, encoding="utf-8")
    rows = [{**asdict(outcome), "log": str(outcome.log)} for outcome in outcomes]
    (folder / "results.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\n{table}\nseed {seed}; logs: {folder}")
    print(f"failed: {', '.join(failed)}" if failed else f"all {len(outcomes)} hold")


def _table(outcomes: Iterable[Outcome]) -> Iterable[str]:
    yield f"| {' | '.join(_HEADS)} |"
    yield "|---" * len(_HEADS) + "|"
    for outcome in outcomes:
        figures = "; ".join(outcome.figures).replace("|", "·") or "–"
        yield f"| {outcome.name} | {outcome.verdict} | {outcome.seconds / 60:.1f} | {figures} |"


if __name__ == "__main__":
    sys.exit(main())
