"""Indexes of files: the same lines while writing, on reading back, after a crash, and from another tool."""

import os
import shutil
import subprocess
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path

import pytest

from archive.digests import sha1_digest
from archive.format.exchange import Exchange
from archive.index.bodykeys import key_url, read_request
from archive.index.cdxj import read_entry
from archive.index.indexing import index_path, is_indexed, write_index
from archive.opening import OPEN_SUFFIX
from archive.writing.recovery import recover_folder
from archive.writing.writer import Writer, WriterOptions
from tests.archive.building import PAGE, http, metadata, record, warcs, zipped

JUDGES = Path(__file__).resolve().parents[3] / ".venv-judges" / "bin"
INDEXER = shutil.which("cdxj-indexer", path=f"{JUDGES}{os.pathsep}{os.environ.get('PATH', '')}")
FORM = b"POST /list HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"


def make_exchange(
    url: str, request: bytes = b"GET / HTTP/1.1\r\n\r\n", body: bytes = b"page", status: int = 200
) -> Exchange:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=gbk\r\nContent-Length: {len(body)}\r\n\r\n"
    method = request.partition(b" ")[0].decode()
    return Exchange(url, method, "2023-01-18T09:30:00.5Z", "ok", request, head.encode() + body, status, body)


FOREIGN = ((1, PAGE), (2, b"x" * 5000))
EXCHANGES = [
    make_exchange("http://b.gov.cn/list", FORM + b"page=2&column=%E5%B9%B4%E6%8A%A5"),
    make_exchange("http://b.gov.cn/list", FORM + b"page=1"),
    make_exchange("http://b.gov.cn/list"),
    make_exchange("http://a.gov.cn/年报?x=1", body=b"", status=404),
    make_exchange(
        "https://www.a.gov.cn/", b"POST / HTTP/1.1\r\nContent-Type: application/json\r\n\r\n" + b'{"a":{"b":1}}'
    ),
    make_exchange("http://a.gov.cn/raw", b"PUT /raw HTTP/1.1\r\n\r\n\x00\xff"),
    replace(make_exchange("http://a.gov.cn/gone"), status=None, response=b"", outcome="refused"),
]


def write_archive(folder: Path, exchanges: list[Exchange]) -> Path:
    writer = Writer(WriterOptions(folder, prefix="test"))
    wait([writer.submit(exchange) for exchange in exchanges], timeout=20)
    writer.close().result(timeout=20)
    [path] = warcs(folder)
    return path


def test_index_lies_beside_its_file_sorted_and_is_the_one_that_reading_gives(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, EXCHANGES)
    written = index_path(archive).read_bytes()
    assert index_path(archive).name == archive.name.removesuffix(".warc.gz") + ".cdxj"
    lines = written.splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 6  # a failure is no capture
    index_path(archive).unlink()
    assert write_index(archive) == 6
    assert index_path(archive).read_bytes() == written
    assert {path.suffix for path in tmp_path.iterdir()} == {".gz", ".cdxj"}


def test_entry_leads_to_its_record_and_names_what_it_holds(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, EXCHANGES)
    content = archive.read_bytes()
    entries = {entry.key: entry for entry in map(read_entry, index_path(archive).read_bytes().splitlines())}
    for entry in entries.values():
        assert content[entry.offset :].startswith(b"\x1f\x8b\x08")
        assert content[entry.offset + entry.length :].startswith(b"\x1f\x8b\x08")
        assert entry.filename == archive.name
    missing = entries["cn,gov,a)/%e5%b9%b4%e6%8a%a5?x=1"]
    assert (missing.status, missing.mime, missing.timestamp) == (404, "text/html", "20230118093000")
    assert missing.digest == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


def test_requests_with_bodies_have_keys_of_their_own(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, EXCHANGES)
    keys = [line.split(b" ")[0].decode() for line in index_path(archive).read_bytes().splitlines()]
    assert keys == [
        "cn,gov,a)/%e5%b9%b4%e6%8a%a5?x=1",
        "cn,gov,a)/?__wb_method=post&b=1",
        "cn,gov,a)/raw?__wb_method=put&__wb_post_data=ap8=",
        "cn,gov,b)/list",
        "cn,gov,b)/list?__wb_method=post&column=%e5%b9%b4%e6%8a%a5&page=2",
        "cn,gov,b)/list?__wb_method=post&page=1",
    ]


def test_answer_to_head_never_stands_for_the_page() -> None:
    assert (
        key_url("http://a.gov.cn/?x=1", *read_request(b"HEAD / HTTP/1.1\r\n\r\n"))
        == "http://a.gov.cn/?x=1&__wb_method=HEAD"
    )


def test_form_with_a_file_is_keyed_by_its_fields() -> None:
    block = (
        b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n"
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1 2\r\n'
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n\xff\r\n--x--\r\n'
    )
    assert read_request(block) == ("POST", "a=1+2&f=%FF")


def test_repeated_names_in_json_are_numbered() -> None:
    block = b'POST / HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"a":[1,2],"b":{"a":null}}'
    assert read_request(block) == ("POST", "a=1&a.2_=2&a.3_=None")


def test_file_recovered_after_a_crash_is_indexed_as_far_as_it_is_whole(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, EXCHANGES[:2])
    whole = index_path(archive).read_bytes().splitlines()
    index_path(archive).unlink()
    left = archive.rename(archive.with_name(archive.name + OPEN_SUFFIX))
    left.write_bytes(left.read_bytes()[:-30])
    [found] = recover_folder(tmp_path)
    assert found.dropped > 0
    assert index_path(archive).read_bytes().splitlines() == [line for line in whole if b"page=2" in line]


def test_request_before_its_answer_belongs_to_it_too(tmp_path: Path) -> None:
    request = record(
        "request", FORM + b"q=1", number=2, WARC_Concurrent_To="<urn:uuid:00000000-0000-4000-8000-000000000001>"
    )
    archive = tmp_path / "other.warc.gz"
    archive.write_bytes(zipped([request, record(), metadata(3, 1, "via: x")]))
    assert write_index(archive) == 1
    assert b"?__wb_method=post&q=1 " in index_path(archive).read_bytes()


def test_index_older_than_its_file_is_known_as_old(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, EXCHANGES[:1])
    assert is_indexed(archive)
    os.utime(archive)
    os.utime(index_path(archive), ns=(0, archive.stat().st_mtime_ns - 1))
    assert not is_indexed(archive)


def test_files_of_one_stem_do_not_share_an_index() -> None:
    names = [Path(name) for name in ("x.warc", "x.warc.gz", "x.arc", "x.arc.gz")]
    assert len({index_path(name) for name in names}) == 4


@pytest.mark.skipif(INDEXER is None, reason="cdxj-indexer, a test tool of its own environment, is not installed")
def test_cdxj_indexer_writes_the_same_lines(tmp_path: Path) -> None:
    assert INDEXER
    (tmp_path / "own").mkdir()
    own = write_archive(tmp_path / "own", EXCHANGES)
    foreign = tmp_path / "foreign.warc.gz"
    # It hashes what it has already read where a record states no digest, so these do.
    first, second = (
        record(block=http(body), number=number, WARC_Payload_Digest=sha1_digest(body)) for number, body in FOREIGN
    )
    foreign.write_bytes(zipped([first, second, metadata(3, 1, "via: x")]))
    write_index(foreign)
    for archive in (own, foreign):
        done = subprocess.run([INDEXER, "-p", "-s", str(archive)], capture_output=True, text=True, check=True)
        assert done.stdout == index_path(archive).read_text(encoding="ascii")
