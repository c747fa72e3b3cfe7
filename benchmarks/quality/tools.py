"""Ours beside the peers: the same pages, the same comparison, one row a tool."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality import comparing
from benchmarks.quality.extraction import Extraction, read_peer
from demo.specimens.specimen import Specimen

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-quality" / "bin" / "python"
_HERE = Path(__file__).parent


class PeersMissingError(Exception):
    """The peers' environment is not there, or a peer's process failed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one tool. Shares of pages; ``grid_slots`` is ``None`` where the tool keeps no tables."""

    f1: float
    doubled_once: float
    singles_whole: float
    grid_slots: float | None
    chrome_left: float
    pages_per_second: float


def comparable(specimens: Sequence[Specimen]) -> list[Specimen]:
    """The pages that every tool can be given: reports in HTML."""
    return [page for page in specimens if page.truth.kind == "report" and page.family != "text"]


def compare(specimens: Sequence[Specimen], extractions: Mapping[str, Extraction], peer: bool) -> Row:
    """The row of one tool. A peer may write cells as lines: that costs it nothing here, prose alone is compared.

    A doubled page counts as right where each line of it is there as often as it should; tables are counted apart.
    """
    f1 = chrome = right = slots = 0.0
    once: dict[bool, list[bool]] = {True: [], False: []}
    for specimen in specimens:
        extraction, truth = extractions[specimen.id], specimen.truth
        lines = comparing.body_of(extraction, truth, flat_tables=peer)
        f1 += comparing.f1(lines, truth)
        chrome += len(comparing.chrome_left(lines, truth))
        once[specimen.doubled is not None].append(not any(comparing.miscounted(lines, truth)))
        if extraction.grids is not None:
            hits, tries = comparing.slots_right(extraction.grids, truth, extra=not peer)
            right, slots = right + hits, slots + tries
    seconds = sum(extractions[specimen.id].seconds for specimen in specimens)
    count = len(specimens)
    return Row(
        f1=f1 / count,
        doubled_once=_share(once[True]),
        singles_whole=_share(once[False]),
        grid_slots=right / slots if slots else None,
        chrome_left=chrome / count,
        pages_per_second=count / seconds,
    )


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 1.0


def run_peers(specimens: Sequence[Specimen], folder: Path) -> dict[str, dict[str, Extraction]]:
    """Each peer's extractions by page, from a process in the peers' environment."""
    if not PYTHON.exists():
        raise PeersMissingError(f"{PYTHON.relative_to(ROOT)} is not there: run make quality, or pass --no-peers")
    pages = folder / "pages.jsonl"
    lines = (json.dumps({"id": page.id, "markup": page.markup}) + "\n" for page in specimens)
    pages.write_text("".join(lines), encoding="utf-8")
    run_script("peers.py", pages, folder)
    found = {}
    for file in sorted(folder.glob("*.jsonl")):
        if file != pages:
            rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            found[file.stem] = {row["id"]: read_peer(row) for row in rows}
    return found


def run_script(name: str, *arguments: Path) -> None:
    """One of the scripts beside this module, in the peers' environment; raises ``PeersMissingError`` where it fails."""
    ended = subprocess.run([str(PYTHON), str(_HERE / name), *map(str, arguments)], check=False, stdout=sys.stderr)
    if ended.returncode:
        raise PeersMissingError(
            f"{name} ended with {ended.returncode}: remove .venv-quality and run make quality again"
        )
