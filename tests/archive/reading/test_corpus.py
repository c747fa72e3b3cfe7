"""Real archive files of other tools, where the corpus is there."""

import os
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.reading.captures import Broken, Capture, Resolver, read_capture, read_captures

CORPUS = Path(os.environ.get("KAIJUAN_CORPUS", Path(__file__).resolve().parents[4] / "shared" / "corpus")) / "warc"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS} (set KAIJUAN_CORPUS)")


def expected_verdicts() -> dict[str, str]:
    if not CORPUS.is_dir():
        return {}
    rows = (CORPUS / "EXPECTED.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {name: verdict for name, verdict, _ in (row.split(",", 2) for row in rows)}


def read(name: str, resolver: Resolver | None = None) -> tuple[list[Capture], list[Broken]]:
    broken: list[Broken] = []
    return list(read_captures(CORPUS / name, resolver, broken.append)), broken


@pytest.mark.parametrize("name", expected_verdicts())
def test_every_file_is_read_without_an_exception(name: str) -> None:
    resolver = Resolver([CORPUS / name])
    captures, broken = read(name, resolver)
    if expected_verdicts()[name] == "sound":
        assert not any(capture.problem for capture in captures if capture.problem != "unresolved-revisit")
    members = [place for place in broken if "several records" in place.why]
    for capture in captures:
        if not members and not name.endswith(".wacz"):
            assert read_capture(CORPUS / name, capture.offset, resolver).payload == capture.payload


@pytest.mark.parametrize("name", ["warcio-example-trunc.warc", "warcio-example-wrong-chunks.warc.gz"])
def test_short_records_are_never_passed_off_as_whole(name: str) -> None:
    captures, broken = read(name)
    assert broken or any(capture.problem == "truncated" for capture in captures)


def test_revisit_is_resolved_only_where_its_original_is_given() -> None:
    name, original = "pywb-example-url-agnostic-revisit.warc.gz", "pywb-example-url-agnostic-orig.warc.gz"
    [alone], _ = read(name)
    [resolved], _ = read(name, Resolver([CORPUS / name, CORPUS / original]))
    assert (alone.problem, resolved.problem) == ("unresolved-revisit", None)
    assert b"Example Domain" in resolved.payload


def test_expectations_are_no_archive() -> None:
    with pytest.raises(ArchiveError, match=r"EXPECTED\.csv: not a WARC or ARC file"):
        read("EXPECTED.csv")
