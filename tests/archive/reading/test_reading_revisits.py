"""Revisits read back: with the payload that they point to, or told that it is missing."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from archive.reading.captures import Resolver, read_captures
from tests.archive.building import DATE, PAGE, URL, make_id, record, zipped
from tests.archive.readback import read, revisit, sha1


@pytest.mark.parametrize(
    "pointer",
    [
        {"WARC_Payload_Digest": sha1(PAGE)},
        {"WARC_Payload_Digest": "sha1:" + hashlib.sha1(PAGE).hexdigest()},
        {"WARC_Refers_To": make_id(1)},
        {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": DATE},
    ],
)
def test_revisit_borrows_the_payload_and_keeps_its_own_head(tmp_path: Path, pointer: dict[str, Any]) -> None:
    again = revisit(2, b"HTTP/1.1 200 OK\r\nX-Seen: again\r\n\r\n", WARC_Date="2024-01-18T09:30:00Z", **pointer)
    captures, _ = read(tmp_path, zipped([record(number=1), again]))
    assert captures[1].payload == PAGE
    assert captures[1].problem is None
    assert captures[1].payload_digest == sha1(PAGE)
    assert captures[1].header("x-seen") == "again"
    assert captures[1].captured_at == "2024-01-18T09:30:00Z"


def test_revisit_without_a_head_borrows_that_too(tmp_path: Path) -> None:
    captures, _ = read(tmp_path, zipped([record(number=1), revisit(block=b"", WARC_Payload_Digest=sha1(PAGE))]))
    assert (captures[1].status, captures[1].header("content-type")) == (200, "text/html")


def test_revisit_is_resolved_before_its_original_and_across_files(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(zipped([revisit(WARC_Payload_Digest=sha1(PAGE))]))
    (tmp_path / "b.warc.gz").write_bytes(zipped([record(number=1)]))
    names = [tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"]
    [alone] = read_captures(names[0])
    assert (alone.problem, alone.payload) == ("unresolved-revisit", b"")
    [among] = read_captures(names[0], Resolver(names))
    [fallen_back] = read_captures(names[0], Resolver(names[:1], more=names[1:]))
    assert among.payload == fallen_back.payload == PAGE


def test_revisit_never_gets_a_payload_of_another_digest(tmp_path: Path) -> None:
    wrong = revisit(WARC_Refers_To=make_id(1), WARC_Payload_Digest=sha1(b"another page"))
    captures, _ = read(tmp_path, zipped([record(number=1), wrong]))
    assert captures[1].problem == "unresolved-revisit"


def test_answer_not_modified_is_no_missing_payload(tmp_path: Path) -> None:
    profile = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    again = revisit(block=b"HTTP/1.1 304 Not Modified\r\n\r\n", WARC_Profile=profile)
    captures, _ = read(tmp_path, zipped([record(number=1), again]))
    assert (captures[1].status, captures[1].payload, captures[1].problem) == (304, b"", None)
