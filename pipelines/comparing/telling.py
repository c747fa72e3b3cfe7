"""What a parser would change, told for people: captures with their proof as they come, then counts in tables."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipelines.comparing.differences import Change
from pipelines.comparing.foresight import Foreseen
from pipelines.comparing.printing import print_place, print_value
from pipelines.comparing.rereading import WHATS, Reread

_MOST_PORTALS = 20
_LONGEST = 80  # characters of a value
_ENTRIES = ("stated", "extra rows", "unmapped", "findings")  # told whole, for they have no name


class Teller:
    """Prints captures that are read otherwise: of each kind of change the first ``most``; ``None``: all of them."""

    def __init__(self, out: Callable[[str], None], most: int | None) -> None:
        self._out = out
        self._most = most
        self._shown: Counter[str] = Counter()

    def tell(self, reread: Reread) -> None:
        """Print one capture, unless all that it has was shown often enough."""
        body = [line for what, changes in reread.changes.items() for line in self._print_changes(reread, what, changes)]
        if body:
            for line in (*_print_head(reread), *body):
                self._out(line)

    def print_hidden(self, total: Mapping[str, int]) -> Iterator[str]:
        """What was not shown, in one line or none."""
        hidden = {what: total[what] - self._shown[what] for what in WHATS if total[what] > self._shown[what]}
        if hidden:
            yield f"not shown: {', '.join(f'{count} {what}' for what, count in hidden.items())}; --all shows everything"

    def _print_changes(self, reread: Reread, what: str, changes: Sequence[Change]) -> Iterator[str]:
        # A report that comes or goes is one piece of news, however many numbers are in it.
        is_whole = any(key.startswith("reports") for key in reread.changes) and not what.startswith(("reports", "doc"))
        room = len(changes) if self._most is None else max(0, self._most - self._shown[what])
        some = () if is_whole and self._most is not None else changes[:room]
        self._shown[what] += len(some)
        if some:
            yield f"  {what}"
            width = max(len(change.id) for change in some)
            for change in some:
                told = _print_change(what, change)
                yield f"    {told}" if what in _ENTRIES else f"    {change.id:<{width}}  {told}".rstrip()


def _print_head(reread: Reread) -> Iterator[str]:
    line = reread.after.document
    yield print_place(line)
    place = f"{line['warc']} at {line['offset']}, {line['record_id'] or 'no identifier'}"
    yield f"  proof: {place}; form {reread.form}, portal {reread.portal}"


def _print_change(what: str, change: Change) -> str:
    if what == "sections":
        return " ".join(f"{sum(line.startswith(sign) for line in change.after)} {word}" for sign, word in _SIGNS)
    if what in _ENTRIES:
        sign, entry = ("-", change.before) if change.after is None else ("+", change.after)
        return f"{sign} " + _shorten("  ".join(str(value) for value in entry.values() if value not in (None, [], "")))
    if change.before is None and change.after is None:
        return ""
    told = f"{_shorten(print_value(change.before))} → {_shorten(print_value(change.after))}"
    path = next((side["path"] for side in (change.after, change.before) if _has_path(side)), None)
    return f"{told}  {path}" if path else told


_SIGNS = (("-", "sentences out,"), ("+", "in"))


def _has_path(side: Any) -> bool:
    return isinstance(side, dict) and "path" in side


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def print_totals(foreseen: Foreseen, name: str, parser: str, is_applied: bool, most: int | None) -> Iterator[str]:
    """The counts by form and by portal, and what it all comes to; ``name`` is that of the store."""
    yield from _print_table("form", foreseen.by_form, None)
    yield from _print_table("portal", foreseen.by_portal, None if most is None else _MOST_PORTALS)
    compared = foreseen.same + foreseen.differ + foreseen.new
    renamed = f" ({foreseen.renamed} of them by other steps)" if foreseen.renamed else ""
    outcome = f"{foreseen.same} the same{renamed}, {foreseen.differ} read otherwise"
    yield f"{compared} captures held against {name}: {outcome}"
    if foreseen.new or foreseen.new_sightings:
        yield (
            f"not in the store: {foreseen.new} captures, {foreseen.new_reports} of them reports; "
            f"{foreseen.new_sightings} answers that a page is gone or unchanged"
        )
    made = ", ".join(f"{key} ({count})" for key, count in foreseen.parsers.most_common(5))
    yield f"steps: {parser} now; in the store: {made or 'none'}"
    yield _print_verdict(foreseen, is_applied)


def _print_verdict(foreseen: Foreseen, is_applied: bool) -> str:
    if is_applied:
        return "written"
    return "nothing would change" if foreseen.is_empty else "nothing was written; --apply writes it"


def _print_table(title: str, groups: Mapping[str, Counter[str]], most: int | None) -> Iterator[str]:
    """Groups by the number of their captures, and only the kinds of changes that there are."""
    if not groups:
        return
    total: Counter[str] = sum(groups.values(), Counter())
    heads = ["captures", *(what for what in WHATS if total[what])]
    ordered = sorted(groups.items(), key=lambda pair: (-pair[1]["captures"], pair[0]))
    rows = [(key, [str(counts[head]) for head in heads]) for key, counts in ordered[:most]]
    width = max(len(title), *(len(key) for key, _ in rows))
    yield "  ".join((f"{title:<{width}}", *heads))
    for key, values in rows:
        yield "  ".join((f"{key:<{width}}", *(f"{v:>{len(h)}}" for v, h in zip(values, heads, strict=True))))
    if len(ordered) > len(rows):
        yield f"… and {len(ordered) - len(rows)} more; --all shows them"
