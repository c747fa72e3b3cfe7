"""The tutorial, copied block after block into one shell: an empty folder at its beginning, a chart at its end."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.running import find_ports
from tests.commands import PROJECT
from tests.docs.blocks import read_blocks
from tests.docs.stage import Failed, copy_project, play

_PORTALS = 30  # as many as python -m demo serve has


@dataclass(frozen=True)
class Played:
    """The folder that the tutorial made, what failed on the way, and what the shell showed."""

    folder: Path
    failed: list[Failed]
    said: str


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    project = tmp_path_factory.mktemp("project") / "kaijuan"
    copy_project(project)
    first = find_ports(_PORTALS)
    ports = {"8701": first, "8702": first + 1}
    failed = play(list(read_blocks(PROJECT / "docs" / "tutorial.md")), project, ports)
    return Played(project / "tutorial", failed, (project / "page.log").read_text(encoding="utf-8"))


def test_every_command_does_what_it_should(played: Played) -> None:
    assert played.failed == [], played.said[-3000:]


def test_the_archive_reads_as_the_crawl_did(played: Played) -> None:
    assert "the same, byte for byte" in played.said
    lines = (played.folder / "again.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["agency"] for line in lines} >= {"云岭省应急管理厅", "云岭省生态环境厅"}
    assert "云岭省应急管理厅 2023 51" in played.said


def test_the_page_the_data_and_the_chart_are_there(played: Played) -> None:
    assert "云岭省应急管理厅" in (played.folder / "coverage.html").read_text(encoding="utf-8")
    assert "datapackage.json" in zipfile.ZipFile(played.folder / "reports.zip").namelist()
    assert (played.folder / "cells.csv").stat().st_size > 10_000
    assert zipfile.is_zipfile(played.folder / "reports.xlsx")
    assert (played.folder / "requests.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "2023" in (played.folder / "requests.csv").read_text(encoding="utf-8")
