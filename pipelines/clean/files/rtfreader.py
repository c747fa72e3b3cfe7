"""What is known at one point of an RTF file: the group's state, the text, the row, the table; and the blocks so far."""

from dataclasses import dataclass, field

from pipelines.clean.elements import fold, join_lines
from pipelines.clean.files.edges import EdgedCell, join_merged, lay_out_rows
from pipelines.clean.files.outcome import FileError
from pipelines.clean.page import Part
from pipelines.clean.radicals import fold_radicals
from pipelines.document import Slot

MAX_TEXT = 3_000_000
MAX_CELLS = 40_000


@dataclass(frozen=True, slots=True)
class State:
    """What a group's end restores."""

    skipped: bool = False
    hidden: bool = False
    charset: str = ""
    stand_ins: int = 1


@dataclass(slots=True)
class Row:
    """The row that is being defined: edges of its cells, and how each is merged across and down."""

    left: int = 0
    edges: list[int] = field(default_factory=list)
    marks: list[tuple[int, bool]] = field(default_factory=list)
    across: int = 0
    down: bool = False


@dataclass(slots=True)
class Reader:
    """One pass over the tokens."""

    parts: list[Part] = field(default_factory=list)
    state: State = field(default_factory=State)
    stack: list[State] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0  # that the table of fonts is at
    in_fonts: int = 0  # depth of the table of fonts, 0 outside
    default: str = "cp1252"
    raw: bytearray = field(default_factory=bytearray)
    units: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    length: int = 0
    owed: int = 0  # stand-ins still to be skipped
    level: int = 0
    in_table: bool = False
    depth: int = 1  # of nested tables
    row: Row = field(default_factory=Row)
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    rows: list[list[EdgedCell]] = field(default_factory=list)
    tables: int = 0
    paragraphs: int = 0
    count: int = 0  # of cells

    def write(self, text: str) -> None:
        """Add text, what is pending before it first."""
        self.flush()
        if not (self.state.skipped or self.state.hidden):
            self.text.append(text)
            self.length += len(text)
            if self.length > MAX_TEXT:
                raise FileError("too-large")

    def flush(self) -> None:
        """Turn pending bytes and units of UTF-16 into text."""
        if self.raw:
            text = bytes(self.raw).decode(self.state.charset or self.default, "replace")
        elif self.units:
            text = b"".join(unit.to_bytes(2, "little") for unit in self.units).decode("utf-16-le", "replace")
        else:
            return
        self.raw.clear()
        self.units.clear()
        self.write(text)

    def take_bytes(self, raw: bytes) -> None:
        """Bytes of text, less those that only stand in for a character before."""
        skipped = min(self.owed, len(raw))
        self.owed -= skipped
        raw = raw[skipped:]
        if raw and self.units:
            self.flush()
        if raw and not self.state.skipped:
            self.raw += raw

    def take_unit(self, value: int) -> None:
        """One unit of UTF-16; the stand-ins that follow it are not text."""
        if self.raw:
            self.flush()
        if not self.state.skipped:
            self.units.append(value & 0xFFFF)
        self.owed = self.state.stand_ins

    def end_line(self) -> None:
        """The line so far, put aside."""
        self.flush()
        text = fold(fold_radicals("".join(self.text)))
        self.text.clear()
        if text:
            self.lines.append(text)

    def end_paragraph(self) -> None:
        """A paragraph outside tables becomes blocks; inside, it is lines of a cell."""
        self.end_line()
        if self.in_table or self.depth > 1:
            return
        self.end_table()
        self.paragraphs += 1
        kind, path = ("heading" if self.level else "paragraph"), f"paragraph {self.paragraphs}"
        self.parts += [Part("heading" if kind == "heading" else "paragraph", line, path=path, level=self.level)
                       for line in self.lines]  # fmt: skip
        self.lines.clear()

    def end_cell(self) -> None:
        """The lines so far are a cell."""
        self.end_line()
        self.cells.append(join_lines(self.lines))
        self.lines.clear()

    def end_row(self) -> None:
        """The cells so far are a row of the table, by the edges last defined."""
        self.end_line()
        if not self.rows:
            self.tables += 1
        number = len(self.rows) + 1
        cells: list[tuple[EdgedCell, int]] = []
        for place, text in enumerate(self.cells):
            edges = self.row.edges
            right = edges[place] if place < len(edges) else (edges[-1] if edges else 0) + 1000 * (place + 1)
            left = self.row.left if not place else cells[-1][0].right
            across, down = self.row.marks[place] if place < len(self.row.marks) else (0, False)
            slot = Slot(text, f"table {self.tables} row {number} cell {place + 1}")
            cells.append((EdgedCell(left, max(left, right), slot, down), across))
        self.rows.append(join_merged(cells))
        self.count += len(cells)
        if self.count > MAX_CELLS:
            raise FileError("too-large")
        self.cells.clear()

    def end_table(self) -> None:
        """The rows so far are a table."""
        rows = [row for row in self.rows if row]
        if rows:
            self.parts.append(Part("table", "", path=f"table {self.tables}", grid=lay_out_rows(rows)))
        self.rows.clear()
