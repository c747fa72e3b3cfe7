"""The prose of the panorama's reports: clauses from data, drawn by a key, so that two are alike only on purpose."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from random import Random

import yaml

from demo.prose import TABLED_HEADINGS, Section

_FILE = Path(__file__).with_name("voices.yaml")
_OVERALL = {
    "一": ("disclosed",),
    "二": ("received", "access"),
    "三": ("managed",),
    "四": ("platform",),
    "五": ("watched",),
}


@lru_cache(maxsize=1)
def _load_clauses() -> dict[str, list[str]]:
    clauses: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return clauses


def write_voiced(key: str, facts: Mapping[str, object]) -> tuple[Section, ...]:
    """The six sections of a tabled report; the same key draws the same clauses, whatever the figures."""
    draw, clauses = Random(f"voice/{key}"), _load_clauses()

    def say(*kinds: str) -> str:
        return "".join(draw.choice(clauses[kind]) for kind in kinds)

    def fill(text: str) -> str:
        return text.format_map(facts)

    opening = (fill(say("opening")),)
    overall = [f"（{number}）{fill(say(*kinds))}" for number, kinds in _OVERALL.items()]
    more = [fill(say("access", "managed")), fill(say("platform", "watched"))]
    problems = (fill(say("problem", "weakness")), fill(say("problem", "plan")), fill(say("plan", "promise")))
    bodies: tuple[tuple[str, ...], ...] = ((*overall, *more), (), (), (), problems, (fill(say("fees")),))
    tabled = (Section(head, body) for head, body in zip(TABLED_HEADINGS, bodies, strict=True))
    return (Section("", opening), *tabled)
