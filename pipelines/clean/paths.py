"""XPaths in the tree of our parser, as libxml2 writes them, in time linear in the page.

``getpath`` counts the siblings of every step again for every call, which is quadratic on a table of a million cells;
here the children of a node are counted once. Names with a colon (``o:p``) are no XPath names without a namespace, so
they are written as ``*[n]``.
"""

import re
from collections.abc import Sequence
from typing import Any

_NAME = re.compile(r"\w[\w.-]*")

Element = Any  # lxml ships no types for its HTML tree that survive strict checking


class PathBook:
    """Remembers the step of each element whose siblings have been counted."""

    def __init__(self) -> None:
        self._steps: dict[Element, dict[Element, str]] = {}
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
        chain = []
        while element is not None and element not in self._paths:
            chain.append(element)
            element = element.getparent()
        path = "" if element is None else self._paths[element]
        for item in reversed(chain):
            path = f"{path}/{self._step(item)}"
            self._paths[item] = path
        return path

    def child_paths(self, parent: Element) -> list[str]:
        """The paths of the children of an element, in order; they are not remembered."""
        path = self.path(parent)
        tags = [child.tag for child in parent]
        if len(tags) > 1 and tags.count("td") == len(tags):
            return [f"{path}/td[{number}]" for number in range(1, len(tags) + 1)]
        return [f"{path}/{step}" for step in _count_steps(tags)]

    def _step(self, element: Element) -> str:
        parent = element.getparent()
        if parent is None:
            return str(element.tag)
        steps = self._steps.get(parent)
        if steps is None:
            children = list(parent)
            names = _count_steps([child.tag for child in children])
            steps = self._steps[parent] = dict(zip(children, names, strict=True))
        return steps[element]


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
