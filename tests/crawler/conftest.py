"""What several tests of this room look at: a portal that was visited again and again."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.commands import PROJECT, run_scrapy


@pytest.fixture(scope="session")
def visits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The visits of ``tests.crawler.visiting`` by name, the portal's ``origin``, and the ``folder`` they lie in.

    There is the store that a replay of all visits made, and its feeds as ``replayed-*.jsonl``.
    """
    folder = tmp_path_factory.mktemp("visits")
    words = [sys.executable, "-m", "tests.crawler.visiting", str(folder)]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    feeds = [f"--{feed}={folder / f'replayed-{feed}.jsonl'}" for feed in ("documents", "reports")]
    replay = run_scrapy("replay", str(folder / "warc"), *feeds, "-s", f"DATABASE_URL=sqlite:///{folder / 'kaijuan.db'}")
    assert replay.returncode == 0, replay.stderr
    found: dict[str, Any] = json.loads((folder / "visits.json").read_text(encoding="utf-8"))
    return found | {"folder": folder}
