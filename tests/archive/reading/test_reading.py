"""Captures come back as they went in, and damage is told, never hidden."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.reading.captures import read_capture, read_captures
from tests.archive.building import DATE, PAGE, URL, arc, http, make_id, metadata, record, zipped
from tests.archive.readback import read, sha1


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


@pytest.mark.parametrize(
    "content",
    [b"<html>no archive</html>", b"PK\x03\x04 no zip", gzip.compress(b"a log file\n", mtime=0), b"", b"%PDF-1.7"],
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


def test_file_still_being_written_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "made.warc.gz.open"
    path.write_bytes(zipped([record(number=1)]) + zipped([record(number=2)])[:40])
    captures = list(read_captures(path))
    assert captures[0].warc == "made.warc.gz"
    assert captures == list(read_captures(tmp_path / "made.warc.gz"))
    path.rename(tmp_path / "made.warc.gz")
    assert read_capture(path, 0) == captures[0]
