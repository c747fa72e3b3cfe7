"""Reports for a store of any size: made-up pages once through the steps, then other agencies, years and texts.

The first ``SEEDS`` reports go into the store as every report does. The rest are copies that the database makes of
their rows, under other names, addresses, records and texts: a copy of a row is as long as its original, lies elsewhere
in every index, and is like no other text but those of its own agency.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5, sha256
from random import Random
from typing import Any

from sqlalchemy import JSON, Column, Connection, MetaData, String, Table, Text, func, insert, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.sql import ColumnElement, Insert

from benchmarks.refine import make_pages
from pipelines.feeds import Line, Refined
from pipelines.refine import refine
from pipelines.store.tables import metadata, unsettled

YEARS = range(2009, 2024)
SEEDS = 3000  # reports that are written, settled and then copied: 200 agencies
MARK = "k000000"  # stands in every name, address, record and digest of a seed
_TEMPLATES = 60
_FEWEST_CELLS = 120
_NUMBERS = {"text_id", "other_id", "key", "capture"}  # made from a text or a record


@dataclass(frozen=True)
class Seeds:
    """Reports of agency after agency, each for all years."""

    templates: Sequence[Refined]

    def make(self, number: int, mark: str = MARK, revision: int = 0) -> Refined:
        """The report of a number; another ``revision`` has another number in one cell."""
        template = self.templates[number % len(self.templates)]
        agency, year = number // len(YEARS), YEARS[number % len(YEARS)]
        blocks = [dict(block) for block in template.document["blocks"]]
        for place, block in enumerate(block for block in blocks if block["kind"] == "paragraph"):
            block["text"] = _write_paragraph(f"{mark} {agency}", place, year)
        own = _make_keys(agency, year, mark, revision)
        report = {**(template.report or {}), **own}
        report["cells"] = [dict(cell) for cell in report["cells"]]
        report["cells"][0]["value"] = number + revision
        report["cells"][0]["raw"] = str(number + revision)
        report["sections"] = [{**section, "text": section["text"]} for section in report["sections"]]
        return Refined({**template.document, **own, "blocks": blocks}, report)


def _make_keys(agency: int, year: int, mark: str, revision: int) -> Line:
    name = f"{agency:03}-{year}"
    chance = md5(f"{mark} {name}".encode()).hexdigest()
    return {
        "url": f"http://www.{mark}-{agency:03}.gov.cn/zfxxgk/zfxxgknb/{year}01/t{year}0118_{chance[:7]}.html",
        "record_id": f"<urn:uuid:{chance[:8]}-{mark}-{agency:03}-{year}-{chance[8:20]}>",
        "warc": f"kaijuan-{year}0118-{mark}.warc.gz",
        "offset": 31 * agency,
        "portal": f"{mark}-{agency // 4:03}",
        "agency": f"云岭省{mark}第{agency:03}区应急管理局",
        "region": f"99{10 + agency % 80}{21 + agency // 80}",
        "level": "county",
        "year": year,
        "captured_at": f"{year + 1}-01-20T08:00:00Z",
        "published": f"{year + 1}-01-18" if agency % 9 else f"{year + 1}-02-18",
        "body_digest": f"sha256:{mark}{sha256(f'{name} {revision}'.encode()).hexdigest()[len(MARK) :]}",
        "from": {"agency": "title", "year": "title"},
    }


def _write_paragraph(agency: str, place: int, year: int) -> str:
    """Three sentences that are the agency's own; each is kept for some years, as offices do."""
    return "".join(_write_sentence(f"{agency} {place} {n} {(year + n) // 4}") for n in range(3))


def _write_sentence(seed: str) -> str:
    draw = Random(seed)
    return "".join(chr(draw.randrange(0x4E00, 0x6E00)) for _ in range(30)) + "。"


@lru_cache(maxsize=1)
def make_seeds() -> Seeds:
    """Made-up pages through the steps: those that are reports with their tables."""
    refined = (refine(page.capture) for page in make_pages(7) if page.group)
    whole = (lines for lines in refined if lines.report and len(lines.report["cells"]) >= _FEWEST_CELLS)
    return Seeds(tuple(itertools.islice(whole, _TEMPLATES)))


def copy_seeds(connection: Connection, copies: int) -> Iterator[int]:
    """Copy the rows of all seeds so many times, in the database itself; yields after each copy."""
    tables = [table for table in metadata.sorted_tables if table is not unsettled]
    for table in tables:
        connection.execute(text(f'CREATE TABLE "seed_{table.name}" AS SELECT * FROM "{table.name}"'))
    for copy in range(1, copies + 1):
        for table in tables:
            connection.execute(_copy_table(table, copy, connection.dialect.name == "postgresql"))
        yield copy
    for table in tables:
        connection.execute(text(f'DROP TABLE "seed_{table.name}"'))


def _copy_table(table: Table, copy: int, is_typed: bool) -> Insert:
    seeds = table.to_metadata(MetaData(), name=f"seed_{table.name}")
    values = [_copy_value(table, column, copy, is_typed) for column in seeds.c]
    return insert(table).from_select([column.name for column in table.c], select(*values))


def _copy_value(table: Table, column: Column[Any], copy: int, is_typed: bool) -> ColumnElement[Any]:
    if column.name in _NUMBERS or (table.name == "texts" and column.name == "id"):
        return column + copy
    if isinstance(column.type, JSON) and is_typed:  # SQLite would make numbers of it
        return as_type(func.replace(as_type(column, Text), MARK, f"k{copy:06}"), JSON)
    if isinstance(column.type, String | JSON):
        return func.replace(as_type(column, Text), MARK, f"k{copy:06}")
    return column


def numbers(count: int, seed: int) -> Iterator[int]:
    """Numbers of seeds, at random, the same each time."""
    draw = Random(seed)
    return (draw.randrange(SEEDS) for _ in range(count))


def make_list(number: int, mark: str = MARK) -> Refined:
    """The page that lists the report of a number: most of what a crawl keeps is no report."""
    agency, year = number // len(YEARS), YEARS[number % len(YEARS)]
    line = make_seeds().templates[0].document
    own = _make_keys(agency, year, mark, 0)
    chance = md5(f"list {mark} {agency} {year}".encode()).hexdigest()
    blocks = [{"kind": "paragraph", "text": f"{y}年政府信息公开年报", "path": f"/html/body/ul/li[{y}]"} for y in YEARS]
    own |= {"url": f"{own['url'].rpartition('/')[0]}/index_{year}.html", "title": "政府信息公开年报", "blocks": blocks}
    own |= {"record_id": f"<urn:uuid:{chance[:8]}-{mark}-{chance[8:21]}>", "agency": None, "year": None, "form": None}
    own |= {"kind": "list", "from": {}, "published": None, "body_digest": f"sha256:{mark}{chance}{chance[:25]}"}
    return Refined({**line, **own}, None)
