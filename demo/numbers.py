"""The numbers of one agency over its years, drawn from a seed so that every identity of the form holds.

I1 to I6 hold within a year; ``carried_in`` of a year is ``carried_out`` of the year before (I7), and documents in force
roll forward (I8). Reports that break an identity are broken later, in print (``demo.printing``), never here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from demo.form import APPLICANTS, OUTCOMES, RESULTS, REVIEW_TABLES

Figures = Mapping[str, int | float]  # cell id → number

# How often each outcome is the answer to a request; what is not named here is rare.
_WEIGHTS = {"granted": 40, "partial": 8, "unable.not_held": 22, "unable.create": 6, "denied.internal": 4}
_RARE = 0.6
# Who asks: most applicants are people.
_SHARES = {"natural": 20, "business": 5, "research": 1, "nonprofit": 1, "legal": 2, "other": 1}


@dataclass(frozen=True, slots=True)
class Carried:
    """What one year hands to the next: open requests by applicant, documents in force, items by row."""

    requests: Mapping[str, int]
    in_force: int
    items: Mapping[str, int]


def make_figures(forms: Mapping[int, str], size: int, draw: Random) -> dict[int, Figures]:
    """The figures of each year of ``forms`` (year → form), in ascending years.

    ``size`` is the order of an agency's requests a year. A narrative year has figures too: its prose states them.
    """
    carried = Carried(
        requests={who: draw.randint(0, size // 8) for who in APPLICANTS},
        in_force=draw.randint(3, 60),
        items={row: draw.randint(5, 90) for row in ("licence", "other_services", "penalty", "coercion", "fees")},
    )
    years: dict[int, Figures] = {}
    for year in sorted(forms):
        form = "2019" if forms[year] == "2019" else "2021"
        requests, left = _draw_requests(form, size, carried.requests, draw)
        disclosure, in_force, items = _draw_disclosure(form, size, carried, draw)
        years[year] = {**disclosure, **requests, **_draw_reviews(size, draw)}
        carried = Carried(left, in_force, items)
    return years


def _draw_requests(
    form: str, size: int, carried_in: Mapping[str, int], draw: Random
) -> tuple[dict[str, int], dict[str, int]]:
    """The requests table and what is left open, by applicant."""
    ids = ["new", "carried_in", *(row.id for row in OUTCOMES[form]), "handled_total", "carried_out"]
    cells: dict[str, int] = {}
    left: dict[str, int] = {}
    for who in APPLICANTS:
        column = dict.fromkeys(ids, 0)
        column["new"] = draw.randint(0, max(1, size * _SHARES[who] // 20))
        column["carried_in"] = carried_in[who]
        total = column["new"] + column["carried_in"]
        column["carried_out"] = left[who] = draw.randint(0, total // 8)
        column["handled_total"] = total - left[who]
        for outcome in _draw_outcomes(form, column["handled_total"], draw):
            column[outcome] += 1
        cells |= {f"requests.{row}.{who}": count for row, count in column.items()}
    for row in ids:
        cells[f"requests.{row}.total"] = sum(cells[f"requests.{row}.{who}"] for who in APPLICANTS)
    return cells, left


def _draw_outcomes(form: str, count: int, draw: Random) -> list[str]:
    """One outcome for each of ``count`` requests."""
    rows = [row.id for row in OUTCOMES[form]]
    return draw.choices(rows, weights=[_WEIGHTS.get(row, _RARE) for row in rows], k=count)


def _draw_disclosure(
    form: str, size: int, carried: Carried, draw: Random
) -> tuple[dict[str, int | float], int, dict[str, int]]:
    """The disclosure table, the documents in force at the year's end, and the items that the next year starts from."""
    issued, repealed = draw.randint(0, 9), draw.randint(0, min(4, carried.in_force))
    in_force = carried.in_force + issued - repealed
    if form == "2021":
        cells: dict[str, int | float] = {
            **dict.fromkeys(("rules.issued", "rules.repealed", "rules.in_force"), 0),
            "normative.issued": issued,
            "normative.repealed": repealed,
            "normative.in_force": in_force,
            "licence.decisions": draw.randint(100, 3000) * size,
            "penalty.decisions": draw.randint(1, 400),
            "coercion.decisions": draw.randint(0, 12),
            "fees.amount": draw.choice((0, draw.randint(1, 9000) / 100)),
        }
        return {f"disclosure.{key}": value for key, value in cells.items()}, in_force, dict(carried.items)
    cells = {
        **dict.fromkeys(("rules.made", "rules.newly_public", "rules.public_total"), 0),
        "normative.made": issued,
        "normative.newly_public": issued,
        "normative.public_total": in_force,
        "procurement.projects": draw.randint(1, 40),
        "procurement.amount": draw.randint(1000, 90_000_000) / 10,  # yuan
    }
    items = {}
    for row, before in carried.items.items():
        delta = draw.randint(-min(before, 30), 280 if row == "penalty" else 9)
        items[row] = before + delta
        cells |= {f"{row}.items_prev": before, f"{row}.items_delta": delta}
        if row != "fees":
            cells[f"{row}.decisions"] = draw.randint(0, 40 * size)
    return {f"disclosure.{key}": value for key, value in cells.items()}, in_force, items


def _draw_reviews(size: int, draw: Random) -> dict[str, int]:
    """Reviews and lawsuits; every table has at least one upheld, so that a broken total can be seen."""
    cells: dict[str, int] = {}
    for table in REVIEW_TABLES:
        for result in RESULTS:
            cells[f"{table}.{result}"] = draw.randint(0, max(1, size // 15)) + (result == "upheld")
        cells[f"{table}.total"] = sum(cells[f"{table}.{result}"] for result in RESULTS)
    return cells
