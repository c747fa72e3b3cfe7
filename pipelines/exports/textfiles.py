"""CSV and JSON Lines: text as it comes, the same for files, standard output and the web."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipelines.exports.dictionary import Field
from pipelines.exports.shapes import Row

_TOGETHER = 500  # rows in one piece of text


def write_csv(fields: Sequence[Field], rows: Iterable[Row]) -> Iterator[str]:
    """CSV by RFC 4180 in pieces: a line of names, null as nothing, lines ended by CRLF."""
    echo = _Echo()
    writer = csv.writer(echo)
    writer.writerow([field.name for field in fields])
    yield echo.take()
    for number, row in enumerate(rows, 1):
        writer.writerow([_write_value(value) for value in row])
        if number % _TOGETHER == 0:
            yield echo.take()
    yield echo.take()


def write_json_lines(fields: Sequence[Field], rows: Iterable[Row]) -> Iterator[str]:
    """JSON Lines in pieces, every key in every line."""
    names = [field.name for field in fields]
    some: list[str] = []
    for row in rows:
        some.append(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, separators=(",", ":")))
        if len(some) == _TOGETHER:
            yield "\n".join(some) + "\n"
            some = []
    yield "".join(f"{line}\n" for line in some)


class _Echo:
    """What a CSV writer writes, to be taken away."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line)

    def take(self) -> str:
        lines, self._lines = self._lines, []
        return "".join(lines)


def _write_value(value: Any) -> Any:
    """Booleans as Table Schema writes them, and no half of a surrogate pair or NUL, which are in no CSV file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.replace("\0", "") if isinstance(value, str) else value
