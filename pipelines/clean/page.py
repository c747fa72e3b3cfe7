"""A page taken apart: its blocks in order, before anyone has judged which of them are the body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from pipelines.clean.paths import PathBook
from pipelines.document import BlockKind, Grid


class Part(msgspec.Struct, frozen=True, gc=False):
    """One block of a page; a structure, like ``Node``, because it is made in a third of a frozen dataclass's time.

    ``owner`` is the node that it lies in, ``linked`` its characters inside links.
    ``path`` is set where the owner's path would not do (lines of a text, boxes of a PDF, blocks that were moved).
    ``level`` is the rank of a heading that the markup declares, 0 where it declares none. ``pieces`` are the texts
    between the borders of inline elements, of short lines that may hold labels.
    """

    kind: BlockKind
    text: str
    owner: int = 0
    path: str = ""
    hidden: bool = False
    linked: int = 0
    level: int = 0
    grid: Grid = ()
    src: str | None = None
    pieces: tuple[str, ...] = ()


class Node(msgspec.Struct, frozen=True, gc=False):
    """One block element: its parent's index (always smaller than its own, -1 at the top), tag, and class and id."""

    parent: int
    tag: str
    marks: str = ""


class Link(NamedTuple):
    """A link of the page and the block (index) that it stands in or before."""

    href: str
    text: str
    part: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the later steps may ask of a page; text and PDF have one node, no meta and no links.

    ``signs`` are what the markup itself gives away: ``script``, ``password``, ``refresh``, ``location``, ``frame`` …
    """

    parts: tuple[Part, ...]
    nodes: Sequence[Node] = (Node(-1, "text"),)
    meta: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    base: str = ""
    links: tuple[Link, ...] = ()
    signs: frozenset[str] = frozenset()
    paths: PathBook | None = None

    def path(self, part: Part) -> str:
        """The proof path of a block."""
        if part.path or self.paths is None:
            return part.path
        return self.paths.node_path(part.owner)
