import subprocess
from pathlib import Path

import pytest

from tests.web.conftest import Served
from tests.web.walking import PYTHON, make_store, read_blocks, walk

pytestmark = [
    pytest.mark.judges,
    pytest.mark.skipif(not PYTHON.exists(), reason="no tools of others here: make judges installs them"),
]


def test_the_walk_through_prints_what_it_says(tmp_path: Path) -> None:
    printed = walk(make_store(tmp_path), tmp_path)
    assert printed == [output for _, output in read_blocks()]


def test_others_take_the_description_of_the_api_for_one(served: Served, tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(served.get("/api/openapi.json"), encoding="utf-8")
    command = [str(PYTHON), "-m", "openapi_spec_validator", str(tmp_path / "openapi.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
