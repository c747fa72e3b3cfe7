"""What the page prints for a number: blanks, words for signs, units, several numbers in one cell, full-width digits.

Each quirk was seen in published reports. A quirk changes the print and with it what a faithful reader must say of the
cell; the figures behind it stay.
"""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from demo.form import cell_ids
from demo.numbers import Figures

State = Literal["number", "text", "blank", "dash", "image"]
FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")

# Quirks that change what a cell prints, in the order of a manual.
CELL_QUIRKS = (
    "blank_cells",  # the totals of the outcome rows are left empty
    "dashes",  # zero reviews and lawsuits are printed as a dash
    "signed_words",  # 减7, 增271, 减少 28
    "money_units",  # 14.4万元, 1270084.4 元
    "several_numbers",  # 企业类674件;个人类69535件
    "noted_numbers",  # 22（其中修订16件）
    "thousands",  # 1,234
    "full_width_digits",  # １８
)
# Quirks that befall few reports; the draws of crowds leave them out.
RARE_QUIRKS = (
    "all_blank",  # the form as it was handed out, no cell filled in
    "torn_digits",  # 12 04
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as printed (``raw``) and what it says: ``state``, ``value``, ``unit`` as ``docs/feeds.md`` has them."""

    id: str
    raw: str
    value: int | float | None = None
    state: State = "number"
    unit: str | None = None
    parts: tuple[tuple[str, int], ...] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A deliberate mistake in print: the cell shows ``printed``, or its figure plus ``off_by``."""

    cell: str
    printed: int | None = None
    off_by: int = 0


def print_cells(
    form: str, figures: Figures, quirks: Sequence[str], breaks: Sequence[Break], draw: Random
) -> tuple[Cell, ...]:
    """The cells of one report in printed order; raises ``KeyError`` when a break names a cell that is not there."""
    shown = dict(figures)
    for mistake in breaks:
        shown[mistake.cell] = mistake.printed if mistake.printed is not None else shown[mistake.cell] + mistake.off_by
    return tuple(_print_cell(form, cell, shown[cell], quirks, draw) for cell in cell_ids(form))


def _print_cell(form: str, cell: str, figure: int | float, quirks: Sequence[str], draw: Random) -> Cell:
    """One cell; the first quirk that concerns it decides."""
    table, _, rest = cell.partition(".")
    row, _, column = rest.rpartition(".")
    if "all_blank" in quirks:
        return Cell(cell, "", state="blank")
    if "torn_digits" in quirks and rest == "licence.decisions":
        return Cell(cell, f"{int(figure) // 100} {int(figure) % 100:02}", figure, unit="item")
    if "blank_cells" in quirks and table == "requests" and column == "total" and "." in row:
        return Cell(cell, "", state="blank")
    if "dashes" in quirks and table not in ("requests", "disclosure") and figure == 0:
        return Cell(cell, "—", state="dash")
    if column == "amount":
        return _print_money(form, cell, float(figure), quirks, draw)
    if column == "items_delta":
        return _print_change(cell, int(figure), quirks, draw)
    if "several_numbers" in quirks and rest == "licence.decisions":
        return _print_parts(cell, int(figure), draw)
    if "noted_numbers" in quirks and rest in ("normative.issued", "normative.made") and figure > 1:
        note = f"（其中修订{int(figure) - 1}件）"
        return Cell(cell, f"{figure}{note}", figure, unit="item", note=note)
    raw = f"{figure:,}" if "thousands" in quirks else str(figure)
    return Cell(cell, raw.translate(FULL_WIDTH) if "full_width_digits" in quirks else raw, figure, unit="item")


def _print_money(form: str, cell: str, amount: float, quirks: Sequence[str], draw: Random) -> Cell:
    """Fees (form 2021) are in 万元 by the header; procurement (form 2019) has its unit in the cell or none at all."""
    if form == "2021":
        value = _plain(amount)
        return Cell(cell, str(value), value, unit="10k_yuan")
    if "money_units" not in quirks:
        value = _plain(amount)
        return Cell(cell, str(value), value)
    if draw.random() < 0.5:
        value = _plain(round(amount / 10_000, 1))
        return Cell(cell, f"{value}万元", value, unit="10k_yuan")
    value = _plain(amount)
    return Cell(cell, f"{value}{draw.choice(('', ' '))}元", value, unit="yuan")


def _print_change(cell: str, change: int, quirks: Sequence[str], draw: Random) -> Cell:
    """本年增/减: a signed number, or the sign in words."""
    if "signed_words" not in quirks:
        return Cell(cell, str(change), change, unit="item")
    word = draw.choice(("减", "减少", "减少 ")) if change < 0 else draw.choice(("增", "增加", "增加 "))
    return Cell(cell, f"{word}{abs(change)}", change, unit="item")


def _print_parts(cell: str, figure: int, draw: Random) -> Cell:
    """Two numbers in one cell: no single value, but parts."""
    firms = draw.randint(1, max(1, figure // 2))
    parts = (("企业类", firms), ("个人类", figure - firms))
    raw = draw.choice((";", "；")).join(f"{label}{count}件" for label, count in parts)
    return Cell(cell, raw, state="text", unit="item", parts=parts)


def _plain(amount: float) -> int | float:
    """``12.0`` prints as ``12``."""
    return int(amount) if amount == int(amount) else amount
