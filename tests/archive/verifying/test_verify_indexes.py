"""The index beside a file, held against the file."""

from pathlib import Path

import pytest

from archive.index.indexing import index_path, write_index
from archive.verifying import Report, verify_archives
from tests.archive.building import zipped
from tests.archive.soundness import codes, exchange, problems

RECORDS = exchange()


@pytest.fixture(params=["made.warc.gz", "made.warc"])
def indexed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file with its index."""
    path = tmp_path / str(request.param)
    path.write_bytes(zipped(RECORDS) if path.suffix == ".gz" else b"".join(RECORDS))
    assert write_index(path) == 3
    return path


def change(path: Path, old: str, new: str) -> Report:
    """Change the index of a file, and verify the file."""
    index = index_path(path)
    text = index.read_text(encoding="ascii")
    assert old in text
    index.write_text(text.replace(old, new, 1), encoding="ascii")
    return verify_archives([str(path)])


def test_index_that_fits_is_silent(indexed: Path) -> None:
    assert problems(verify_archives([str(indexed)])) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"length": "', '"length": "9', "index-length"),
        ('"offset": "', '"offset": "9', "index-offset"),
        ('"url": "http://www', '"url": "http://ftp', "index-url"),
        ('"digest": "sha1:', '"digest": "sha1:AAAA', None),
        ('"filename": "made', '"filename": "other', "index-file"),
        ("{", "", "index-line"),
        ("cn,gov", "zz,gov", "index-unsorted"),
    ],
)
def test_line_that_does_not_fit_is_told(indexed: Path, old: str, new: str, code: str | None) -> None:
    found = codes(change(indexed, old, new), "error", "warning")
    assert code in found if code else found == []


def test_digest_of_another_payload_is_an_error(indexed: Path) -> None:
    digest = index_path(indexed).read_text(encoding="ascii").partition('"digest": "')[2][:37]
    swapped = digest[:5] + digest[5:][::-1]
    assert codes(change(indexed, digest, swapped)) == ["index-digest"]


def test_answers_without_a_line_are_counted(indexed: Path) -> None:
    index_path(indexed).write_bytes(b"")
    [problem] = problems(verify_archives([str(indexed)]))
    assert (problem.code, problem.severity) == ("index-missing", "warning")
    assert problem.offset == len(RECORDS[0] if indexed.suffix == ".warc" else zipped(RECORDS[:1]))
    assert "lacks 3 records" in problem.text


def test_index_of_a_file_that_was_cut_tells_where_it_leads_astray(indexed: Path) -> None:
    indexed.write_bytes(indexed.read_bytes()[:-200])
    assert "index-offset" in codes(verify_archives([str(indexed)]), "error")
