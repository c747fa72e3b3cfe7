"""The words of specimens: lists of phrases and sentences kept as data, and sentences filled from an agency's facts."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

_FOLDER = Path(__file__).parent


@cache
def load_words(name: str) -> Mapping[str, Sequence[Any]]:
    """The lists of ``phrases.yaml`` or ``prose.yaml``; raises ``ValueError`` where something is no list."""
    path = _FOLDER / f"{name}.yaml"
    found: dict[str, Sequence[Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    wrong = [key for key, value in found.items() if not isinstance(value, list)]
    if wrong:
        raise ValueError(f"{path}: not a list: {', '.join(wrong)}")
    return found


def phrase(draw: Random, name: str, **values: str) -> str:
    """One phrase of the chrome; ``§`` in it stands for the value of ``value``."""
    text: str = draw.choice(load_words("phrases")[name])
    return insert(text, **values)


def phrases(draw: Random, name: str, **values: str) -> tuple[str, ...]:
    """One list of phrases that stand together."""
    return tuple(insert(text, **values) for text in draw.choice(load_words("phrases")[name]))


def insert(text: str, value: str = "", **others: str) -> str:
    """``§code`` and its like first, then the bare ``§``."""
    for name, other in others.items():
        text = text.replace(f"§{name}", other)
    return text.replace("§", value)


class Words(dict[str, object]):
    """What a sentence may call: the facts of a report, and fresh words and numbers for each other key."""

    def __init__(self, facts: Mapping[str, object], draw: Random) -> None:
        super().__init__(facts)
        self._draw = draw

    def __missing__(self, key: str) -> str:
        draw, lists = self._draw, load_words("prose")
        if key in ("law", "office", "town"):
            return str(draw.choice(lists[f"{key}s"]))
        made = {
            "n": lambda: str(draw.randint(2, 999)),
            "few": lambda: str(draw.randint(1, 9)),
            "share": lambda: f"{draw.randint(101, 989) / 10}%",
            "sum": lambda: f"{draw.randint(11, 999) / 10}万次",
            "day": lambda: f"{draw.randint(1, 12)}月{draw.randint(1, 28)}日",
        }
        return made[key]()


def write(draw: Random, name: str, facts: Mapping[str, object], count: int = 1) -> tuple[str, ...]:
    """``count`` different sentences of one list, in the list's order, filled in."""
    pool: Sequence[str] = load_words("prose")[name]
    chosen = sorted(draw.sample(range(len(pool)), k=min(count, len(pool))))
    return tuple(pool[at].format_map(Words(facts, draw)) for at in chosen)
