"""Trees of categories that a platform keeps in its script: the one of the annual reports, by its name."""

from collections.abc import Iterator
from typing import Any

from spiders.literals import read_scripts
from spiders.pages import Page
from spiders.rows import names_annual_list

NUMBERS = (
    *(
        "categorynum",
        "categorycode",
        "categoryid",
        "category_id",
        "catid",
        "cat_id",
        "cateid",
        "cate_id",
        "columnid",
        "channelid",
        "cid",
        "id",
        "code",
        "num",
        "value",
    ),
    "key",
)
_DEEPEST = 12


def find_category(page: Page) -> str | None:
    """The number of the category whose name says annual reports on disclosure; the first of several."""
    for value in read_scripts(page.tree):
        for node in _nodes(value):
            values = {key.lower(): str(text) for key, text in node.items() if isinstance(text, str | int)}
            if any(len(text) <= 40 and names_annual_list(text) for text in values.values()):
                return next((values[key] for key in NUMBERS if values.get(key)), None)
    return None


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if depth < _DEEPEST:
            yield from _nodes(child, depth + 1)
