"""The families of ``families.yaml``: where a single page lies, and which element holds its body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import yaml

from demo.specimens.naming import attribute

HOST = "http://www.xxgk.gov.example"


@dataclass(frozen=True, slots=True)
class Family:
    """One family of portal software."""

    name: str
    address: Sequence[str]
    containers: Sequence[str]
    marks: Sequence[str]
    dated: bool = False

    def draw_address(self, draw: Random, posted: str) -> str:
        """An address of an article that went online on that day."""
        year, month, day = posted.split("-")
        path = draw.choice(self.address).format(
            ym=year + month,
            ymd=year + month + day,
            y=year,
            m=int(month),
            d=int(day),
            id=draw.randint(100_000, 9_999_999),
            hex=f"{draw.getrandbits(128):032x}",
            few=draw.randint(1, 9),
        )
        return HOST + path

    def draw_container(self, draw: Random) -> str:
        """The opening tags around a body; ``§`` stands for attributes that no list knows."""
        return draw.choice(self.containers).replace("§", attribute(draw))


@cache
def load_families() -> Mapping[str, Family]:
    """All families; raises ``TypeError`` for a key that is not known."""
    found = yaml.safe_load(Path(__file__).with_name("families.yaml").read_text(encoding="utf-8"))
    return {name: Family(name, **row) for name, row in found.items()}
