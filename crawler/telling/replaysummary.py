"""What a replay says when it is done: lines by kind, form and rejection, where the time went, what was damaged."""

import sys
from collections.abc import Mapping, Sequence

from pipelines.replay.replaying import Replayed
from pipelines.replay.tally import Places, Tally

MOST_SHOWN = 20  # places of one sort
_STEPS = ("read", "decode", "files", "body", "tables", "checks", "lines", "store")


def show_replayed(replayed: Replayed, feeds: Sequence[str]) -> None:
    """Print it on standard error; ``feeds`` are the files that were written."""
    tally = replayed.tally
    for line in _refusals(tally.refused):
        _say(f"replay: {line}; leave this file out, or fetch it anew")
    if not tally.pages and tally.refused.count:
        return
    _say(f"{tally.pages} answers of status 200{': ' if tally.pages else ''}{_counts(tally.kinds)}")
    if tally.forms:
        _say(f"reports by form: {_counts(tally.forms)}; {tally.broken_identities} identities broken")
    if tally.rejections:
        _say(f"rejected: {_counts(tally.rejections)}")
    if replayed.pages:
        _say(_times(replayed))
    if replayed.resumed:
        _say(f"done before by this parser: {tally.pages - replayed.pages} answers, {replayed.resumed} whole files")
    for name in feeds:
        _say(f"written: {name}")
    _show_places(tally)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _refusals(refused: Places) -> list[str]:
    more = refused.count - MOST_SHOWN
    return [*refused.named[:MOST_SHOWN], *([f"and {more} more files"] if more > 0 else [])]


def _times(replayed: Replayed) -> str:
    """Pages a second by the clock, and the share of the work that each step took."""
    spent = replayed.tally.seconds
    total = sum(spent.values())
    shares = [f"{name} {spent[name] / total:.0%}" for name in _STEPS if spent.get(name)] if total else []
    return f"{replayed.pages / max(replayed.seconds, 0.001):.0f} pages/s; the work, by step: {', '.join(shares)}"


def _show_places(tally: Tally) -> None:
    for word, places in (("noted", tally.remarks), ("given up", tally.given_up), ("damaged", tally.damage)):
        for line in places.named[:MOST_SHOWN]:
            _say(f"{word}: {line}")
        if places.count > MOST_SHOWN:
            _say(f"{word}: and {places.count - MOST_SHOWN} more places")


def _counts(counter: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))
