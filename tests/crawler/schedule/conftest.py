"""What the tests of this room share."""

from pathlib import Path

import pytest

from tests.crawler.schedule.places import Place, job


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, job("one", f"echo one >> {tmp_path / 'marks'}"))
