"""Nothing is told to be kept before the disk has it: power failures, at which all that was not synced is lost."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from archive.reading.captures import read_captures
from archive.verifying import verify_archives
from archive.writing.recovery import recover_folder
from benchmarks.crash import run_campaign
from tests.archive.building import warcs
from tests.archive.crawling import PROJECT, Event

PAGES = 250


def lose_power(folder: Path, seed: int, *broken: str) -> list[Event]:
    """What the process said before the lights went out."""
    chance = random.Random(seed)
    folder.mkdir(exist_ok=True)
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.power", str(folder), str(chance.randrange(3, 60))),
            *(str(chance.uniform(0, 0.01)), "tests.archive.announcing", str(folder), str(PAGES), *broken),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == -9, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines(keepends=True) if line.endswith("\n")]


def find_lost(folder: Path, told: list[Event]) -> set[tuple[str, int, str]]:
    """What was told and is not there."""
    recover_folder(folder)
    there = {(item.warc, item.offset, item.url) for path in warcs(folder) for item in read_captures(path)}
    return {(event["warc"], event["offset"], event["url"]) for event in told} - there


@pytest.mark.parametrize("seed", range(6))
def test_what_was_told_to_be_kept_outlives_a_power_failure(tmp_path: Path, seed: int) -> None:
    told = lose_power(tmp_path / "warc", seed)
    assert told
    assert find_lost(tmp_path / "warc", told) == set()
    assert verify_archives([str(path) for path in warcs(tmp_path / "warc")]).is_sound(strict=True)


@pytest.mark.parametrize("broken", ["no-sync", "no-folder-sync", "no-sync-at-close"])
def test_power_failure_shows_a_writer_that_does_not_sync(tmp_path: Path, broken: str) -> None:
    assert any(find_lost(tmp_path / str(seed), lose_power(tmp_path / str(seed), seed, broken)) for seed in range(12))


def test_crawls_that_a_power_failure_ends_lose_nothing_that_they_told(tmp_path: Path) -> None:
    assert run_campaign(tmp_path, runs=2, seed=11, pages=12, power=True) == []
