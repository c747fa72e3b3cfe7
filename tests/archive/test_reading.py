"""Captures come back as they went in, and damage is told, never hidden."""

import base64
import gzip
import hashlib
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.reading import Broken, Resolver, read_capture, read_captures
from tests.archive.building import DATE, PAGE, URL, arc, http, make_id, metadata, record, zipped


def read(folder: Path, content: bytes, name: str = "made.warc.gz") -> tuple[list[Capture], list[Broken]]:
    path = folder / name
    path.write_bytes(content)
    broken: list[Broken] = []
    return list(read_captures(path, on_broken=broken.append)), broken


def sha1(content: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(content).digest()).decode()


@pytest.mark.parametrize("compressed", [True, False])
def test_capture_has_everything_of_its_record(tmp_path: Path, compressed: bool) -> None:
    records = [record("warcinfo", b"software: x\r\n", number=9, WARC_Target_URI=None), record(number=1)]
    content = zipped(records) if compressed else b"".join(records)
    [capture], broken = read(tmp_path, content)
    assert not broken
    assert capture == Capture(
        url=URL,
        captured_at=DATE,
        status=200,
        headers=(("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))),
        payload=PAGE,
        payload_digest=sha1(PAGE),
        record_id=make_id(1),
        warc="made.warc.gz",
        offset=len(zipped(records[:1])) if compressed else len(records[0]),
    )
    assert capture == read_capture(tmp_path / "made.warc.gz", capture.offset)


@pytest.mark.parametrize(
    "order",
    [["response", "request", "metadata"], ["metadata", "request", "response"], ["request", "metadata", "response"]],
)
def test_context_is_found_on_either_side(tmp_path: Path, order: list[str]) -> None:
    made = {
        "response": record(number=1),
        "request": record("request", b"GET / HTTP/1.1\r\n\r\n", number=2, WARC_Concurrent_To=make_id(1)),
        "metadata": metadata(3, 1, "run: r1\r\nanchor: 2022年 年度报告\r\n via: folded\r\n"),
    }
    [capture], _ = read(tmp_path, zipped(made[kind] for kind in order))
    assert capture.context == {"run": "r1", "anchor": "2022年 年度报告 via: folded"}


def test_context_of_another_record_is_not_taken(tmp_path: Path) -> None:
    records = [record(number=1), record(number=2), metadata(3, 2, "run: second"), metadata(4, 1, "run: first")]
    captures, _ = read(tmp_path, zipped(records))
    assert [(capture.record_id, capture.context["run"]) for capture in captures] == [
        (make_id(1), "first"),
        (make_id(2), "second"),
    ]


def test_captures_come_in_the_order_of_the_file_whatever_stands_between(tmp_path: Path) -> None:
    numbers = range(1, 30)
    records = [record(number=number, block=http(b"%d" % number)) for number in numbers]
    captures, _ = read(tmp_path, zipped([*records, metadata(99, 29, "run: late")]))
    assert [capture.payload for capture in captures] == [b"%d" % number for number in numbers]
    assert captures[-1].context == {"run": "late"}


def test_every_status_is_read_and_every_other_type_passed_over(tmp_path: Path) -> None:
    records = [
        record(number=1, block=b"HTTP/1.1 404 Not Found\r\n\r\n"),
        record("resource", PAGE, number=2),
        record("request", b"GET / HTTP/1.1\r\n\r\n", number=3),
        record(number=4, block=b"20230118 1.2.3.4", WARC_Target_URI="dns:www.example.gov.cn", Content_Type="text/dns"),
        record(number=5, block=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    ]
    captures, broken = read(tmp_path, zipped(records))
    assert [capture.status for capture in captures] == [404, 304]
    assert not broken


def test_file_cut_inside_a_member_is_told_and_its_capture_named_truncated(tmp_path: Path) -> None:
    whole, cut = zipped([record(number=1)]), zipped([record(number=2, block=http(PAGE * 90))])
    captures, broken = read(tmp_path, whole + cut[: len(cut) - 20])
    assert [capture.problem for capture in captures] == [None, "truncated"]
    assert broken[0].offset == len(whole)
    assert "cut short" in broken[0].why


def test_plain_file_cut_inside_a_record_is_told(tmp_path: Path) -> None:
    content = record(number=1) + record(number=2)
    captures, broken = read(tmp_path, content[:-30], "made.warc")
    assert [capture.problem for capture in captures] == [None, "truncated"]
    assert [place.offset for place in broken] == [len(record(number=1))]


DAMAGE = {
    "rubbish": b"complete rubbish\r\nof two lines\r\n",
    "no-number": record(number=2, length="many"),
    "no-header-end": b"WARC/1.1\r\nWARC-Type: response\r\n",
    "zeros": b"\0" * 100,
}


@pytest.mark.parametrize("how", ["members", "between members", "plain"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_rest_of_the_file_is_read_after_damage(tmp_path: Path, damage: bytes, how: str) -> None:
    first, last = record(number=1), record(number=3)
    content = {
        "members": zipped([first, damage, last]),
        "between members": zipped([first]) + damage + zipped([last]),
        "plain": first + damage + b"\r\n" + last,
    }[how]
    captures, broken = read(tmp_path, content)
    assert [capture.record_id for capture in captures] == [make_id(1), make_id(3)]
    assert [capture.payload for capture in captures] == [PAGE, PAGE]
    assert broken


def test_corrupt_member_costs_only_itself(tmp_path: Path) -> None:
    members = [gzip.compress(record(number=number), mtime=0) for number in (1, 2, 3)]
    spoilt = bytearray(members[1])
    spoilt[len(spoilt) // 2] ^= 0x55
    captures, broken = read(tmp_path, members[0] + bytes(spoilt) + members[2])
    intact = [capture.record_id for capture in captures if capture.problem is None]
    assert intact == [make_id(1), make_id(3)]
    assert broken[0].offset == len(members[0])


def test_length_that_is_too_long_does_not_swallow_the_next_record(tmp_path: Path) -> None:
    content = record(number=1, length=len(http()) + 200) + record(number=2)
    captures, broken = read(tmp_path, content, "made.warc")
    assert [capture.payload for capture in captures] == [PAGE, PAGE]
    assert [capture.problem for capture in captures] == ["truncated", None]
    assert captures[1].offset == len(record(number=1, length=len(http()) + 200))
    assert broken


def test_length_that_is_too_short_makes_a_truncated_capture(tmp_path: Path) -> None:
    content = record(number=1, length=len(http()) - 20) + record(number=2)
    captures, broken = read(tmp_path, content, "made.warc")
    assert [capture.problem for capture in captures] == ["truncated", None]
    assert "belong to none" in broken[0].why


def test_page_that_quotes_a_record_is_one_capture(tmp_path: Path) -> None:
    quoting = PAGE + b"\r\n\r\n" + record(number=7)
    captures, broken = read(tmp_path, record(number=1, block=http(quoting)) + record(number=2), "made.warc")
    assert [capture.payload for capture in captures] == [quoting, PAGE]
    assert not broken


def test_several_records_in_one_member_are_read_and_told(tmp_path: Path) -> None:
    content = gzip.compress(record(number=1) + record(number=2) + record(number=3), mtime=0)
    captures, broken = read(tmp_path, content)
    assert [capture.record_id for capture in captures] == [make_id(1), make_id(2), make_id(3)]
    assert ["several records" in place.why for place in broken] == [True]


def test_record_spread_over_members_is_read_whole(tmp_path: Path) -> None:
    content = record(number=1, block=http(PAGE * 50)) + record(number=2)
    pieces = b"".join(gzip.compress(content[at : at + 700], mtime=0) for at in range(0, len(content), 700))
    captures, _ = read(tmp_path, pieces)
    assert [capture.payload for capture in captures] == [PAGE * 50, PAGE]


@pytest.mark.parametrize(
    "content", [b"<html>no archive</html>", b"PK\x03\x04 no zip", gzip.compress(b"a log file\n"), b"", b"%PDF-1.7"]
)
def test_file_that_is_no_archive_is_one_line_with_its_name(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ArchiveError) as caught:
        read(tmp_path, content)
    assert "made.warc.gz" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_is_one_line_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"absent\.warc\.gz.*No such file"):
        list(read_captures(tmp_path / "absent.warc.gz"))


def test_offset_without_an_answer_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "made.warc.gz"
    path.write_bytes(zipped([record("warcinfo", b"a: b\r\n"), record(number=2)]))
    for offset in (0, 5, 10**6):
        with pytest.raises(ArchiveError, match=r"made\.warc\.gz"):
            read_capture(path, offset)


def test_arc_captures_have_utc_dates_and_no_id(tmp_path: Path) -> None:
    block = http(PAGE)
    content = arc((URL, block), ("http://www.example.gov.cn/a b.html", block))
    for name, file in (("made.arc", content), ("made.arc.gz", gzip.compress(content))):
        captures, _ = read(tmp_path, file, name)
        assert [capture.url for capture in captures] == [URL, "http://www.example.gov.cn/a%20b.html"]
        assert {capture.captured_at for capture in captures} == {"2014-02-16T05:02:21Z"}
        assert {capture.payload for capture in captures} == {PAGE}
        assert captures[0].record_id is None


def test_wacz_is_read_through(tmp_path: Path) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as target:
        target.writestr("archive/b.warc.gz", zipped([record(number=2)]))
        target.writestr("archive/a.warc.gz", zipped([record(number=1)]))
        target.writestr("datapackage.json", "{}")
    captures, _ = read(tmp_path, package.getvalue(), "made.wacz")
    assert [(capture.warc, capture.record_id) for capture in captures] == [
        ("a.warc.gz", make_id(1)),
        ("b.warc.gz", make_id(2)),
    ]


def test_fsspec_url_is_read(tmp_path: Path) -> None:
    (tmp_path / "made.warc.gz").write_bytes(zipped([record(number=1)]))
    [capture] = read_captures(f"file://{tmp_path}/made.warc.gz")
    assert (capture.payload, capture.warc) == (PAGE, "made.warc.gz")


def test_odd_urls_and_versions_are_read(tmp_path: Path) -> None:
    records = [
        record(number=1, version="WARC/0.17", WARC_Target_URI=f"<{URL}>"),
        record(number=2, version="WARC/1.0", WARC_Target_URI="http://www.example.gov.cn/a b"),
        record(number=3, WARC_Date="2023-01-18T17:30:00.123456789+08:00"),
    ]
    captures, broken = read(tmp_path, zipped(records))
    assert [capture.url for capture in captures] == [URL, "http://www.example.gov.cn/a%20b", URL]
    assert captures[2].captured_at == "2023-01-18T09:30:00.123456789Z"
    assert not broken


def test_record_without_a_readable_date_is_told(tmp_path: Path) -> None:
    captures, broken = read(tmp_path, zipped([record(number=1, WARC_Date="yesterday"), record(number=2)]))
    assert [capture.record_id for capture in captures] == [make_id(2)]
    assert "yesterday" in broken[0].why


def test_answer_to_head_is_not_truncated(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    asked = record("request", b"HEAD / HTTP/1.1\r\n\r\n", number=2, WARC_Concurrent_To=make_id(1))
    [capture], _ = read(tmp_path, zipped([record(number=1, block=block), asked]))
    assert capture.problem is None
    [capture], _ = read(tmp_path, zipped([record(number=1, block=block)]))
    assert capture.problem == "truncated"


REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def revisit(number: int = 2, block: bytes = b"HTTP/1.1 200 OK\r\n\r\n", **headers: Any) -> bytes:
    fields: dict[str, Any] = {"WARC_Profile": REVISIT, "WARC_Truncated": "length", **headers}
    return record("revisit", block, number=number, **fields)


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


def test_file_still_being_written_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "made.warc.gz.open"
    path.write_bytes(zipped([record(number=1)]) + zipped([record(number=2)])[:40])
    captures = list(read_captures(path))
    assert captures[0].warc == "made.warc.gz"
    assert captures == list(read_captures(tmp_path / "made.warc.gz"))
    path.rename(tmp_path / "made.warc.gz")
    assert read_capture(path, 0) == captures[0]


def test_damage_takes_no_time_that_grows_with_its_square(tmp_path: Path) -> None:
    began = time.monotonic()
    for filling in (b"\r\n", b"\n", b"WARC/1.1\r\n", b"\nhttp://a ", b"\x1f\x8b\x08\x00"):
        block = http(filling * (1_000_000 // len(filling)))
        read(tmp_path, record(number=1, block=block, length=len(block) + 50) + b"x" * 100 + block, "made.warc")
        read(tmp_path, zipped([record(number=1)]) + block + zipped([record(number=2)]))
    assert time.monotonic() - began < 10


WHOLE_FILE = zipped([record(number=1), metadata(2, 1, "run: r1"), record(number=3, block=http(PAGE * 3)), revisit(4)])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE_FILE) - 1), st.integers(1, 255), st.booleans(), st.booleans())
def test_damage_never_escapes_and_never_alters_a_page_in_silence(
    tmp_path: Path, at: int, flip: int, cut: bool, plain: bool
) -> None:
    content = bytearray(gzip.decompress(WHOLE_FILE) if plain else WHOLE_FILE)
    at %= len(content)
    content[at] ^= flip
    if cut:
        del content[at:]
    try:
        captures, broken = read(tmp_path, bytes(content))
    except ArchiveError:
        return
    if not plain:
        # gzip's own checksum holds here: what is read without a problem is what was written.
        good = {capture.payload for capture in captures if capture.problem is None}
        assert good <= {PAGE, PAGE * 3}
        assert broken or cut or len(captures) == 3
