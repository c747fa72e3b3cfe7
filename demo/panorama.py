"""Seventy more agencies of two further provinces that do not exist, seven years each, so that the pages are full.

Only ``python -m demo run`` serves and crawls them; tests and benchmarks have enough of the others. Their portals are
small and well-behaved, one list page each; what goes wrong goes wrong in the reports, by the numbers of the agencies.
"""

from collections.abc import Iterator
from dataclasses import replace

from demo.cast import Agency, Level, Look
from demo.cruelties.cast import Later
from demo.form import Form, cell_ids
from demo.offices import choose_offices
from demo.portals import PORTALS, Portal
from demo.printing import Break

YEARS = range(2019, 2026)
PROVINCES = {"980000": "澜江省", "970000": "苍原省"}
_PLACES: dict[str, tuple[tuple[str, str], ...]] = {  # two cities and three counties each, with the ends of their codes
    "980000": (("青汀市", "0100"), ("白榆市", "0200"), ("南屿县", "0121"), ("麦坪县", "0122"), ("银杏县", "0221")),
    "970000": (("松岗市", "0100"), ("河湾市", "0200"), ("沙渚县", "0121"), ("石塘县", "0123"), ("望海县", "0222")),
}
_OFFICES = choose_offices(("教育", "民政", "财政", "水利", "文化和旅游", "应急管理"))
_SIZES = (3, 6, 11, 24, 48, 90)
# What befalls single reports, by agency and year; a mishap takes the place of whatever else would be odd about it.
_MISHAPS: dict[tuple[int, int], Look] = {
    (2, 2023): Look(2023, quirks=("all_blank",)),
    (5, 2021): Look(2021, quirks=("pdf",), misprints=(Break("disclosure.penalty.decisions", off_by=40),)),
    (8, 2023): Look(2023, quirks=("lost_row",)),
    (10, 2022): Look(2022, quirks=("pictured_table",)),
    (11, 2023): Look(2023, quirks=("pdf",)),
    (14, 2022): Look(2022, quirks=("lost_section",)),
    (17, 2022): Look(2022, quirks=("lost_cell",)),
    (20, 2023): Look(2023, quirks=("torn_digits",)),
    (25, 2022): Look(2022, breaks=(Break("disclosure.fees.amount", printed=25_600_000),)),  # yuan below 万元
}
_MANNERS = (  # of printing, one an agency
    *((), ("thousands",), ("word_noise",), ("pdf_only",), (), ("docx_only",), ("printed_twice",)),
    *((), ("sheet_only",), ("drifting_columns",), ("dashes",), ("bars",), ()),
)


def _stage() -> Iterator[Portal]:
    """The portals, province by province: six offices each of the province, its cities and its counties."""
    number = 0
    for code, province in PROVINCES.items():
        places = ((province, "0000"), *_PLACES[code])
        for office, topics in _OFFICES:
            for place, ending in places:
                yield _make_portal(number, place, code[:2] + ending, office, topics)
                number += 1


def _make_portal(number: int, place: str, region: str, office: str, topics: tuple[str, str, str]) -> Portal:
    end, level = _rank(place)
    agency = Agency(
        id=f"panorama-{number:02}",
        name=f"{place}{office}{end}",
        short=f"{place[-1]}{office}{end}",
        we=f"我{end}",
        level=level,
        region=region,
        code=f"{region[:2]}{4000000 + number * 131:07}",
        size=_SIZES[number % len(_SIZES)],
        topics=topics,
        looks=tuple(look for year in YEARS if (look := _draw_look(number, year))),
    )
    portal = Portal(agency, "trs", "/zfxxgk/zfxxgknb/", robots="missing", quiet=True)
    return replace(portal, later=_LATER[number](agency)) if number in _LATER else portal


def _rank(place: str) -> tuple[str, Level]:
    if place.endswith("省"):
        return "厅", "provincial"
    return "局", "municipal" if place.endswith("市") else "county"


def _draw_look(number: int, year: int) -> Look | None:
    """A report; none in the few years that an agency left out."""
    if (number * 5 + year) % 23 == 0 or (number % 17 == 9 and year < 2022):
        return None
    form: Form = "2019" if year < 2021 or (year == 2021 and number % 19 == 3) else "2021"
    manner = _MANNERS[number % len(_MANNERS)] if (number + year) % 3 == 0 else ()
    if form == "2019" and number % 8:  # most say what their amounts are in
        manner = (*manner, "money_units")
    month = 2 if (number + 3 * year) % 11 == 0 else 1  # departments have until the end of January
    if mishap := _MISHAPS.get((number, year)):
        return replace(mishap, month=month, voice=_find_voice(number, year))
    breaks = _draw_breaks(number, year, form)
    return Look(year, form, tuple(manner), breaks, month=month, voice=_find_voice(number, year))


def _find_voice(number: int, year: int) -> str:
    """Its own; now and then last year's, or a neighbour's."""
    if number % 12 == 5 and year == 2024:
        year -= 1
    if number % 20 == 6 and year == 2022:
        number -= 1
    return f"{number}/{year}"


def _draw_breaks(number: int, year: int, form: Form) -> tuple[Break, ...]:
    """What is printed wrong: nothing at all for a year, totals that do not add up, an amount too large by far."""
    if number % 24 == 7 and year == 2023:
        return tuple(Break(cell, printed=0) for cell in cell_ids(form))
    if (number + year) % 13 == 0:
        return (Break("requests.handled_total.total", off_by=number % 5 + 1),)
    if (2 * number + year) % 29 == 0:
        return (Break("review.total", printed=0), Break("litigation_direct.total", off_by=1))
    return ()


def _change(agency: Agency) -> Later:
    """A page that is gone, an excuse in its place elsewhere, and a report whose numbers are others."""
    gone, excused, revised = agency.looks[2].year, agency.looks[1].year, agency.looks[-1].year
    changed = (Break("requests.granted.total", off_by=3), Break("requests.granted.natural", off_by=3))
    looks = tuple(replace(look, breaks=changed) if look.year == revised else look for look in agency.looks)
    return Later(looks, gone=(gone,), excused=(excused,))


def _move(agency: Agency) -> Later:
    """A report at another address than before, a PDF that is gone, and words that were corrected."""
    looks = tuple(replace(look, quirks=("corrected",)) if look.year == 2024 else look for look in agency.looks)
    return Later(looks, moved=(2022,), unfiled=(2023,))


def _return(agency: Agency) -> Later:
    """A page that is gone and comes back."""
    year = agency.looks[2].year
    return Later(agency.looks, gone=(year,), returned=(year,))


_LATER = {4: _change, 11: _move, 46: _change, 47: _return}


PANORAMA = tuple(_stage())
ALL = (*PORTALS, *PANORAMA)  # in the order of their ports
SECOND_DAY = tuple(portal.id for portal in PANORAMA if portal.later)
MISHAPPEN = tuple(PANORAMA[number].id for number, _ in _MISHAPS)
THIRD_DAY = tuple(portal.id for portal in PANORAMA if portal.later and portal.later.returned)
