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
    truths = [place for place, field in enumerate(fields) if field.type == "boolean"]
    for number, row in enumerate(rows, 1):
        writer.writerow(_spell(row, truths) if truths else row)
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


def _spell(row: Row, truths: Sequence[int]) -> list[Any]:
    """Booleans as Table Schema writes them."""
    spelt = list(row)
    for place in truths:
        spelt[place] = "true" if spelt[place] else "false"
    return spelt
