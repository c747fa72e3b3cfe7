"""The numbers of one document, each with its proof; nothing is repaired."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from pipelines.document import Document

CellState = Literal["number", "text", "blank", "dash", "image"]
Standing = Literal["official", "implied", "weak"]
Result = Literal["holds", "broken", "not evaluable"]
Severity = Literal["info", "warning", "error"]
Number = int | float


class Section(msgspec.Struct, frozen=True, gc=False):
    """One numbered section; ``text`` is whole: its paragraphs joined by LF, tables left out."""

    number: str | None
    heading: str
    text: str


class Cell(msgspec.Struct, frozen=True, gc=False):
    """One cell of an official table, under its identifier of ``docs/feeds.md``.

    A structure, because a report has two hundred of them and a frozen dataclass takes four times as long to make.
    """

    id: str
    raw: str
    value: Number | None
    state: CellState
    unit: str | None
    path: str
    parts: tuple[tuple[str, Number], ...] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ExtraRow:
    """A row that the form does not have."""

    table: str
    label: str
    values: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A table that could not be mapped with certainty, and what was tried."""

    path: str
    tried: str


class Stated(msgspec.Struct, frozen=True, gc=False):
    """A figure of the prose, never mixed with cells."""

    id: str
    value: Number
    sentence: str
    path: str


class Check(msgspec.Struct, frozen=True, gc=False):
    """One identity (勾稽关系) held against the cells: ``left`` and ``right`` are its two sides as printed."""

    id: str
    standing: Standing
    result: Result
    left: Number | None
    right: Number | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader of this one capture should know."""

    id: str
    severity: Severity
    text: str
    cells: tuple[str, ...] = ()
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a document of kind ``report`` says in numbers and sections."""

    document: Document
    form_expected: str | None
    sections: tuple[Section, ...] = ()
    cells: tuple[Cell, ...] = ()
    extra_rows: tuple[ExtraRow, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    stated: tuple[Stated, ...] = ()
    identities: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
