"""``kaijuan.toml``: the values that it gives, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import KaijuanError

NAME = "kaijuan.toml"
# What tomllib says last of a mistake, and what we do not repeat.
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


class ConfigurationError(KaijuanError):
    """A configuration that cannot be used: names file and line or the variable, and what is expected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value, or ``None`` for a table itself; ``table``: that it stands in, empty above all; ``line``: from 1."""

    name: str
    table: str
    value: Any
    line: int


def read_entries(path: Path, settings: frozenset[str]) -> list[Entry]:
    """The values of a file in its order; a table whose name is in ``settings`` is a value itself.

    Raises ``ConfigurationError`` where the file cannot be read or is no TOML.
    """
    import tomllib  # few crawls have a file, and each has to start

    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: expected UTF-8, byte {error.start} is none; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_place_mistake(path, str(error))) from error
    lines = _Lines(text)
    return sorted(_entries(found, settings, lines), key=lambda entry: entry.line)


def _entries(found: dict[str, Any], settings: frozenset[str], lines: "_Lines") -> Iterator[Entry]:
    for name, value in found.items():
        if isinstance(value, dict) and name not in settings:
            yield Entry(name, "", None, lines.find_table(name))
            yield from (Entry(key, name, one, lines.find(key, name)) for key, one in value.items())
        else:
            yield Entry(name, "", value, lines.find(name, ""))


def _place_mistake(path: Path, said: str) -> str:
    """tomllib's words with the line in front: ``kaijuan.toml line 3: …``."""
    match = _AT.search(said)
    where = f" line {match[1]}" if match and match[1] else " (its end)" if match else ""
    return f"{path}{where}: no TOML: {_AT.sub('', said)[:1].lower()}{_AT.sub('', said)[1:]}"


class _Lines:
    """Where names stand: tomllib does not say. A line within a text or a list of several lines is no key's."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def find_table(self, name: str) -> int:
        """The line of ``[name]``, else of its first mention."""
        return self._first(re.compile(rf"\s*\[+\s*{_quoted(name)}\s*[\].]")) or self._first(_key(name)) or 1

    def find(self, name: str, table: str) -> int:
        """The line of ``name =`` or of ``[table.name]``, within the table if it begins one."""
        start = self.find_table(table) if table else 1
        header = re.compile(rf"\s*\[\s*(?:{_quoted(table)}\s*\.\s*)?{_quoted(name)}\s*[\].]")
        return self._first(_key(name), start) or self._first(header) or self._mention(name, start) or start

    def _first(self, pattern: re.Pattern[str], start: int = 1) -> int:
        for number, line in enumerate(self._lines[start - 1 :], start):
            if pattern.match(line) and self._is_begun(number):
                return number
        return 0

    def _mention(self, name: str, start: int) -> int:
        """Within an inline table."""
        return next((at for at, line in enumerate(self._lines[start - 1 :], start) if name in line), 0)

    def _is_begun(self, number: int) -> bool:
        """Whether a statement can begin on this line: what stands above is whole."""
        import tomllib

        try:
            tomllib.loads("\n".join(self._lines[: number - 1]))
        except tomllib.TOMLDecodeError:
            return False
        return True


def _quoted(name: str) -> str:
    return rf"[\"']?{re.escape(name)}[\"']?"


def _key(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:[\w\"'-]+\s*\.\s*)*{_quoted(name)}\s*[=.]")
