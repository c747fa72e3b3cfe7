"""Search: reports whose agency or title has the words, then reports whose text has them, the newest first in each.

Of the first, an agency that has all the words comes before a title. The second come from the index of grams
(``pipelines.store.searching``) and are held against the text, of which the passages are shown. A page goes on where the
one before ended, by ``after``: ``n20`` (the 21st by name) or ``t123`` (the texts below that number).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, func, or_, select, text

from pipelines.store.grams import fold, list_runs, list_texts, read_words, write_match, write_tsquery
from pipelines.store.searching import NAME
from pipelines.store.settled import reports
from pipelines.store.tables import contents
from web.queries.passages import Part, find_passages, mark_words

LONGEST = 100  # characters of a question
PAGE = 20
MOST_COUNTED = 1000
_AT_ONCE = 40  # texts that are held against the words
_MOST_TRIED = 200  # on one page; after these it goes on with the next
_AFTER = re.compile(r"n\d{1,4}|t\d{1,19}")
Key = tuple[int, int]  # number of a text, capture
_ABOVE = (1 << 63) - 1  # every text
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHOWN = (
    *("agency", "year", "title", "level", "region", "form", "published"),
    *("state", "broken", "record_id", "capture", "url"),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A report. ``where``: name or text; ``title`` and ``passages`` in parts, some of them marked."""

    report: RowMapping
    where: str
    agency: Sequence[Part]
    title: Sequence[Part]
    passages: Sequence[Sequence[Part]]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. Counts end at ``MOST_COUNTED``; ``by_text`` has those by name too. ``after``: the next page."""

    words: Sequence[str]
    hits: Sequence[Hit]
    by_name: int
    by_text: int
    after: str | None

    @property
    def in_text(self) -> int:
        """How many have the words in their text alone; more than can be counted where ``by_text`` is that already."""
        return self.by_text if self.by_text > MOST_COUNTED else max(0, self.by_text - self.by_name)


def find_reports(connection: Connection, question: str, after: str = "", page: int = PAGE) -> Found:
    """The reports that a question finds; one without letters finds none, an ``after`` that is none begins anew."""
    words = read_words(question[:LONGEST])
    if not words:
        return Found((), (), 0, 0, None)
    by_name, texts = _count_named(connection, words), _list_texts(connection, words, _ABOVE, MOST_COUNTED + 1)
    kind, at = (after[0], min(int(after[1:]), _ABOVE)) if _AFTER.fullmatch(after) else ("n", 0)
    hits: list[Hit] = []
    following: str | None = None
    if kind == "n" and by_name:
        rows = connection.execute(_order_named(words).offset(at).limit(page)).mappings().all()
        hits = [_make_hit(connection, row, words, "name") for row in rows]
        following = f"n{at + page}" if by_name > at + page else None
    if following is None and len(hits) < page:
        more, following = _find_in_texts(connection, words, texts, at if kind == "t" else _ABOVE, page - len(hits))
        hits += more
    elif following is None and len(texts) > by_name:
        following = f"t{_ABOVE}"
    return Found(words, hits, by_name, len(texts), following)


def _order_named(words: Sequence[str]) -> Select[Any]:
    columns = reports.c
    in_agency = and_(*(_is_in(columns.agency, word) for word in words if not _YEAR.fullmatch(word)))
    rank = case((in_agency, 0), else_=1)
    query = select(*(columns[name] for name in _SHOWN)).where(*_name_conditions(words))
    return query.order_by(rank, columns.year.desc(), columns.agency)


def _name_conditions(words: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Each word in the agency or the title; a year may be the report's."""
    columns = reports.c
    for word in words:
        tests = [_is_in(columns.agency, word), _is_in(columns.title, word)]
        yield or_(*tests, columns.year == int(word)) if _YEAR.fullmatch(word) else or_(*tests)


def _is_in(column: Any, word: str) -> ColumnElement[bool]:
    test: ColumnElement[bool] = column.contains(word, autoescape=True)
    return column.icontains(word, autoescape=True) if word.upper() != word else test


def _find_in_texts(
    connection: Connection, words: Sequence[str], known: Sequence[Key], below: int, wanted: int
) -> tuple[list[Hit], str | None]:
    """Hits by text that are none by name, and where to go on. ``known``: the first texts that may have the words."""
    hits: list[Hit] = []
    for _ in range(_MOST_TRIED // _AT_ONCE):
        some = [key for key in known if key[0] < below][:_AT_ONCE]
        if len(some) < _AT_ONCE and len(known) > MOST_COUNTED:
            some = _list_texts(connection, words, below, _AT_ONCE)
        rows = _read_reports(connection, [capture for _, capture in some])
        for below, capture in some:
            row = rows[capture]
            if not _has_name(row, words) and (hit := _make_hit(connection, row, words, "text")).passages:
                hits.append(hit)
                if len(hits) == wanted:
                    return hits, f"t{below}"
        if len(some) < _AT_ONCE:
            return hits, None
    return hits, f"t{below}"


def _list_texts(connection: Connection, words: Sequence[str], below: int, limit: int) -> list[Key]:
    """The texts of reports of which the index says that they may have the words, the newest first."""
    runs = list_runs(words)
    if not runs:
        return []
    is_sqlite = connection.dialect.name == "sqlite"
    key, join = ("g.rowid", "CROSS JOIN") if is_sqlite else ("g.id", "JOIN")  # SQLite keeps the order of a CROSS JOIN
    found = "g.grams MATCH :match" if is_sqlite else "g.grams @@ CAST(:match AS tsquery)"
    query = text(
        f"SELECT s.id, s.capture FROM {NAME} AS g {join} searchable AS s ON s.id = {key} {join} reports AS r"
        f" ON r.capture = s.capture WHERE {found} AND {key} < :below ORDER BY {key} DESC LIMIT :limit"
    )
    values = {"match": (write_match if is_sqlite else write_tsquery)(runs), "below": below, "limit": limit}
    return [(row.id, row.capture) for row in connection.execute(query, values)]


def _read_reports(connection: Connection, captures: Sequence[int]) -> dict[int, RowMapping]:
    query = select(*(reports.c[name] for name in _SHOWN)).where(reports.c.capture.in_(captures))
    return {row["capture"]: row for row in connection.execute(query).mappings()}


def _count_named(connection: Connection, words: Sequence[str]) -> int:
    some = select(reports.c.year).where(*_name_conditions(words)).limit(MOST_COUNTED + 1).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _has_name(row: RowMapping, words: Sequence[str]) -> bool:
    """Whether a report is found by name already; as the database compares, so that none is left out or told twice."""
    name, title = row["agency"].lower(), (row["title"] or "").lower()
    return all(word in name or word in title or word == str(row["year"]) for word in words)


def _make_hit(connection: Connection, row: RowMapping, words: Sequence[str], where: str) -> Hit:
    blocks = connection.scalar(select(contents.c.blocks).where(contents.c.capture == row["capture"]))
    texts = (row["agency"], row["title"] or "")
    passages = find_passages(
        [*list_texts(blocks or ())], words, also="\n".join(map(fold, texts)), is_whole=where == "text"
    )
    return Hit(row, where, mark_words(texts[0], words), mark_words(texts[1], words), passages)
