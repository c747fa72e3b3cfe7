"""``python -m benchmarks.quality``: pages made from truth, refined, and held against the floors and the peers.

Exit code 0 where every floor holds, 1 where one does not, 2 for wrong usage. Writes ``results.json`` and the pages with
faults into ``--folder``, which is made anew.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.quality.extraction import Refined, refine_specimen
from benchmarks.quality.gate import Measure, measure
from benchmarks.quality.judging import Judgement, judge
from benchmarks.quality.showing import show_faults, show_measures, show_tools
from benchmarks.quality.tools import ROOT, PeersMissingError, Row, comparable, compare, run_peers, run_script
from demo.specimens.drawing import draw_specimen
from demo.specimens.specimen import Specimen

FOLDER = ROOT / "var" / "quality"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the gate."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another seed, other pages (default 1)")
    parser.add_argument("--pages", type=int, default=640, help="how many pages (default 640)")
    parser.add_argument("--no-peers", action="store_true", help="ours alone, without the comparison")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="where results and faulty pages go (default var/quality)"
    )
    options = parser.parse_args(arguments)
    if options.pages < 1:
        parser.error("--pages must be at least 1")
    console = Console(width=None if sys.stdout.isatty() else 120)
    try:
        return run(options.seed, options.pages, not options.no_peers, options.folder, console)
    except (PeersMissingError, OSError) as error:
        console.print(f"quality: {error}", style="bold red", highlight=False)
        return 1


def run(seed: int, count: int, peers: bool, folder: Path, console: Console) -> int:
    """Make, refine, judge, compare, show."""
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "faults").mkdir(parents=True)
    for _ in range(2):  # patterns compiled, files of rules read: not timed
        refine_specimen(draw_specimen(seed, 0))
    numbers = track(range(count), f"{count} pages of seed {seed}", console=Console(stderr=True))
    pairs = [(specimen, refine_specimen(specimen)) for specimen in (draw_specimen(seed, number) for number in numbers)]
    judgements = [judge(specimen, refined) for specimen, refined in pairs]
    measures = measure(judgements)
    show_measures(console, measures)
    show_faults(console, judgements)
    _keep_faults(folder / "faults", judgements)
    tools = _compare(pairs, folder) if peers else {}
    if tools:
        show_tools(console, tools)
    results = folder / "results.json"
    results.write_text(json.dumps(_results(seed, pairs, measures, tools), ensure_ascii=False, indent=1) + "\n")
    if tools:
        run_script("plot.py", results, folder / "quality.svg")
    below = [item.floor.name for item in measures if not item.holds]
    console.print(f"{results}: " + (f"[bold red]below the floor: {', '.join(below)}" if below else "every floor holds"))
    return 1 if below else 0


def _compare(pairs: Sequence[tuple[Specimen, Refined]], folder: Path) -> dict[str, Row]:
    """Ours first, then each peer, on the HTML pages that are reports."""
    reports = comparable([specimen for specimen, _ in pairs])
    ours = {specimen.id: refined.extraction for specimen, refined in pairs}
    found = {name: compare(reports, pages, peer=True) for name, pages in run_peers(reports, folder).items()}
    return {"kaijuan": compare(reports, ours, peer=False), **found}


def _keep_faults(folder: Path, judgements: Sequence[Judgement]) -> None:
    """Each page with faults as it was sent, and what was wrong with it."""
    for judgement in judgements:
        if judgement.faults:
            name, specimen = judgement.specimen.id, judgement.specimen
            (folder / f"{name}.html").write_bytes(specimen.payload)
            about = [
                f"{specimen.family} doubled={specimen.doubled} trap={specimen.trap}",
                *specimen.traits,
                "",
                *judgement.faults,
            ]
            (folder / f"{name}.txt").write_text("\n".join(about) + "\n", encoding="utf-8")


def _results(
    seed: int, pairs: Sequence[tuple[Specimen, Refined]], measures: Sequence[Measure], tools: dict[str, Row]
) -> dict[str, object]:
    bounds = {
        item.floor.name: {"value": item.value, "of": item.tries, "least": item.floor.least, "most": item.floor.most}
        for item in measures
    }
    return {
        "seed": seed,
        "pages": len(pairs),
        "reports": len(comparable([specimen for specimen, _ in pairs])),
        "measures": bounds,
        "tools": {name: asdict(row) for name, row in tools.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
