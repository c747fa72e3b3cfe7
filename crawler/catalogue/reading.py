"""The catalogue's reader: every key known, every value of its type, every id unique, or an error by file and line."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from crawler.catalogue.nodes import Key, Place, read_yaml
from crawler.catalogue.portals import LEVELS, Catalogue, Expectation, Portal
from crawler.catalogue.seasons import Season
from crawler.catalogue.timetable import NAME as SCHEDULE
from crawler.catalogue.timetable import read_rhythm, read_schedule
from crawler.errors import CatalogueError
from crawler.fetching.scope import PORTS, split
from crawler.planning.arguments import FIRST_YEAR, LAST_YEAR, near

HOUSE = Path(__file__).resolve().parents[2]
NAMED = {"real": HOUSE / "crawler" / "catalogue" / "real", "demo": HOUSE / "demo" / "catalogue"}
SUFFIXES = (".yaml", ".yml")
EVIDENCE = ("seen", "memory")
TLS = ("legacy",)


def read_catalogue(where: str | Path, families: Collection[str]) -> Catalogue:
    """Read ``real``, ``demo``, a folder of YAML files or one such file; ``families`` are the names a row may use.

    Raises ``CatalogueError`` with the line to show.
    """
    portals: list[Portal] = []
    provinces: dict[str, str] = {}
    places: dict[str, Place] = {}
    files = find_files(where)
    schedule = read_schedule(files[0].parent)
    keys = _file_keys(families, schedule.seasons)
    for path in files:
        row = read_yaml(path).mapping(keys)
        provinces[row["province"]] = row["name"]
        for place, portal in row["portals"]:
            if first := places.get(portal.id):
                line = first.node.start_mark.line + 1
                raise place.wrong(f"id {portal.id!r} is taken by {first.path}, line {line}; choose another")
            places[portal.id] = place
            portals.append(replace(portal, province=row["province"]))
    return Catalogue(str(where), tuple(portals), provinces, schedule)


def find_files(where: str | Path) -> list[Path]:
    """The YAML files of a catalogue, by name; raises ``CatalogueError`` where there is none."""
    path = NAMED.get(str(where), Path(where))
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CatalogueError(f"catalogue {where}: no such folder; name a folder of YAML files, 'real' or 'demo'")
    files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.name != SCHEDULE)
    if not files:
        raise CatalogueError(f"catalogue {where}: no YAML file in it; name a folder of YAML files, 'real' or 'demo'")
    return files


def _file_keys(families: Collection[str], seasons: tuple[Season, ...]) -> dict[str, Key]:
    portal_keys = _portal_keys(families) | {"every": Key(lambda place: read_rhythm(place, seasons))}
    return {
        "province": Key(_region, required=True),
        "name": Key(Place.text, required=True),
        "portals": Key(lambda place: [_portal(row, portal_keys) for row in place.items()], required=True),
    }


def _portal_keys(families: Collection[str]) -> dict[str, Key]:
    return {
        "id": Key(_id, required=True),
        "agency": Key(Place.text, required=True),
        "level": Key(_one_of(LEVELS), required=True),
        "region": Key(_region),
        "home": Key(_url, required=True),
        "family": Key(_one_of(sorted(families))),
        "list": Key(_url),
        "lists": Key(lambda place: tuple(_url(entry) for entry in place.items())),
        "hosts": Key(lambda place: tuple(_host(entry) for entry in place.items())),
        "expect": Key(_expectation),
        "tls": Key(_one_of(TLS)),
        "evidence": Key(_one_of(EVIDENCE)),
        "reached": Key(_reached),
        "note": Key(Place.text),
    }


def _portal(place: Place, keys: dict[str, Key]) -> tuple[Place, Portal]:
    values: dict[str, Any] = replace(place, what="the portal").mapping(keys)
    values["list_url"] = values.pop("list", None)
    values["more_lists"] = values.pop("lists", ())
    return place, Portal(**values)


def _id(place: Place) -> str:
    text = place.text()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise place.wrong(f"id {text!r}: write lower-case ascii letters and digits with single hyphens between")
    return text


def _region(place: Place) -> str:
    text = place.text()
    if not re.fullmatch(r"\d{6}", text):
        raise place.wrong(f'{place.what} {text!r} is no GB/T 2260 code; write six digits in quotes, as in "330000"')
    return text


def _url(place: Place) -> str:
    text = place.text()
    try:
        scheme, _, _ = split(text)
    except ValueError:
        scheme = ""
    if scheme not in PORTS or re.search(r"\s", text):
        raise place.wrong(f"{place.what} {text!r} is no URL; write it whole, as http://… or https://…")
    return text


def _host(place: Place) -> str:
    text = place.text()
    if not re.fullmatch(r"[\w.-]+|\[[0-9a-fA-F:]+\]", text):
        raise place.wrong(f"host {text!r}: write the host name alone, as in www.example.gov.cn")
    return text.lower()


def _one_of(names: Collection[str]) -> Callable[[Place], str]:
    def read(place: Place) -> str:
        text = place.text()
        if text not in names:
            raise place.wrong(f"unknown {place.what} {text!r}; write one of {', '.join(names)}{near(text, names)}")
        return text

    return read


def _expectation(place: Place) -> Expectation:
    values = place.mapping({"since": Key(_year), "years": Key(_span), "count": Key(_count, required=True)})
    if ("since" in values) == ("years" in values):
        raise place.wrong("expect needs either since: 2019 or years: [2019, 2024]; write one of them")
    since, until = values.get("years") or (values["since"], None)
    return Expectation(since, values["count"], until)


def _span(place: Place) -> tuple[int, int]:
    years = [_year(entry) for entry in place.items()]
    if len(years) != 2 or years[0] > years[1]:
        raise place.wrong(f"years {years}: write the first and the last year, as in [2019, 2024]")
    return years[0], years[1]


def _year(place: Place) -> int:
    year = place.number()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise place.wrong(f"{place.what} is {year}; write a year from {FIRST_YEAR} to {LAST_YEAR}")
    return year


def _count(place: Place) -> int:
    count = place.number()
    if not count:
        raise place.wrong("count is 0; write how many reports there are at least, or leave expect out")
    return count


def _reached(place: Place) -> str:
    text = str(place.node.value) if place.kind == "a date" else place.text()
    try:
        return text if text == "never" else date.fromisoformat(text).isoformat()
    except ValueError:
        raise place.wrong(f"reached {text!r}: write never, or the date as 2026-01-31") from None
