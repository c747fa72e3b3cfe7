"""Segmented records (ISO 28500, 7): one record cut into several, most often over several files."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from archive.verifying.facts import Segment
from archive.verifying.problems import Findings, show_text

Told = tuple[Segment, Findings]


def check_segments(files: Sequence[tuple[Sequence[Segment], Findings]], is_record: Callable[[int], bool]) -> None:
    """Tell of each series what is missing or does not fit; series in the order in which they first occur.

    ``is_record`` knows whether any record has an id of that key.
    """
    series: dict[int, list[Told]] = defaultdict(list)
    for segments, findings in files:
        for segment in segments:
            series[segment.origin].append((segment, findings))
    for found in series.values():
        _check_series(sorted(found, key=lambda told: told[0].number), is_record)


def _check_series(series: list[Told], is_record: Callable[[int], bool]) -> None:
    last, findings = series[-1]
    numbers = [segment.number for segment, _ in series]
    for (segment, where), before in zip(series[1:], numbers, strict=False):
        if segment.number == before:
            where.tell("segment-repeated", segment, found=segment.number)
    if len({segment.uri for segment, _ in series}) > 1:
        findings.tell("segment-uri", last)
    missing = _first_missing(numbers)
    if missing == 1:
        code = "segment-origin" if is_record(last.origin) else "segment-origin-missing"
        findings.tell(code, last, target=show_text(last.origin_id))
    elif missing:
        findings.tell("segment-gap", last, found=missing)
    if last.total is None:
        findings.tell("segment-open", last)
    elif not missing and len(set(numbers)) == len(numbers):
        _check_total(series, last, findings)


def _first_missing(numbers: list[int]) -> int | None:
    """The first number from 1 up that is not among the sorted ones and not above them all."""
    expected = 1
    for number in numbers:
        if number > expected:
            return expected
        expected = number + 1
    return None


def _check_total(series: list[Told], last: Segment, findings: Findings) -> None:
    found = sum(segment.size for segment, _ in series)
    if found != last.total:
        findings.tell("segment-total", last, found=found, stated=last.total)
