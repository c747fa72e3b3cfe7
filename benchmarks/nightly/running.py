"""One campaign run to its end, or to the end of its time; what it says goes to its log."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from benchmarks.nightly.campaigns import Campaign

ROOT = Path(__file__).resolve().parents[2]
_GRACE = 20  # seconds from SIGTERM to SIGKILL


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a campaign ended: its exit code (``None``: its time was over), how long it took, its figures, its log."""

    name: str
    code: int | None
    seconds: float
    figures: tuple[str, ...]
    log: Path

    @property
    def holds(self) -> bool:
        """Whether all went well."""
        return self.code == 0

    @property
    def verdict(self) -> str:
        """In a word or two."""
        return "holds" if self.holds else "too long" if self.code is None else f"failed ({self.code})"


def run_campaign(campaign: Campaign, folder: Path, seed: int) -> Outcome:
    """Run it ``times`` times, until one fails."""
    began = monotonic()
    log = folder / f"{campaign.name}.log"
    code: int | None = 0
    with log.open("wb") as file:
        for number in range(campaign.times):
            if code == 0:
                left = campaign.minutes * 60 - (monotonic() - began)
                code = _run(campaign.words(seed + number), file.fileno(), left)
    said = log.read_text(encoding="utf-8", errors="replace")
    return Outcome(campaign.name, code, monotonic() - began, tuple(campaign.find_figures(said)), log)


def _run(words: list[str], output: int, seconds: float) -> int | None:
    """The exit code; ``None`` where the time was over. Processes that a command began end with it."""
    if words[0] == "python":
        words = [sys.executable, *words[1:]]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        try:
            return process.wait(timeout=max(seconds, 0))
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the command, if it still runs, and whatever it left."""
    if process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_GRACE)
    _signal(process.pid, signal.SIGKILL)


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
