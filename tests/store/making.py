"""Made-up captures of reports for tests of the store: feed lines as the pipelines would make them, and whole stores."""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from pipelines.comparing.foresight import Foresight
from pipelines.feeds import Line, Refined
from pipelines.sightings import Sighting
from pipelines.store import Store
from pipelines.store.searching import NAME

Facts = dict[str, float | None]

FACTS: Facts = {
    "disclosure.normative.issued": 3,
    "disclosure.normative.repealed": 1,
    "disclosure.normative.in_force": 12,
    "disclosure.licence.decisions": 240,
    "requests.new.natural": 16,
    "requests.new.total": 18,
    "requests.carried_in.natural": 2,
    "requests.carried_in.total": 2,
    "requests.granted.total": 11,
    "requests.carried_out.natural": 4,
    "requests.carried_out.total": 4,
    "review.total": 1,
}


def write_prose(seed: object, sentences: int = 14) -> str:
    """Sentences that no other seed gives."""
    draw = Random(str(seed))
    return "".join("".join(chr(draw.randrange(0x4E00, 0x9FA5)) for _ in range(30)) + "。" for _ in range(sentences))


@dataclass(frozen=True)
class Made:
    """What a made capture is made from."""

    record: str
    url: str = "http://www.yunling.gov.cn/art/301.html"
    day: str = "2024-01-20"
    agency: str | None = "云岭省应急管理厅"
    year: int | None = 2023
    region: str | None = "990000"
    published: str | None = "2024-01-18"
    prose: str = field(default_factory=lambda: write_prose("own"))
    facts: Facts = field(default_factory=lambda: dict(FACTS))
    kind: str = "report"
    rejected: str | None = None
    media_type: str = "text/html"
    via: str | None = None
    origin: str = "title"  # where the agency comes from
    layout: str = ""  # changes the body and neither prose nor numbers

    @property
    def record_id(self) -> str:
        return f"<urn:uuid:{self.record}>"

    def refined(self) -> Refined:
        """The capture's two lines."""
        blocks = [
            {"kind": "paragraph", "text": text, "path": "/html/body/p"} for text in (self.layout, self.prose) if text
        ]
        digest = f"sha256:{hash_text(self.prose + self.layout + repr(sorted(self.facts.items(), key=str)))}"
        shared: Line = {
            "url": self.url,
            "captured_at": f"{self.day}T08:00:00Z" if len(self.day) == 10 else self.day,
            "record_id": self.record_id,
            "warc": "a.warc.gz",
            "offset": 0,
            "payload_digest": None,
            "run": "r",
            "portal": urlsplit(self.url).netloc,
            "via": self.via,
            "anchor": None,
            "parser": "test",
            "title": f"{self.agency}{self.year}年政府信息公开工作年度报告",
            "agency": self.agency,
            "level": None,
            "region": self.region,
            "year": self.year,
            "form": "2021",
            "published": self.published,
            "source": None,
            "index_number": None,
            "from": {"agency": self.origin} if self.agency else {},
            "body_digest": digest,
        }
        document: Line = {
            **shared,
            "kind": self.kind,
            "rejected": self.rejected,
            "media_type": self.media_type,
            "charset": "utf-8",
            "blocks": blocks,
            "attachments": [],
            "dropped": [],
        }
        return Refined(document, {**shared, **self._report()} if self.kind == "report" else None)

    def _report(self) -> Line:
        cells = [
            {
                "id": key,
                "raw": "" if value is None else str(value),
                "value": value,
                "state": "number" if value is not None else "blank",
            }
            | {"unit": "item", "parts": None, "note": None, "path": "/html/body/table/tr/td"}
            for key, value in self.facts.items()
        ]
        empty: dict[str, list[Line]] = {
            key: [] for key in ("extra_rows", "unmapped", "stated", "identities", "findings")
        }
        section = {"number": "一", "heading": "总体情况", "text": self.prose}
        return {"form_expected": "2021", "sections": [section], "cells": cells, **empty}


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def gone(record: str, url: str, day: str, status: int = 404) -> Sighting:
    """An answer that a page is gone."""
    return Sighting(url, f"{day}T08:00:00Z", f"<urn:uuid:{record}>", "a.warc.gz", 0, status, "gone", "r", None)


def fill(path: Path, captures: Iterable[Made | Sighting]) -> None:
    """Write captures into the store of a file, settled."""
    fill_store(f"sqlite:///{path}", captures)


def fill_store(address: str, captures: Iterable[Made | Sighting]) -> None:
    """Write captures into a store, settled."""
    store = Store(address)
    put(store, captures)
    store.settle()
    store.close()


def put(store: Store | Foresight, captures: Iterable[Made | Sighting]) -> None:
    for capture in captures:
        if isinstance(capture, Made):
            store.write(capture.refined())
        else:
            store.note(capture)


def read_rows(path: Path, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
    """The rows of a query as mappings."""
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


def read_tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a store, each table's rows sorted; but for FTS5's own tables, which know what came first."""
    with sqlite3.connect(path) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        names = [name for (name,) in tables if not name.startswith(NAME)]
        return {name: sorted(connection.execute(f'select * from "{name}"'), key=repr) for name in sorted(names)}
