"""The generations of the official form, and the words by which a report shows which of them it follows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

from pipelines.document import Block
from pipelines.parse.form import Form, Table
from pipelines.parse.formfiles import load_form
from pipelines.parse.labels import fold_label

FOLDER = Path(__file__).parents[1] / "forms"
NAMES = ("2021", "2019", "2014")  # the order in which they are asked for
_FEWEST_CELLS, _FEWEST_LINES = 2, 3  # labels of a table that stand together


@lru_cache(maxsize=1)
def load_forms() -> tuple[Form, ...]:
    """All forms of ``pipelines/forms``, in the order in which a report is asked for them."""
    return tuple(load_form(FOLDER / f"{name}.yaml") for name in NAMES)


def find_expected_form(year: int | None) -> str | None:
    """The form prescribed for a year: ``narrative`` before the first notice, ``None`` where the year is not known."""
    if year is None:
        return None
    for form in load_forms():
        if form.first_year <= year and (form.last_year is None or year <= form.last_year):
            return form.name
    return "narrative"


def find_form(blocks: Sequence[Block]) -> str:
    """The form that a body follows, by its content alone: ``2021``, ``2019``, ``2014`` or ``narrative``.

    A tell counts where it is the whole label of a table's cell, or of a short line (a table printed one cell a line),
    and other labels of its table stand there too; a sentence or a heading that mentions it does not decide. The
    tells of the disclosure tables come first, whatever form the other tables have.
    """
    texts = {text for block in blocks for row in block.grid for text, _, _ in row}
    cells = {fold_label(text) for text in texts if text}
    lines: set[str] | None = None
    for table, form in _list_tables_by_rank():
        tells = _fold_tells(form.name, table.id)
        known = _fold_table(form.name, table.id)
        if not tells.isdisjoint(cells) and len(known & cells) >= _FEWEST_CELLS:
            return form.name
        lines = set(_read_printed_labels(blocks)) if lines is None else lines
        if not tells.isdisjoint(lines) and len(known & lines) >= _FEWEST_LINES:
            return form.name
    return "narrative"


@lru_cache(maxsize=1)
def _list_tables_by_rank() -> tuple[tuple[Table, Form], ...]:
    """The tables that have tells: disclosure tables, then the list of 2014, then the requests tables."""
    ranks = {"disclosure": 0, "indicators": 1, "requests": 2}
    pairs = [(table, form) for form in load_forms() for table in form.tables if table.id in dict(form.tells)]
    return tuple(sorted(pairs, key=lambda pair: ranks[pair[0].id]))


@lru_cache(maxsize=16)
def _fold_tells(form: str, table: str) -> frozenset[str]:
    return frozenset(map(fold_label, next(dict(known.tells)[table] for known in load_forms() if known.name == form)))


@lru_cache(maxsize=16)
def _fold_table(form: str, table: str) -> frozenset[str]:
    """Every label that a table of a form prints, folded."""
    found = next(known.find_table(table) for known in load_forms() if known.name == form)
    if found is None:
        return frozenset()
    columns = chain.from_iterable(column.labels for column in found.columns)
    rows = chain.from_iterable(row.labels for row in found.rows)
    return frozenset(map(fold_label, chain(found.corner, found.groups, columns, rows)))


_SENTENCE = re.compile(r"[。；，,;！!？?]")
_LONGEST_LINE = 60  # characters; the longest label of a form has 40
_CUT = re.compile(r"[\s|｜]+")


def _read_printed_labels(blocks: Iterable[Block]) -> Iterator[str]:
    """What stands as a label in short lines: the line, its words, and a label that two lines share (本年制发, 件数)."""
    previous = ""
    for block in blocks:
        text = block.text.strip()
        if block.kind not in ("heading", "paragraph") or not text:
            continue
        if len(text) > _LONGEST_LINE or _SENTENCE.search(text):
            previous = ""
            continue
        words = [word for word in _CUT.split(text) if word]
        labels = words if words == [text] else [text, *words]
        yield from map(fold_label, [*labels, previous + text] if len(words) == 1 else labels)
        previous = text if len(words) == 1 else ""
