"""What stands behind a figure: its values as a table for the page, and as CSV with where they come from."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from web.figures.measures import APPEALS, Point, Rank
from web.figures.ranks import show_own, show_rank
from web.tables import show_number
from web.words import Words

_POINT = ("figure", "series", "year", "measure", "label")
_COLUMNS = (*_POINT, "value", "of", "state", "reports", "known", "broken", "form", "record_id", "source")
_RANKS = (*_POINT, "value", "part", "of", "less", "same", "more", "median", "source")


@dataclass(frozen=True, slots=True)
class Square:
    """A value of a table: as it is shown, and why it is not there."""

    text: str
    gap: str = ""
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one series: a label and a square for each year. ``years``: those that there is a report of."""

    agency: str | None
    name: str
    years: frozenset[int]
    rows: Sequence[tuple[str, Sequence[Square]]]


def list_blocks(points: Sequence[Point], names: Mapping[str | None, str], words: Words) -> list[Block]:
    """The table of a figure over years, a block for each series."""
    blocks = []
    for agency, own in groupby(points, key=lambda point: point.agency):
        by_measure: dict[str, list[Square]] = {}
        years = set()
        for point in own:
            if point.reports:
                years.add(point.year)
            by_measure.setdefault(point.measure, []).append(_make_square(point, words))
        rows = [(words(f"measure.{measure}"), squares) for measure, squares in by_measure.items()]
        blocks.append(Block(agency, names[agency], frozenset(years), rows))
    return blocks


def write_points(
    figure: str, points: Iterable[Point], names: Mapping[str | None, str], words: Words, source: str
) -> bytes:
    """The values as CSV: UTF-8 with a mark by which spreadsheets know it; what is not known is empty, never 0."""
    return _write(_COLUMNS, _list_points(figure, points, names, words, source))


def write_ranks(name: str, year: int, ranks: Iterable[Rank], words: Words, source: str) -> bytes:
    """Where an agency stands, as CSV."""
    rows = (
        ("standing", name, year, rank.measure, words(f"rank.{rank.measure}"), rank.value)
        + (_plain(rank.part), _plain(rank.of))
        + ((rank.less, rank.same, rank.more, rank.median) if rank.value is not None else (None,) * 4)
        + (source,)
        for rank in ranks
    )
    return _write(_RANKS, rows)


def list_ranked(ranks: Iterable[Rank], words: Words) -> list[tuple[str, Sequence[str]]]:
    """Where an agency stands, as rows of a table: value, less, same, more, median."""
    return [
        (
            words(f"rank.{rank.measure}"),
            [show_own(rank, words), *([] if rank.value is None else _show_counts(rank))],
        )
        for rank in ranks
    ]


def _show_counts(rank: Rank) -> list[str]:
    return [*map(show_number, (rank.less, rank.same, rank.more)), show_rank(rank.measure, rank.median)]


def _make_square(point: Point, words: Words) -> Square:
    if point.value is None:
        return Square("", point.state)
    is_broken = bool(point.broken) and point.reports == 1
    value = show_number(point.value)
    if point.measure in APPEALS and point.of is not None:
        value = words("trends.of", value=value, of=show_number(point.of))
    if not point.share:
        return Square(value, is_broken=is_broken)
    return Square(words("trends.with_share", value=value, share=f"{point.share:.0%}"), is_broken=is_broken)


def _list_points(
    figure: str, points: Iterable[Point], names: Mapping[str | None, str], words: Words, source: str
) -> Iterator[tuple[object, ...]]:
    for each in points:
        yield (
            *(figure, names[each.agency], each.year, each.measure, words(f"measure.{each.measure}")),
            *(_plain(each.value), _plain(each.of), each.state, each.reports, each.known, each.broken),
            *(each.form, each.record_id, source),
        )


def _plain(value: float | None) -> float | None:
    """Whole numbers as such."""
    return int(value) if value is not None and float(value).is_integer() else value


def _write(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
