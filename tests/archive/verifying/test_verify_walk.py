"""Where records begin and end: whatever is cut, changed, swallowed or left over is told."""

import gzip
import re
import tempfile
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive.verifying import verify_archives
from tests.archive.building import PAGE, URL, arc, http, make_id, zipped
from tests.archive.soundness import (
    CHUNKED,
    FILES,
    PLAIN,
    RECORDS,
    ZIPPED,
    ZIPPED_BORDERS,
    codes,
    problems,
    response,
    verify,
)

GZIP_HEAD = 10


@pytest.mark.parametrize("name", FILES)
def test_file_as_it_should_be_has_no_problem(tmp_path: Path, name: str) -> None:
    report = verify(tmp_path, FILES[name][0], name)
    assert problems(report) == []
    assert report.records == {"warcinfo": 1, "response": 2, "request": 2, "metadata": 1, "revisit": 1}


@pytest.mark.parametrize("name", ["made.arc", "made.arc.gz"])
def test_arc_as_it_should_be_has_no_problem(tmp_path: Path, name: str) -> None:
    parts = arc((URL, http()), (URL + "?2", CHUNKED))
    content = parts if name.endswith(".arc") else gzip.compress(arc(), mtime=0) + _zipped_arc_records()
    assert problems(verify(tmp_path, content, name)) == []


def _zipped_arc_records() -> bytes:
    both = arc((URL, http())).removeprefix(arc())
    return gzip.compress(both, mtime=0)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(FILES)), share=st.floats(0, 1, exclude_max=True))
def test_file_cut_anywhere_but_between_records_is_an_error(name: str, share: float) -> None:
    content, sound_ends = FILES[name]
    end = 1 + int(share * (len(content) - 1))
    with tempfile.TemporaryDirectory() as folder:
        report = verify(Path(folder), content[:end], name)
    assert bool(report.errors) == (end not in sound_ends)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("back", [1, 2, 3, 4, 5, 8, 9])
def test_lost_last_bytes_are_an_error(tmp_path: Path, name: str, back: int) -> None:
    assert verify(tmp_path, FILES[name][0][:-back], name).errors


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@example(share=0.0, bit=0)
def test_flipped_bit_of_a_gzip_member_is_an_error(share: float, bit: int) -> None:
    at = int(share * len(ZIPPED))
    start = max(border for border in ZIPPED_BORDERS if border <= at)
    if 4 <= at - start < GZIP_HEAD or (at - start == 3 and bit == 0):
        return  # time, system and the flag for text say nothing of what is compressed
    changed = bytearray(ZIPPED)
    changed[at] ^= 1 << bit
    if gzip.decompress(ZIPPED) == _unzip(bytes(changed)):
        return  # the last bits before a check sum only fill a byte up
    with tempfile.TemporaryDirectory() as folder:
        assert verify(Path(folder), bytes(changed), "made.warc.gz").errors


def _unzip(content: bytes) -> bytes | None:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return None


@pytest.mark.parametrize("at", range(0, len(http()), 7))
def test_flipped_bit_of_a_block_is_an_error(tmp_path: Path, at: int) -> None:
    first = response()
    start = first.index(b"\r\n\r\n") + 4
    changed = first[: start + at] + bytes([first[start + at] ^ 4]) + first[start + at + 1 :]
    assert "block-digest" in codes(verify(tmp_path, changed + RECORDS[4]), "error")


def with_length(kind: str, change: int, *, digests: bool) -> list[bytes]:
    """The small crawl with the length of its first record of a type changed."""
    records = list(RECORDS)
    at = next(number for number, each in enumerate(records) if f"WARC-Type: {kind}\r\n".encode() in each)
    head, blank, rest = records[at].partition(b"\r\n\r\n")
    if not digests:
        head = re.sub(rb"\r\nWARC-(Block|Payload)-Digest: [^\r]*", b"", head)
    length = int(head.rpartition(b": ")[2]) + change
    records[at] = head.rpartition(b": ")[0] + b": %d" % length + blank + rest
    return records


@pytest.mark.parametrize("digests", [True, False], ids=["digests", "no-digests"])
@pytest.mark.parametrize("change", [-20, -1, 1, 2, 3, 5, 6, 20, 300, 2**31, 2**31 - 1, 10**17, 10**30])
@pytest.mark.parametrize("kind", ["warcinfo", "response", "metadata"])
@pytest.mark.parametrize("name", FILES)
def test_wrong_length_is_an_error(tmp_path: Path, name: str, kind: str, change: int, digests: bool) -> None:
    records = with_length(kind, change, digests=digests)
    content = b"".join(records) if name == "made.warc" else zipped(records)
    assert verify(tmp_path, content, name).errors


@pytest.mark.parametrize("change", [1, 5, 60, 5000, 2**31])
def test_records_that_a_length_swallowed_are_given_back(tmp_path: Path, change: int) -> None:
    report = verify(tmp_path, b"".join(with_length("response", change, digests=True)))
    assert report.records.total() == len(RECORDS)
    assert {problem.offset for problem in problems(report, "error")} == {len(RECORDS[0])}


def test_lengths_that_lie_cost_linear_time(tmp_path: Path) -> None:
    lying = [response(number, length=2**31) for number in range(10, 1500)]
    lying += [response(number, length=500_000) for number in range(2000, 3500)]
    report = verify(tmp_path, b"".join(lying))
    assert report.errors


def test_header_lines_without_end_cost_linear_time(tmp_path: Path) -> None:
    assert verify(tmp_path, b"WARC/1.1\r\nX-A: 1\r\n" * 20_000).errors


def test_record_is_never_held_whole(tmp_path: Path) -> None:
    body = b"\0" * (48 << 20)
    path = tmp_path / "made.warc.gz"
    path.write_bytes(zipped([response(2, http(body), body)]))
    del body
    tracemalloc.start()
    report = verify_archives([str(path)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problems(report) == []
    assert peak < 8 << 20


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("made.warc.gz", b"", "file-empty"),
        ("made.warc", b"", "file-empty"),
        ("made.warc", b"\r\n" * 100, "not-an-archive"),
        ("made.warc", b"W", "not-an-archive"),
        ("made.warc", b"<html>no archive</html>", "not-an-archive"),
        ("made.warc.gz", gzip.compress(b"<html>no archive</html>", mtime=0), "member-without-record"),
        ("made.warc.gz", b"\x1f\x8b", "member-cut"),
        ("made.wacz", b"", "package-corrupt"),
        ("made.wacz", b"PK\x03\x04 and then nothing", "package-corrupt"),
    ],
)
def test_file_that_is_no_archive_is_an_error(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert codes(verify(tmp_path, content, name), "error") == [code]


def test_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert codes(verify_archives([str(tmp_path / "lost.warc.gz")])) == ["file-unreadable"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ZIPPED + b"garbage", "member-garbage"),
        (ZIPPED + b"\0" * 512, "member-garbage"),
        (zipped(RECORDS[:2]) + b"garbage" + zipped(RECORDS[2:]), "member-garbage"),
        (gzip.compress(PLAIN), "many-records-in-member"),
        (zipped([RECORDS[0], b"".join(RECORDS[1:4]), *RECORDS[4:]]), "many-records-in-member"),
        (zipped([RECORDS[0], RECORDS[1][:-40], RECORDS[1][-40:]]), "record-over-members"),
        (zipped([RECORDS[0], b"no record", *RECORDS[1:]]), "member-without-record"),
        (zipped([RECORDS[0] + b"no record", *RECORDS[1:]]), "garbage"),
        (zipped([RECORDS[0][:-4], *RECORDS[1:]]), "record-end"),
        (zipped([RECORDS[0][:-2], *RECORDS[1:]]), "record-end"),
        (zipped([RECORDS[1][:300], *RECORDS[2:]]), "header-endless"),
        (zipped([RECORDS[0], RECORDS[1][:-30], *RECORDS[2:]]), "length-long"),
    ],
)
def test_members_of_another_shape_are_errors(tmp_path: Path, content: bytes, code: str) -> None:
    assert code in codes(verify(tmp_path, content, "made.warc.gz"), "error")


def test_shared_member_is_told_once_with_its_count(tmp_path: Path) -> None:
    [problem] = problems(verify(tmp_path, gzip.compress(PLAIN), "made.warc.gz"))
    assert problem.text.startswith(f"{len(RECORDS)} records share one gzip member")


def test_member_of_nothing_is_a_warning(tmp_path: Path) -> None:
    report = verify(tmp_path, ZIPPED + gzip.compress(b""), "made.warc.gz")
    assert codes(report) == codes(report, "warning") == ["member-empty"]


def test_rest_is_read_after_a_corrupt_member(tmp_path: Path) -> None:
    members = [zipped([each]) for each in RECORDS]
    broken = members[1][:40] + bytes([members[1][40] ^ 255]) + members[1][41:]
    report = verify(tmp_path, members[0] + broken + b"".join(members[2:]), "made.warc.gz")
    assert codes(report, "error") == ["member-corrupt"]
    assert report.records.total() == len(RECORDS) - 1


def test_file_in_the_making_may_end_inside_a_record(tmp_path: Path) -> None:
    report = verify(tmp_path, ZIPPED[:-40], "made.warc.gz.open")
    assert codes(report, "warning") == ["open-cut"]
    assert codes(report, "error") == []


def test_file_in_the_making_is_said_to_be_one(tmp_path: Path) -> None:
    assert codes(verify(tmp_path, ZIPPED, "made.warc.gz.open")) == ["still-open"]


def test_damage_inside_a_file_in_the_making_is_an_error(tmp_path: Path) -> None:
    assert verify(tmp_path, zipped([RECORDS[0], RECORDS[1][:-30], *RECORDS[2:]]), "made.warc.gz.open").errors


@pytest.mark.parametrize(
    ("changed", "by", "code"),
    [
        (b"text/plain 65", b"text/plain -1", "arc-line"),
        (b"text/html %d" % len(http()), b"text/html abc", "arc-line"),
        (b"text/html %d" % len(http()), b"text/html %d" % (len(http()) - 3), "length-short"),
        (b"text/html %d" % len(http()), b"text/html %d" % (len(http()) + 1), "end-cut"),
        (b"text/html %d" % len(http()), b"text/html 99999", "record-cut"),
    ],
)
def test_wrong_length_in_an_arc_is_an_error(tmp_path: Path, changed: bytes, by: bytes, code: str) -> None:
    content = arc((URL, http()))
    assert changed in content
    assert code in codes(verify(tmp_path, content.replace(changed, by, 1), "made.arc"), "error")


@pytest.mark.parametrize(
    ("url", "code"), [("http://a.cn/with space", "arc-space"), ("http://a.cn/two  spaces here", "arc-space")]
)
def test_space_in_the_url_of_an_arc_is_a_warning(tmp_path: Path, url: str, code: str) -> None:
    report = verify(tmp_path, arc((url, http())), "made.arc")
    assert codes(report) == codes(report, "warning") == [code]


def test_offset_and_id_say_where_a_problem_is(tmp_path: Path) -> None:
    broken = RECORDS[1].replace(PAGE, PAGE[::-1])
    [problem] = [each for each in problems(verify(tmp_path, RECORDS[0] + broken)) if each.code == "block-digest"]
    assert (problem.offset, problem.record_id, problem.record_type) == (len(RECORDS[0]), make_id(2), "response")
    assert problem.path == str(tmp_path / "made.warc")
