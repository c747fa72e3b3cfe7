"""What a reader sees of a page, or is to see once a script reveals it."""

from collections.abc import Sequence

from pipelines.clean.body import is_unmistakable
from pipelines.clean.keys import block_key
from pipelines.clean.page import Page, Part
from pipelines.clean.weights import weigh_all
from pipelines.document import Dropped

_MOSTLY = 1.5  # times as much prose hidden as shown
_LONG_ENOUGH = 12  # characters of a line that may be part of a longer one


def unveil(page: Page, parts: Sequence[Part]) -> tuple[list[Part], tuple[Dropped, ...]]:
    """The blocks that count, and those left out because what is hidden says them too.

    The shown ones count, and all where nothing strong is shown, or where most of the prose and two sections or tables
    are hidden (tabs, a page that is loading): whole copies of what is shown have been dropped before, but not an
    excerpt that stands in for the text while that loads.
    """
    shown = [part for part in parts if not part.hidden]
    if len(shown) == len(parts):
        return shown, ()
    strong = {True: 0.0, False: 0.0}
    for part, weight in zip(parts, weigh_all(parts), strict=True):
        strong[part.hidden] += weight.score * weight.strong
    sections = sum(is_unmistakable(part) for part in parts if part.hidden)
    if strong[False] and (strong[True] < _MOSTLY * strong[False] or sections < 2):
        return shown, ()
    return _leave_excerpt(page, parts)


def _leave_excerpt(page: Page, parts: Sequence[Part]) -> tuple[list[Part], tuple[Dropped, ...]]:
    """All blocks without those of the shown ones that the hidden text repeats."""
    hidden = {block_key(part): part for part in reversed(parts) if part.hidden}
    said = "".join(block_key(part) for part in parts if part.hidden and part.kind != "table")
    kept: list[Part] = []
    dropped: list[Dropped] = []
    for part in parts:
        twin = None if part.hidden else _find_twin(part, hidden, said)
        if twin is None:
            kept.append(part)
        elif part.kind != "table":
            dropped.append(Dropped(part.text, page.path(part), page.path(twin)))
    return kept, tuple(dropped)


def _find_twin(part: Part, hidden: dict[str, Part], said: str) -> Part | None:
    """The hidden block that says what a shown one does; the first of all where it says it at other breaks."""
    key = block_key(part)
    if part.kind == "table" or len(key) >= _LONG_ENOUGH or is_unmistakable(part):
        twin = hidden.get(key)
        if twin or part.kind == "table" or key not in said:
            return twin
        return next((other for text, other in reversed(hidden.items()) if key[:_LONG_ENOUGH] in text), None)
    return None
