"""Findings over several captures: what a reader of one report should know that no single page tells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from pipelines.report import Severity
from pipelines.store.addresses import Address, Withdrawal
from pipelines.store.copies import Copy
from pipelines.store.deadlines import find_deadline, find_delay
from pipelines.store.facts import Change, find_changes, find_conflicts
from pipelines.store.rolling import Rolled
from pipelines.store.versions import Evidence, Version, find_pair

_MOST_SHOWN = 5  # changes in a sentence; the cells are all named beside it
_MUCH = 0.8  # of a prose copied, from which it is a warning


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. ``captures`` are the records that prove it, in the order in which the text speaks of them."""

    id: str
    severity: Severity
    text: str
    captures: tuple[str, ...]
    cells: tuple[str, ...] = ()
    share: float | None = None
    sentences: tuple[str, ...] | None = None


def find_revisions(versions: Sequence[Version], evidence: Evidence) -> Iterator[Found]:
    """Each version that changed a number or the text of the one before."""
    for before, after in pairwise(versions):
        one, other = find_pair(before, after)
        when = f"between {one.captured_at} and {other.captured_at}"
        changes = find_changes(evidence.find_facts(one), evidence.find_facts(other))
        records = (one.record_id, other.record_id)
        if changes:
            text = f"{_count(len(changes), 'number')} changed {when}: {_list(changes)}"
            yield Found("revised-numbers", "warning", text, records, tuple(change.cell for change in changes))
        elif after.change == "text":
            yield Found("revised-text", "info", f"the text changed {when}; the numbers did not", records)


def find_disagreements(versions: Sequence[Version], evidence: Evidence) -> Iterator[Found]:
    """Bodies of one version that stand at two addresses and print different numbers."""
    for version in versions:
        for one, other in combinations(version.bodies, 2):
            conflicts = find_conflicts(evidence.find_facts(one), evidence.find_facts(other))
            if conflicts and one.url != other.url:
                text = f"{other.url} prints other numbers than {one.url}: {_list(conflicts)}"
                cells = tuple(change.cell for change in conflicts)
                yield Found("copies-disagree", "warning", text, (one.record_id, other.record_id), cells)


def find_absences(addresses: Sequence[Address], withdrawn_at: str | None) -> Iterator[Found]:
    """Addresses that were gone: the report with them, or this one address, or only for a time."""
    for address in addresses:
        for withdrawal in address.withdrawals:
            records = (withdrawal.seen_before, withdrawal.record_id)
            what = f"{withdrawal.url} answers {_reason(withdrawal)} since {withdrawal.since}"
            if withdrawal.returned_at is not None:
                times = f"from {withdrawal.since} to {withdrawal.returned_at}"
                text = f"{withdrawal.url} was gone ({_reason(withdrawal)}) {times}"
                yield Found("withdrawn-for-a-time", "warning", text, records)
            elif withdrawn_at is not None:
                yield Found("withdrawn", "error", f"{what}; the report stands nowhere else", records)
            else:
                yield Found("address-gone", "info", f"{what}; the report still stands elsewhere", records)
    for address in addresses:
        if address.state == "replaced":
            text = f"{address.url} shows something else since {address.changed_at}"
            yield Found("address-replaced", "info", text, (address.captures[-1].record_id,))


def _reason(withdrawal: Withdrawal) -> str:
    return {"redirect": "with a jump to a home page", "soft-404": "that the page does not exist"}.get(
        withdrawal.reason, withdrawal.reason
    )


def find_lateness(agency: str, year: int, versions: Sequence[Version]) -> Iterator[Found]:
    """Publication after the day that the decree sets."""
    captures = [seen for version in versions for seen in version.captures]
    dated = [seen for seen in captures if seen.published]
    if not dated:
        return
    earliest = min(dated, key=lambda seen: (seen.published or "", seen.moment))
    days = find_delay(agency, year, earliest.published, [seen.captured_at for seen in captures])
    if days is not None:
        deadline = find_deadline(agency, year)
        text = f"published {earliest.published}, {_count(days, 'day')} after {deadline.isoformat()}"
        yield Found("late", "warning", text, (earliest.record_id,))


def find_breaks(checks: Sequence[Rolled]) -> Iterator[Found]:
    """Broken identities between two years, with their arithmetic."""
    for check in checks:
        if check.result == "broken":
            text = f"{check.id}: {check.left} is printed where the year before gives {check.right}"
            severity: Severity = "warning" if check.standing == "weak" else "error"
            records = tuple(dict.fromkeys(record for record, _ in check.cells))
            yield Found("broken-identity", severity, text, records, tuple(cell for _, cell in check.cells))


def find_copied(copy: Copy | None, record_id: str, is_own: bool) -> Iterator[Found]:
    """Text from an earlier year of the agency's own, or from another agency."""
    if copy is None:
        return
    source = copy.source
    whose = f"the report of {source.year}" if is_own else f"{source.agency or source.name} {source.year}"
    more = f" and, in part, in {_count(copy.others, 'more report')}" if copy.others and not is_own else ""
    text = f"{copy.share:.0%} of its prose also stands in {whose}{more}"
    severity: Severity = "warning" if copy.share >= _MUCH else "info"
    identifier = "copied-from-own-year" if is_own else "copied-from-other-agency"
    yield Found(identifier, severity, text, (record_id, source.record_id), (), round(copy.share, 4), copy.sentences)


def _list(changes: Sequence[Change]) -> str:
    shown = [f"{change.cell} {_show(change.before)} → {_show(change.after)}" for change in changes[:_MOST_SHOWN]]
    return ", ".join(shown) + (f" and {len(changes) - _MOST_SHOWN} more" if len(changes) > _MOST_SHOWN else "")


def _show(value: float | None) -> str:
    return "no number" if value is None else f"{value:.15g}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
