"""XPaths in the tree of our parser, as libxml2 writes them, in time linear in the page.

``getpath`` counts the siblings of every step again for every call, which is quadratic on a table of a million cells;
here the children of a node are counted once. Names with a colon (``o:p``) are no XPath names without a namespace, so
they are written as ``*[n]``.
"""

import re
from collections.abc import Sequence
from typing import Any

_CELL_STEPS = tuple(f"/td[{number}]" for number in range(1, 41))  # written once, for most tables have no more columns
_NAME = re.compile(r"\w[\w.-]*")

Element = Any  # lxml ships no types for its HTML tree that survive strict checking


class PathBook:
    """Remembers the paths of all elements whose siblings have been counted."""

    def __init__(self) -> None:
        self._elements: list[Element] = []
        self._paths: dict[Element, str] = {}

    def add_node(self, element: Element) -> None:
        """Let the next node index stand for this element."""
        self._elements.append(element)

    def node_path(self, index: int) -> str:
        """The path of the node with that index."""
        return self.path(self._elements[index])

    def path(self, element: Element) -> str:
        """The path of an element, from the root."""
        known = self._paths.get(element)
        if known is not None:
            return known
        above = []
        parent = element.getparent()
        while parent is not None and parent not in self._paths:
            above.append(parent)
            parent = parent.getparent()
        if parent is None:
            root = above[-1] if above else element
            self._paths[root] = f"/{root.tag}"
        else:
            above.append(parent)
        for item in reversed(above):
            self._count_children(item)
        return self._paths[element]

    def child_paths(self, parent: Element, tags: Sequence[str]) -> list[str]:
        """The paths of the children of an element, in order, by their tags; they are not remembered."""
        path = self.path(parent)
        if 1 < len(tags) <= len(_CELL_STEPS) and tags.count("td") == len(tags):
            return [path + step for step in _CELL_STEPS[: len(tags)]]
        return [f"{path}/{step}" for step in _count_steps(tags)]

    def _count_children(self, parent: Element) -> None:
        path, children = self._paths[parent], list(parent)
        steps = _count_steps([child.tag for child in children])
        self._paths.update(zip(children, [f"{path}/{step}" for step in steps], strict=True))


def _count_steps(tags: Sequence[str]) -> list[str]:
    """The step of each of the children of one element, by their tags; the tree has elements only."""
    if len(tags) > 1 and tags.count(tags[0]) == len(tags) and tags[0].isalnum():
        return [f"{tags[0]}[{number}]" for number in range(1, len(tags) + 1)]
    totals: dict[str, int] = {}
    for tag in tags:
        totals[tag] = totals.get(tag, 0) + 1
    seen: dict[str, int] = {}
    steps = []
    for position, tag in enumerate(tags, 1):
        seen[tag] = seen.get(tag, 0) + 1
        if tag.isalnum() or _NAME.fullmatch(tag):
            steps.append(tag if totals[tag] == 1 else f"{tag}[{seen[tag]}]")
        else:
            steps.append(f"*[{position}]")
    return steps
