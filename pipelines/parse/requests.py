"""The requests table: seven columns, rows told by group and label, or by position where their number proves it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from pipelines.parse.alignment import Evidence, Values, find_certain_values, find_values, gather_evidence
from pipelines.parse.cells import INSTEAD_OF_NUMBER
from pipelines.parse.harvest import Harvest, make_cell
from pipelines.parse.labels import fold_label, is_subsequence
from pipelines.parse.rows import SourceCell, TableRow
from pipelines.parse.template import Template, load_template, name_cells


class Line(msgspec.Struct, frozen=True, gc=False):
    """One row that is no header: its labels, its values where they are certain, and the form's row that it is."""

    row: TableRow
    labels: tuple[str, ...]
    leaf: str  # the label next to the values; a group's label that began in a row above is none
    values: Values | None
    meaning: str | None = None
    exact: bool = False
    columns: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Has it no value, or only blank ones?"""
        return all(cell.is_blank for cell in self.values or self.rest)

    @property
    def rest(self) -> tuple[SourceCell, ...]:
        """The cells that are no label, where it is not certain which of them are the values."""
        return tuple(cell for cell in self.row.cells if cell.text not in self.labels)


def map_requests(rows: Sequence[TableRow]) -> Harvest:
    """The cells of the requests table; rows that are not certain are refused one by one."""
    template, harvest = load_template("requests"), Harvest("requests")
    lines = _place_by_position(_join_torn_labels(_read_lines(rows, template), template), template)
    instances = [_unmark_subtotals(lines) for lines in _split_instances(lines, template)]
    for line in instances[0]:
        _keep_line(line, template, harvest)
    for instance in instances[1:]:
        _compare_instance(instance, template, harvest)
    return harvest


def _read_lines(rows: Sequence[TableRow], template: Template) -> list[Line]:
    columns = tuple(template.columns)
    headed: list[TableRow] = []
    others: list[TableRow] = []
    for row in rows:
        (headed if is_header(row, template) else others).append(row)
    columns = _read_header(headed, template) or columns
    body: list[tuple[TableRow, int, Values | None]] = []
    for row in others:
        last = find_last_label(row, template)
        body.append((row, last, find_certain_values(row, last, len(columns))))
    is_certain = all(values is not None for _, _, values in body)  # then no row needs what the others show
    evidence = gather_evidence([] if is_certain else body, dict(_find_heads(headed, columns, template)))
    return [_read_line(row, last, values, columns, evidence, template) for row, last, values in body]


def find_last_label(row: TableRow, template: Template) -> int:
    """The index of the last cell that is a label; -1 where the row has none.

    A known label is one wherever it stands, so a number before it (``1.`` in a cell of its own) is no value. Other
    words are one where no number and no blank cell stands between them and the labels before, unless they are words
    that reports print instead of a number.
    """
    whole = _find_whole_label(row, template)
    if whole is not None:
        return whole
    last, is_closed = -1, False
    for index, cell in enumerate(row.cells):
        if cell.reading.state == "text":
            core = fold_label(cell.text)
            is_known = core in template.words or core in template.groups or template.row_labels.find(core) is not None
            if is_known or not (is_closed or core in INSTEAD_OF_NUMBER or cell.reading.parts):
                last, is_closed = index, False
        else:
            is_closed = is_closed or last >= 0 or not cell.is_blank
    return last


def _find_whole_label(row: TableRow, template: Template) -> int | None:
    """The index of a row's whole label with exactly a row's values behind it, whatever words (不适用) they are."""
    index = len(row.cells) - len(template.columns) - 1
    if index < 0 or row.cells[index].text not in template.row_labels:
        return None
    words = (cell.text for cell in row.cells[index + 1 :] if cell.reading.state == "text")
    is_leaf = not any(word in template.row_labels or word in template.column_labels for word in words)
    return index if is_leaf else None


def is_header(row: TableRow, template: Template) -> bool:
    """Does the row name columns?  It has a word of the header, no number, and no row's label but a column's too."""
    if row.has_numbers:
        return False
    words = {fold_label(text) for text in row.labels}
    headers = words & (template.header_words - template.groups)
    rows = {
        word for word in words if template.row_labels.find_exact(word) and not template.column_labels.find_exact(word)
    }
    return bool(headers) and not rows


def _read_header(rows: Sequence[TableRow], template: Template) -> tuple[str, ...] | None:
    """The columns in the order in which a header with known spans prints them; ``None`` where it does not tell all."""
    starts: dict[str, int] = {}
    for row in rows:
        for cell in row.cells:
            column = template.column_labels.find_exact(cell.text)
            if column and row.spanned:
                starts.setdefault(column, cell.start)
    if len(set(starts.values())) != len(starts) or not _is_whole(starts, rows, template):
        return None
    return tuple(sorted(starts, key=starts.__getitem__))


def _is_whole(starts: dict[str, int], rows: Sequence[TableRow], template: Template) -> bool:
    """Does the header name every column?  The total may be left out where nothing stands to the right of the others."""
    if len(starts) == len(template.columns):
        return True
    if starts.keys() != template.columns.keys() - {"total"}:
        return False
    return max(cell.end for row in rows for cell in row.cells if row.spanned) == max(starts.values()) + 1


def _find_heads(rows: Sequence[TableRow], columns: Sequence[str], template: Template) -> Iterator[tuple[int, int]]:
    """Each block without spans whose header names every column, side by side, with the place of the first."""
    blocks: dict[int, dict[str, int]] = {}
    for row in rows:
        for cell in row.cells if not row.spanned else ():
            column = template.column_labels.find_exact(cell.text)
            if column:
                blocks.setdefault(row.block, {}).setdefault(column, cell.start)
    for block, starts in blocks.items():
        first = starts.get(columns[0], 0)
        if [starts.get(column) for column in columns] == list(range(first, first + len(columns))):
            yield block, first


def _read_line(
    row: TableRow,
    last: int,
    certain: Values | None,
    columns: tuple[str, ...],
    evidence: Evidence,
    template: Template,
) -> Line:
    values = certain or find_values(row, last, len(columns), evidence)
    named = [cell for cell in row.cells[: last + 1] if cell.text.strip()]
    labels = tuple(cell.text for cell in named)
    leaf = "" if not named or named[-1].continued else named[-1].text
    exact = template.row_labels.find_exact(leaf)
    return Line(row, labels, leaf, values, exact or template.find_row(leaf), exact is not None, columns)


def _join_torn_labels(lines: list[Line], template: Template) -> list[Line]:
    """Two rows whose labels are halves of one label become one row, with the values of the half that has them."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and before.leaf and line.leaf and not (before.exact or line.exact):
            meaning = template.row_labels.find_exact(before.leaf + line.leaf)
            if meaning and (before.is_empty or line.is_empty):
                filled = before if line.is_empty else line
                joined[-1] = replace(
                    filled, labels=(before.leaf + line.leaf,), leaf=before.leaf + line.leaf, meaning=meaning, exact=True
                )
                continue
        joined.append(line)
    return joined


def _place_by_position(lines: list[Line], template: Template) -> list[Line]:
    """Rows with damaged labels between two certain rows, where just as many rows of the form are missing there.

    The beginning and the end of the table are as certain as a row.
    """
    placed = list(lines)
    known = [at for at, line in enumerate(lines) if line.meaning]
    for first, second in pairwise([-1, *known, len(lines)] if known else []):
        if second - first == 1:  # as nearly everywhere
            continue
        gap = [at for at in range(first + 1, second) if lines[at].values is not None]
        before = lines[first].meaning if first >= 0 else None
        after = lines[second].meaning if second < len(lines) else None
        missing = _find_missing(before, after, len(gap), template)
        if all(_can_be(lines[at], row, template) for at, row in zip(gap, missing, strict=False)):
            for at, row in zip(gap, missing, strict=False):
                placed[at] = replace(lines[at], meaning=row)
    return placed


def _find_missing(first: str | None, second: str | None, count: int, template: Template) -> tuple[str, ...]:
    """The ``count`` rows that the form has between two rows, where only one form has so many there; else none."""
    found: set[tuple[str, ...]] = set()
    for rows in template.variants:
        if count and first in (None, *rows) and second in (None, *rows):
            start = rows.index(first) + 1 if first else 0
            between = rows[start : rows.index(second) if second else len(rows)]
            if len(between) == count:
                found.add(between)
    return next(iter(found)) if len(found) == 1 else ()


def _can_be(line: Line, row: str, template: Template) -> bool:
    """May the line's label be what is left of the row's?  Nothing may, and a group's label; other words may not."""
    core, official = fold_label(line.leaf), template.printed[row]
    shared = sum(character in official for character in core)
    return core in template.groups or (shared * 2 >= len(core) and len(core) <= len(official) + 2)


def _split_instances(lines: list[Line], template: Template) -> list[list[Line]]:
    """The table's printings: a new one begins where a row returns that begins the table."""
    instances: list[list[Line]] = [[]]
    seen: set[str] = set()
    for line in lines:
        if line.meaning in seen and template.rows.index(line.meaning or "") < 2 and len(seen) > 2:
            instances.append([])
            seen = set()
        if line.meaning and line.values is not None:
            seen.add(line.meaning)
        instances[-1].append(line)
    return instances


def _unmark_subtotals(lines: list[Line]) -> list[Line]:
    """A row above its own parts (其他处理 above 1. to 3.) is their subtotal, which the form does not have."""
    there = {line.meaning for line in lines if line.meaning}
    whole = there & {part.rpartition(".")[0] for part in there}
    return [replace(line, meaning=None) if line.meaning in whole else line for line in lines]


def _keep_line(line: Line, template: Template, harvest: Harvest) -> None:
    if line.meaning is None:
        _keep_stranger(line, template, harvest)
    elif line.values is None:
        if not line.is_empty or not line.row.spanned:
            harvest.refuse(line.row.path, f"row {line.meaning}: not exactly {len(line.columns)} values after its label")
    else:
        identifiers = name_cells(template.id, line.meaning, line.columns)
        if identifiers[0] in harvest.cells:
            harvest.keep_row(line.row, line.labels, line.values)
            return
        for identifier, value in zip(identifiers, line.values, strict=True):
            harvest.cells[identifier] = make_cell(identifier, value, "item", line.row)


def _keep_stranger(line: Line, template: Template, harvest: Harvest) -> None:
    """A row that is none of the form's: extra where it has a label of its own, refused where it has none."""
    core = fold_label(line.leaf)
    is_group = core in template.groups or core in template.printed.values()
    if line.is_empty and (not core or is_group or line.values is None):
        return
    if line.values is not None and (is_group or not _may_be_damaged(core, template)):
        harvest.keep_row(line.row, line.labels, line.values)
    else:
        harvest.refuse(line.row.path, f"label {line.leaf!r}: no row of the form is certain to be meant")


def _may_be_damaged(core: str, template: Template) -> bool:
    """May the label be what is left of an official one?"""
    return any(is_subsequence(core, official) for official in template.printed.values())


def _compare_instance(lines: list[Line], template: Template, harvest: Harvest) -> None:
    """A second printing is the same table again, or it is refused: two tables cannot both be the agency's."""
    for line in lines:
        if line.meaning is None or line.values is None:
            continue
        kept = map(harvest.cells.get, name_cells(template.id, line.meaning, line.columns))
        if [cell.raw.strip() if cell else None for cell in kept] != [value.text.strip() for value in line.values]:
            harvest.refuse(line.row.path, "a second requests table with other numbers; the first one was read")
            return
