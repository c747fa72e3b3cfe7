"""YAML with its lines: mappings with fixed keys, read by type, so that a mistake is named where it stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from crawler.errors import CatalogueError
from crawler.planning.arguments import near

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KINDS = {
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:map": "a mapping",
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:str": "text",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping: how its value is read and whether it must be there."""

    read: Callable[["Place"], Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a YAML file: knows its file and line."""

    path: str
    node: yaml.Node
    what: str = "the file"

    def wrong(self, text: str) -> CatalogueError:
        """The error to raise: where, what, and what to write."""
        return CatalogueError(f"{self.path}, line {self.node.start_mark.line + 1}: {text}")

    @property
    def kind(self) -> str:
        """What the node is, in words."""
        return KINDS.get(self.node.tag, self.node.tag)

    def text(self) -> str:
        """A text that is not empty."""
        if self.kind != "text":
            raise self.wrong(f"{self.what} is {self.kind}, not text; write it in quotes")
        value = str(self.node.value).strip()
        if not value:
            raise self.wrong(f"{self.what} is empty; give it a value or leave the key out")
        return value

    def number(self) -> int:
        """A whole number, zero or more."""
        if self.node.tag != "tag:yaml.org,2002:int" or not str(self.node.value).isdigit():
            raise self.wrong(f"{self.what} is {self.kind} {_shown(self.node)}; write a whole number")
        return int(self.node.value)

    def items(self) -> Iterator["Place"]:
        """The entries of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong(f"{self.what} is {self.kind}, not a list; write each entry on a line after '- '")
        for child in self.node.value:
            yield Place(self.path, child, f"an entry of {self.what}")

    def mapping(self, keys: Mapping[str, Key]) -> dict[str, Any]:
        """The values under ``keys``; unknown, doubled and missing keys are errors."""
        children = self._children()
        for name, child in children.items():
            if name not in keys:
                known = ", ".join(keys)
                raise child.wrong(f"unknown key {name!r} in {self.what}{near(name, keys)} (known: {known})")
        for name, key in keys.items():
            if key.required and name not in children:
                raise self.wrong(f"{self.what} has no {name!r}; add the key")
        return {name: keys[name].read(child) for name, child in children.items()}

    def _children(self) -> dict[str, "Place"]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong(f"{self.what} is {self.kind}, not a mapping; write lines of 'key: value'")
        children: dict[str, Place] = {}
        for name_node, child in self.node.value:
            name = str(name_node.value)
            if name in children:
                raise Place(self.path, name_node).wrong(f"key {name!r} stands twice in {self.what}; keep one")
            children[name] = Place(self.path, child, name)
        return children


def _shown(node: yaml.Node) -> str:
    return repr(node.value) if isinstance(node, yaml.ScalarNode) else ""


def read_yaml(path: Path, wanted: str = "province, name and portals") -> Place:
    """The root of a YAML file; raises ``CatalogueError`` where it cannot be read or is not YAML."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=LOADER)
    except OSError as error:
        raise CatalogueError(f"{path}: {error.strerror}; make the file readable") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise CatalogueError(f"{path}{line}: not YAML: {error.problem or error.context}; mend the line") from error
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path}: not YAML: {' '.join(str(error).split())}; mend the file") from error
    if root is None:
        raise CatalogueError(f"{path}: empty; write {wanted}, or remove the file")
    return Place(str(path), root)
