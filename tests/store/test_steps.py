"""The version of the steps: another one with each change of theirs, the same for the same files."""

import shutil
from pathlib import Path

import pytest

from pipelines.steps import DECLARED, digest_steps, find_files, name_steps
from tests.commands import PROJECT


@pytest.fixture(scope="module")
def files() -> set[str]:
    return find_files(PROJECT)


@pytest.fixture
def copy(files: set[str], tmp_path: Path) -> Path:
    """Another checkout's steps."""
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, tmp_path / name)
    return tmp_path


def test_what_decides_a_line_is_in_it_and_what_does_not_is_not(files: set[str]) -> None:
    needed = (
        "pipelines/feeds.py",
        "pipelines/forms/2021.yaml",
        "pipelines/clean/chrome.yaml",
        "archive/format/encodings.py",
    )
    assert set(needed) <= files
    assert not [
        name for name in files if name.startswith(("pipelines/store/", "crawler/", "spiders/", "archive/verify"))
    ]
    assert "archive/writing/writer.py" not in files


def test_modules_that_are_imported_late_are_in_it(files: set[str]) -> None:
    assert "pipelines/clean/files/scans.py" in files


def test_the_same_files_elsewhere_have_the_same_version(copy: Path) -> None:
    assert name_steps() == f"{DECLARED}-{digest_steps(copy)}"


@pytest.mark.parametrize("name", ["pipelines/forms/2019.yaml", "archive/format/encodings.py", "pipelines/refine.py"])
def test_any_change_is_another_version(copy: Path, name: str) -> None:
    before = digest_steps(copy)
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert digest_steps(copy) != before


def test_a_new_data_file_is_another_version(copy: Path) -> None:
    before = digest_steps(copy)
    (copy / "pipelines/forms/2027.yaml").write_text("name: '2027'\n", encoding="utf-8")
    assert digest_steps(copy) != before
