"""The crash campaign in small; ``make crash RUNS=300`` is the large one."""

from pathlib import Path

from benchmarks.crash import run_campaign


def test_killed_crawls_lose_nothing_and_are_resumed_exactly(tmp_path: Path) -> None:
    assert run_campaign(tmp_path, runs=3, seed=7, pages=12) == []
