"""Entries: the mappings of a YAML file read strictly, so that what a file gets wrong is named by file and line."""

from collections.abc import Iterator, Set
from pathlib import Path
from typing import NoReturn

import yaml

# LibYAML's reads a form in a tenth of the time, where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FormError(ValueError):
    """A form file that does not say what a form file must; the message begins with ``file:line``."""


class Entry:
    """One mapping of a form file, which knows where it stands."""

    def __init__(self, path: Path, node: yaml.MappingNode) -> None:
        self._path = path
        self._line = node.start_mark.line + 1
        self._nodes: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value in self._nodes:
                self.refuse(f"key {key.value!r} stands twice", key)
            self._nodes[key.value] = value

    def refuse(self, what: str, node: yaml.Node | None = None) -> NoReturn:
        """Raises ``FormError`` at the line of ``node``, else of this mapping."""
        line = node.start_mark.line + 1 if node is not None else self._line
        raise FormError(f"{self._path.name}:{line}: {what}")

    def expect(self, required: Set[str], optional: Set[str] = frozenset(), *, complete: bool = True) -> None:
        """Refuses keys that are in neither set and, with ``complete``, keys of the first set that are missing."""
        for key, node in self._nodes.items():
            if key not in required and key not in optional:
                self.refuse(f"unknown key {key!r}", node)
        missing = sorted(required - set(self._nodes)) if complete else []
        if missing:
            self.refuse(f"missing {', '.join(missing)}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def has(self, key: str) -> bool:
        """Is the key there, with something other than ``null``?"""
        node = self._nodes.get(key)
        return node is not None and node.tag != "tag:yaml.org,2002:null"

    def text(self, key: str) -> str:
        """The scalar under ``key``, as written."""
        return self._scalar(self._nodes[key])

    def number(self, key: str) -> int:
        """The whole number under ``key``."""
        if self._nodes[key].tag != "tag:yaml.org,2002:int":
            self.refuse(f"{key} must be a whole number", self._nodes[key])
        return int(self.text(key))

    def flag(self, key: str) -> bool:
        """Is ``key`` true?"""
        return key in self._nodes and self.text(key) == "true"

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of scalars under ``key``; empty where the key is missing."""
        return tuple(self._scalar(node) for node in self._list(key))

    def entry(self, key: str) -> "Entry":
        """The mapping under ``key``."""
        return self._entry(self._nodes[key])

    def entries(self, key: str) -> tuple["Entry", ...]:
        """The list of mappings under ``key``; empty where the key is missing."""
        return tuple(self._entry(node) for node in self._list(key))

    def entries_or_texts(self, key: str) -> tuple["Entry | str", ...]:
        """The list under ``key``, where a scalar repeats what a mapping described before."""
        return tuple(
            self._entry(node) if isinstance(node, yaml.MappingNode) else self._scalar(node) for node in self._list(key)
        )

    def _list(self, key: str) -> list[yaml.Node]:
        node = self._nodes.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(f"{key} must be a list", node)
        return list(node.value)

    def _scalar(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.refuse("a single word or number is expected here", node)
        return str(node.value)

    def _entry(self, node: yaml.Node) -> "Entry":
        if not isinstance(node, yaml.MappingNode):
            self.refuse("a mapping is expected here", node)
        return Entry(self._path, node)


def read_entry(path: Path) -> Entry:
    """The mapping that a form file is; raises ``FormError`` for broken YAML."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FormError(f"{path.name}:{line}: {error.problem}") from None
    if not isinstance(node, yaml.MappingNode):
        raise FormError(f"{path.name}:1: a form file is a mapping")
    return Entry(path, node)
