"""The canary: what lies in the archive is, byte for byte, what went over the wire.

If this fails after an update of Scrapy or Twisted, the hooks of ``archive/wire/wiretap.py`` no longer hold.
"""

import hashlib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.index.indexing import index_path, write_index
from archive.reading.captures import read_captures
from tests.archive.crawling import crawl
from tests.archive.oddserver import OddServer
from tests.archive.wires import (
    CUT,
    INTERIM,
    PAGE,
    SECURE,
    SPECIAL,
    TRUNCATED,
    WHOLE,
    Wire,
    make_certificate,
    make_requests,
    read_records,
)


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = tmp_path_factory.mktemp("wire")
    with OddServer({**WHOLE, **CUT}) as plain, OddServer(SECURE, make_certificate(folder)) as secure:
        crawled = crawl(folder / "warc", make_requests(plain.port, secure.port), ARCHIVE_OPERATOR="某某大学")
        pem = ssl.get_server_certificate(("127.0.0.1", secure.port))
        yield Wire(crawled, plain, secure, pem, list(read_records(crawled.files)))


@pytest.mark.parametrize("path", WHOLE)
def test_response_block_is_what_was_sent(wire: Wire, path: str) -> None:
    record = wire.record("response", path)
    assert record.block == SPECIAL.get(path, WHOLE[path].answer)
    assert "WARC-Truncated" not in record.headers


@pytest.mark.parametrize("path", CUT)
def test_cut_response_is_kept_as_far_as_it_came(wire: Wire, path: str) -> None:
    record = wire.record("response", path)
    assert record.block == CUT[path].answer
    assert record.headers.get("WARC-Truncated") == TRUNCATED[path]


@pytest.mark.parametrize("path", SECURE)
def test_response_over_tls_is_kept_in_plain_text(wire: Wire, path: str) -> None:
    record = wire.record("response", path)
    assert record.block == SECURE[path].answer
    assert "WARC-Truncated" not in record.headers
    assert "tlsVersion: TLSv1.3" in wire.record("metadata", path).block.decode()
    assert "tlsCertificate: sha256:" in wire.record("metadata", path).block.decode()


@pytest.mark.parametrize("path", [*WHOLE, *CUT, *SECURE])
def test_request_block_is_what_was_received(wire: Wire, path: str) -> None:
    server = wire.secure if path in SECURE else wire.plain
    assert wire.record("request", path).block == server.heard[path][-1]


def test_stale_connection_leaves_no_trace_but_its_count(wire: Wire) -> None:
    assert len(wire.plain.heard["/stale"]) == 2
    assert len([record for record in wire.records if record.type == "response" and record.url.endswith("/stale")]) == 1
    assert "staleConnections: 1" in wire.record("metadata", "/stale").block.decode()


def test_interim_heads_are_kept_apart_byte_for_byte(wire: Wire) -> None:
    text = wire.record("metadata", "/early-hints").block.decode()
    expected = INTERIM.decode().replace("%", "%25").replace("\r\n", "%0D%0A")
    assert f"interim: {expected}\r\n" in text


def test_redirect_is_archived_step_by_step(wire: Wire) -> None:
    followed = [event["url"] for event in wire.crawled.events_of("response") if event["url"].endswith("/plain")]
    assert len(followed) == 2
    assert len(wire.plain.heard["/plain"]) == 2


def test_posted_body_lies_in_the_request(wire: Wire) -> None:
    record = wire.record("request", "/posted")
    assert record.block.endswith("\r\n\r\npageNo=2&name=年报".encode())
    assert record.headers["WARC-Payload-Digest"]


def test_every_response_is_delivered_after_its_records(wire: Wire) -> None:
    archived = {(event["url"], event["offset"]) for event in wire.crawled.events_of("archived")}
    responses = {(event["url"], event["offset"]) for event in wire.crawled.events_of("response")}
    assert responses
    assert responses <= archived


def test_reading_back_gives_the_pages_and_names_the_cut_ones(wire: Wire) -> None:
    captures = {
        capture.url.rsplit("/", 1)[-1]: capture for path in wire.crawled.files for capture in read_captures(path)
    }
    assert captures["gzip-chunked"].payload == PAGE * 40
    assert captures["extension"].payload == PAGE
    assert captures["head"].problem is None
    assert captures["utf8-header"].header("x-title") == "年度报告"
    assert captures["folded"].header("x-long") == "first second third"
    cut = {name for name, capture in captures.items() if capture.problem == "truncated"}
    assert cut == {path.removeprefix("/") for path in TRUNCATED}


def test_tls_closed_without_a_word_is_whole_but_noted(wire: Wire) -> None:
    assert b"close: without close_notify" in wire.record("metadata", "/tls-dropped").block
    assert b"close:" not in wire.record("metadata", "/tls-until-close").block


def test_both_schemes_go_through_one_writer(wire: Wire) -> None:
    assert len(wire.crawled.files) == 1


def test_file_says_who_made_it_and_how(wire: Wire) -> None:
    [info] = [record for record in wire.records if record.type == "warcinfo"]
    fields = dict(line.split(": ", 1) for line in info.block.decode().splitlines())
    assert info.headers["WARC-Filename"] == wire.crawled.files[0].name
    assert fields["format"] == "WARC File Format 1.1"
    assert fields["robots"] == "ignore"
    assert fields["operator"] == "某某大学"
    assert "Scrapy/" in fields["software"]
    ids = {record.headers["WARC-Warcinfo-ID"] for record in wire.records if record is not info}
    assert ids == {info.headers["WARC-Record-ID"]}


def test_certificates_are_kept_once_a_file_and_referred_to_by_fingerprint(wire: Wire) -> None:
    [kept] = [record for record in wire.records if record.type == "resource"]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(wire.pem)).hexdigest()
    assert kept.block == ssl.PEM_cert_to_DER_cert(wire.pem)
    assert kept.url == f"nih:sha-256;{digest}"
    assert kept.headers["Content-Type"] == "application/pkix-cert"
    for path in SECURE:
        assert f"tlsCertificate: sha256:{digest}\r\n" in wire.record("metadata", path).block.decode()


def test_index_written_alongside_names_the_certificate_as_one_made_later_does(wire: Wire, tmp_path: Path) -> None:
    for path in wire.crawled.files:
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        write_index(copy)
        assert index_path(copy).read_bytes() == index_path(path).read_bytes()
        assert b"nih:sha-256;" in index_path(path).read_bytes()


def test_warcio_check_finds_nothing_but_chunked_payloads(wire: Wire) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *map(str, wire.crawled.files)],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in found.stdout.splitlines() if "failed" in line]
    chunked_answers = [
        script for script in [*WHOLE.values(), *CUT.values(), *SECURE.values()] if b"chunked" in script.answer
    ]
    # warcio hashes the chunk framing where the standard says the body (WARC 1.1, 5.9).
    assert all("payload digest failed" in line for line in lines)
    assert len(lines) == len(chunked_answers)
