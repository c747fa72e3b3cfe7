"""What runs at night, as data: read strictly, and chosen from by name."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("campaigns.yaml")
_KEYS = {"name": str, "run": str, "minutes": int, "times": int, "figures": list}
_NEEDED = {"name", "run", "minutes"}


class CampaignError(Exception):
    """A campaign that is ill described, or not there: its text is the whole message."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A command that may take so many minutes, each of ``times`` with another seed."""

    name: str
    run: str
    minutes: int
    times: int = 1
    figures: tuple[str, ...] = ()  # expressions; the table shows the last match of each

    def words(self, seed: int) -> list[str]:
        """The command's words."""
        return shlex.split(self.run.replace("{seed}", str(seed)))

    def find_figures(self, said: str) -> list[str]:
        """What the table shows of what the command said: the last line where no expression is given."""
        lines = [line.strip() for line in re.split(r"[\r\n]+", said) if line.strip()]
        if not self.figures:
            return lines[-1:]
        found = [[match[0] for line in lines if (match := re.search(figure, line))] for figure in self.figures]
        return [matches[-1] for matches in found if matches]


def read_campaigns(path: Path = FILE) -> list[Campaign]:
    """The campaigns of a file. Raises ``CampaignError`` for what it gets wrong."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    campaigns = [_read_row(path, number, row) for number, row in enumerate(rows, 1)]
    names = [campaign.name for campaign in campaigns]
    if twice := {name for name in names if names.count(name) > 1}:
        raise CampaignError(f"{path}: {min(twice)} stands twice")
    return campaigns


def _read_row(path: Path, number: int, row: Mapping[str, Any]) -> Campaign:
    wrong = (row.keys() - _KEYS.keys()) | (_NEEDED - row.keys())
    wrong |= {key for key in row.keys() & _KEYS.keys() if not isinstance(row[key], _KEYS[key])}
    if wrong:
        raise CampaignError(f"{path}, campaign {number}: {min(wrong)} is unknown, missing or of another type")
    return Campaign(**{**row, "figures": tuple(row.get("figures", ()))})


def choose_campaigns(campaigns: Sequence[Campaign], only: str | None) -> list[Campaign]:
    """Those that are named, with commas between, in the order of the file; all where none is."""
    names = _split(only)
    if unknown := names - {campaign.name for campaign in campaigns}:
        known = ", ".join(campaign.name for campaign in campaigns)
        raise CampaignError(f"no campaign {min(unknown)}; there are: {known}")
    return [campaign for campaign in campaigns if not names or campaign.name in names]


def _split(text: str | None) -> set[str]:
    return {name.strip() for name in (text or "").split(",") if name.strip()}
