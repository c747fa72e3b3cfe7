"""A store of four reports with everything that tables make hard: blanks, text, money, formulas, a broken sum."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from sqlalchemy import Connection

from crawler.commands.export import Command
from pipelines.feeds import Refined
from pipelines.store import Store
from pipelines.store.database import Database
from tests.store.making import Made, write_prose

AGENCY, OTHER = "云岭省应急管理厅", "双桥市司法局"
# raw, value, state, unit, note
ODD = {
    "disclosure.fees.amount": ("14.4万元", 14.4, "number", "10k_yuan", None),
    "disclosure.licence.decisions": ("企业类6件;个人类7件", None, "text", None, None),
    "disclosure.rules.issued": ("", None, "blank", None, None),
    "disclosure.rules.repealed": ("—", None, "dash", None, None),
    "disclosure.rules.in_force": ("=1+1", None, "text", None, None),
    "disclosure.normative.issued": ("22（其中修订16件）", 22.0, "number", "item", "其中修订16件"),
    "disclosure.normative.repealed": ("0", 0.0, "number", "item", None),
}
REPORTS = (
    Made("a", year=2022, url="http://a.gov.cn/1", day="2023-01-20", published="2023-01-18", prose=write_prose("a")),
    Made("b", year=2023, url="http://a.gov.cn/2", prose=write_prose("b") + '\n与“三同时”有关的复议，逗号,引号"和换行'),
    Made("c", url="http://b.gov.cn/1", agency=OTHER, region="110105", year=2023, day="2025-01-20", published=None),
    Made(
        "d",
        url="http://b.gov.cn/2",
        agency=OTHER,
        region="110105",
        year=2022,
        published="2024-06-30",
        prose=write_prose("d"),
    ),
)


def make_refined(made: Made) -> Refined:
    """A capture's lines with odd cells and, of the report b, a sum that does not hold."""
    lines = made.refined()
    assert lines.report is not None
    path = "/html/body/table/tr[2]/td[3]"
    names = ("raw", "value", "state", "unit", "note")
    odd = [{"id": key, **dict(zip(names, row, strict=True)), "parts": None, "path": path} for key, row in ODD.items()]
    plain = [cell for cell in lines.report["cells"] if cell["id"] not in ODD]
    report: dict[str, Any] = {**lines.report, "cells": [*odd, *plain]}
    if made.record == "b":
        operands = ["requests.new.total", "requests.new.natural"]
        check = {
            "id": "I3.new",
            "standing": "implied",
            "result": "broken",
            "left": 12.0,
            "right": 11.0,
            "cells": operands,
        }
        finding = {
            "id": "broken-identity",
            "severity": "error",
            "text": "I3.new: 12 ≠ 11",
            "cells": operands,
            "path": None,
        }
        report |= {"identities": [check], "findings": [finding]}
    return Refined(lines.document, report)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store's file."""
    path = tmp_path_factory.mktemp("exports") / "kaijuan.db"
    store = Store(f"sqlite:///{path}")
    for made in REPORTS:
        store.write(make_refined(made))
    store.settle()
    store.close()
    return path


@pytest.fixture
def connection(stored: Path) -> Iterator[Connection]:
    """The store, open for reading."""
    database = Database(f"sqlite:///{stored}", None)
    with database.reading() as connection:
        yield connection
    database.close()


def run_export(stored: Path, *words: str) -> int:
    """``scrapy export`` in this process; the exit code."""
    command = Command()
    command.settings = Settings({"DATABASE_URL": f"sqlite:///{stored}"})
    parser = ArgumentParser()
    command.add_options(parser)
    options, others = parser.parse_known_args(words)
    command.run(others, options)
    return command.exitcode
