"""The provinces as a map of squares: where each stands, and what of its reports is there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from web.queries.coverage import Province

_FILE = Path(__file__).with_name("tiles.yaml")
COLUMNS = 9
_FIRST_FREE = 6  # column of the lowest rows from which places stand that are on no map


@dataclass(frozen=True, slots=True)
class Tile:
    """One square. ``place`` is none where the store and the catalogue have nothing of it."""

    code: str
    column: int
    row: int
    names: Mapping[str, str]
    place: Province | None

    @property
    def share(self) -> float:
        """How much of what is expected is there, from 0 to 1."""
        return self.place.found / self.place.expected if self.place and self.place.expected else 0.0


@lru_cache(maxsize=1)
def _load_tiles() -> dict[str, tuple[int, int, dict[str, str]]]:
    with _FILE.open(encoding="utf-8") as file:
        tiles: dict[str, tuple[int, int, str, str]] = yaml.safe_load(file)["tiles"]
    return {code: (column, row, {"zh": zh, "en": en}) for code, (column, row, zh, en) in tiles.items()}


def make_tiles(provinces: Iterable[Province], more: Mapping[str, str]) -> list[Tile]:
    """A square for each province, and for each other place with agencies; ``more``: the catalogue's names of places."""
    known, places = _load_tiles(), {place.code: place for place in provinces}
    tiles = [Tile(code, column, row, names, places.get(code)) for code, (column, row, names) in known.items()]
    return [*tiles, *_add_others([place for code, place in sorted(places.items()) if code not in known], more)]


def _add_others(places: Iterable[Province], more: Mapping[str, str]) -> Iterator[Tile]:
    """Places on no map (ministries, Hong Kong, those that a catalogue invents) in the free corner below the coast."""
    last = max(row for _, row, _ in _load_tiles().values())
    for number, place in enumerate(places):
        name = more.get(place.code) or place.name
        row, column = divmod(number, COLUMNS - _FIRST_FREE)
        names = {"zh": name.removesuffix("省") or "不明", "en": name or "Unknown"}
        yield Tile(place.code, _FIRST_FREE + column, last + row, names, place)
