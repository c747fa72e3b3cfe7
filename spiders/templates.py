"""Addresses that a script builds from a row of its data: ``"/detail.html?id=" + row.id``, ``/show/${item.id}.html``.

Endpoints of such portals answer rows that have a number and no address.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from spiders.pages import Page, absolute

MOST_TEMPLATES = 6
_OPENING = r"(?:href|url|location|open|push|to|path|link)\b\W{0,6}?"
_JOINED = re.compile(
    rf"{_OPENING}['\"]([^'\"\s<>()+$]{{1,200}}[/=_-])['\"]\s*\+\s*(?:\w+\.)+(\w+)(?:\s*\+\s*['\"]([^'\"\s<>]{{0,80}}))?",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"{_OPENING}['\"`]?([^'\"`\s<>()+$]{{1,200}}[/=_-])\$\{{\s*(?:\w+\.)+(\w+)\s*\}}([^'\"`\s<>()+$]{{0,80}})",
    re.IGNORECASE,
)


class Template(NamedTuple):
    """What stands before and after a row's value under ``key``; ``before`` begins with the scheme."""

    before: str
    key: str
    after: str

    def fill(self, row: Mapping[str, Any]) -> str | None:
        """The address of a row whose keys are in lower case; ``None`` where it has no such value."""
        value = row.get(self.key)
        return f"{self.before}{quote(str(value))}{self.after}" if isinstance(value, str | int) and str(value) else None


def find_templates(page: Page) -> tuple[Template, ...]:
    """The ways in which a page's script makes addresses of rows, in the order in which they are written."""
    matches = sorted(
        (match for pattern in (_JOINED, _WRITTEN) for match in pattern.finditer(page.text)),
        key=lambda match: match.start(),
    )
    found = ((absolute(page.base, match[1]), match) for match in matches)
    templates = (Template(before, match[2].lower(), match[3] or "") for before, match in found if before)
    return tuple(dict.fromkeys(templates))[:MOST_TEMPLATES]
