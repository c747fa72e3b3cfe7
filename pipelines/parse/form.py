"""A form: the tables, rows, columns, sections and identities that a generation of the official template prescribes."""

from dataclasses import dataclass

from pipelines.report import Standing


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its identifier, its printed labels (the official one first) and what it counts."""

    id: str
    labels: tuple[str, ...]
    unit: str
    signed: bool = False  # a change (减7) rather than a count


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the group that it stands in and the columns that it has; a list's row has its own unit."""

    id: str
    labels: tuple[str, ...]
    group: str | None
    columns: tuple[str, ...] = ()
    unit: str = "item"


@dataclass(frozen=True, slots=True)
class Table:
    """An official table. The identifier of a cell is ``prefix`` + row + ``.`` + column (a list has no columns)."""

    id: str
    layout: str  # one of LAYOUTS
    prefix: str
    section: str | None
    corner: tuple[str, ...]  # words of the header that are no column
    groups: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def cell_id(self, row: str, column: str | None) -> str:
        """The public identifier of one cell."""
        return f"{self.prefix}{row}.{column}" if column else f"{self.prefix}{row}"


@dataclass(frozen=True, slots=True)
class IdentityRule:
    """An identity (勾稽关系): two sums that must be equal, for each column, each row, or in one row."""

    id: str
    standing: Standing
    table: str
    per: str  # column, row, or one: the row in ``row``
    left: tuple[str, ...]
    right: tuple[str, ...]
    row: str | None = None
    instead: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a row, and the rows that stand for it


@dataclass(frozen=True, slots=True)
class SectionRule:
    """A section of the form with the headings it goes by."""

    number: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One generation of the form."""

    name: str
    basis: str
    first_year: int
    last_year: int | None
    tells: tuple[tuple[str, tuple[str, ...]], ...]  # table, and the labels that only this form has there
    sections: tuple[SectionRule, ...]
    tables: tuple[Table, ...]
    identities: tuple[IdentityRule, ...]

    def find_table(self, name: str) -> Table | None:
        """The table of that identifier, where the form has one."""
        return next((table for table in self.tables if table.id == name), None)
