"""Which files are meant: each once, however it is spelled."""

import os
from pathlib import Path

import pytest

from archive.sources import find_archives


def test_file_is_found_once_however_it_is_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "warc"
    folder.mkdir()
    for name in ("b.warc.gz", "a.warc.gz", "c.txt"):
        (folder / name).touch()
    (tmp_path / "link").symlink_to(folder)
    (folder / "d.warc.gz").symlink_to(folder / "a.warc.gz")
    os.link(folder / "b.warc.gz", folder / "e.warc.gz")  # another file, as far as names go
    monkeypatch.chdir(tmp_path)
    names = ["warc", str(folder), str(folder / "*.gz"), "link", "warc/../warc/a.warc.gz", f"file://{folder}"]
    for some in (names, names[::-1]):
        found = find_archives(some)
        assert [Path(path.removeprefix("file://")).name for path in found] == ["a.warc.gz", "b.warc.gz", "e.warc.gz"]
