"""The canary: what lies in the archive is, byte for byte, what went over the wire.

If this fails after an update of Scrapy or Twisted, the hooks of ``archive/wiretap.py`` no longer hold.
"""

import datetime
import gzip
import hashlib
import ipaddress
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from warcio.archiveiterator import ArchiveIterator

from archive.indexing import index_path, write_index
from archive.reading import read_captures
from archive.runbook import read_records_at
from archive.verifying import verify_archives
from tests.archive.crawling import Crawled, Event, crawl
from tests.archive.oddserver import OddServer, Script

PAGE = "<html><body><p>信息公开年报</p></body></html>".encode()
ZIPPED = gzip.compress(PAGE * 40, mtime=0)
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
OK = b"HTTP/1.1 200 OK\r\n"


def chunked(body: bytes, size: int = 50, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk) for chunk in chunks)
    return framed + b"0\r\n" + trailer + b"\r\n"


INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Share: 100%\r\n\r\n"

# Each: the answer of the path, and the response block that must lie in the archive where that is another.
WHOLE: dict[str, Script] = {
    "/plain": Script(OK + LENGTH + b"\r\n" + PAGE),
    "/stale": Script(OK + LENGTH + b"\r\n" + PAGE, stale=True),
    "/slowly": Script(OK + LENGTH + b"\r\n" + PAGE, slowly=True),
    "/reason": Script("HTTP/1.1 200 好的，没有问题\r\n".encode() + LENGTH + b"\r\n" + PAGE),
    "/reason-gbk": Script("HTTP/1.1 200 好的\r\n".encode("gb18030") + LENGTH + b"\r\n" + PAGE),
    "/no-reason": Script(b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + PAGE),
    "/repeated": Script(OK + b"Set-Cookie: a=1\r\nX-A: 1\r\nset-cookie: b=2\r\nx-a:  2 \r\n" + LENGTH + b"\r\n" + PAGE),
    "/lower": Script(b"HTTP/1.1 200 ok\r\ncontent-length:%d\r\nserver:NGINX\r\n\r\n" % len(PAGE) + PAGE),
    "/chunked": Script(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE)),
    "/chunked-slowly": Script(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE, 11), slowly=True),
    "/gzip": Script(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(ZIPPED) + ZIPPED),
    "/gzip-chunked": Script(OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(ZIPPED, 40)),
    "/colonless": Script(OK + b"this line has no colon\r\n" + LENGTH + b"\r\n" + PAGE),
    "/folded": Script(OK + b"X-Long: first\r\n  second\r\n\tthird\r\n" + LENGTH + b"\r\n" + PAGE),
    "/lf-only": Script(b"HTTP/1.1 200 OK\n" + LENGTH.replace(b"\r", b"") + b"\n" + PAGE),
    "/until-close": Script(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE, after="close"),
    "/no-content": Script(b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n"),
    "/found": Script(b"HTTP/1.1 302 Found\r\nLocation: /plain\r\nContent-Length: 4\r\n\r\nmove"),
    "/not-modified": Script(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'),
    "/not-found": Script(b"HTTP/1.1 404 Not Found\r\n" + LENGTH + b"\r\n" + PAGE),
    "/server-error": Script(b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno"),
    "/utf8-header": Script(OK + "X-Title: 年度报告\r\n".encode() + LENGTH + b"\r\n" + PAGE),
    "/extension": Script(
        OK
        + b"Transfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
        + chunked(PAGE, 30, extension=b";name=value", trailer=b"X-End: yes\r\n")
    ),
    "/empty": Script(OK + b"Content-Length: 0\r\n\r\n"),
    "/more-than-stated": Script(OK + LENGTH + b"\r\n" + PAGE + b"stray bytes"),
    "/posted": Script(OK + LENGTH + b"\r\n" + PAGE),
    "/head": Script(OK + LENGTH + b"\r\n"),
    "/early-hints": Script(INTERIM + OK + LENGTH + b"\r\n" + PAGE),
    "/robots.txt": Script(OK + b"Content-Length: 14\r\n\r\nUser-agent: *\n"),
}
SPECIAL = {
    "/more-than-stated": OK + LENGTH + b"\r\n" + PAGE,
    "/early-hints": OK + LENGTH + b"\r\n" + PAGE,
}
CUT: dict[str, Script] = {
    "/short-body": Script(OK + b"Content-Length: 1000\r\n\r\n" + PAGE, after="close"),
    "/cut-chunk": Script(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE)[:-30], after="close"),
    "/torn": Script(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, after="reset"),
    "/cut-head": Script(OK + b"Content-Type: text/ht", after="close"),
    "/too-slow": Script(OK + b"Content-Length: 1000\r\n\r\n" + PAGE, after="hang"),
    "/bad-chunk": Script(OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nnot a size\r\n", after="close"),
    "/two-lengths": Script(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", after="close"),
}
TRUNCATED = {
    "/short-body": "disconnect",
    "/cut-chunk": "disconnect",
    "/torn": "disconnect",
    "/cut-head": "disconnect",
    "/too-slow": "time",
    "/bad-chunk": "unspecified",
    "/two-lengths": "unspecified",  # the client gave up on it
}
SECURE: dict[str, Script] = {
    "/tls": Script(OK + LENGTH + b"\r\n" + PAGE),
    "/tls-chunked": Script(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(PAGE), slowly=True),
    "/tls-dropped": Script(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, after="drop"),
    "/tls-until-close": Script(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, after="close"),
}
# No HTTP answer: what came instead, and the outcome.
FAILED: dict[str, tuple[Script, bytes, str]] = {
    "/silent": (Script(b"", after="close"), b"", "disconnected"),
    "/reset": (Script(b"", after="reset"), b"", "reset"),
    "/mute": (Script(b"", after="hang"), b"", "timeout"),
    "/garbage": (Script(b"\x16\x03\x01 what\r\n", after="close"), b"%16%03%01%20what%0D%0A", "malformed"),
    "/cut-status": (Script(b"HTTP/1.1 20", after="hang"), b"HTTP/1.1%2020", "timeout"),
}


@dataclass(frozen=True)
class Kept:
    """A record as warcio finds it, its block not parsed."""

    type: str
    url: str
    headers: dict[str, str]
    block: bytes


@dataclass(frozen=True)
class Wire:
    """One crawl over all odd answers."""

    crawled: Crawled
    plain: OddServer
    secure: OddServer
    pem: str
    records: list[Kept]

    def record(self, kind: str, path: str) -> Kept:
        found = [record for record in self.records if record.type == kind and record.url.endswith(path)]
        assert found, f"no {kind} record of {path}"
        return found[-1]


def make_certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    tomorrow = now + datetime.timedelta(days=1)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, tomorrow)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "key-and-certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def make_requests(plain: int, secure: int) -> list[Event]:
    special: dict[str, Event] = {
        "/posted": {"method": "POST", "body": "pageNo=2&name=年报", "headers": {"X-Asked": "by ajax"}},
        "/head": {"method": "HEAD"},
        "/found": {"all_statuses": False},
        "/too-slow": {"meta": {"download_timeout": 1}},
        "/robots.txt": {"headers": {"Accept": "text/plain"}},
    }
    paths = [*WHOLE, *CUT]
    requests: list[Event] = [{"url": f"http://127.0.0.1:{plain}{path}", **special.get(path, {})} for path in paths]
    return requests + [{"url": f"https://127.0.0.1:{secure}{path}"} for path in SECURE]


def read_records(paths: list[Path]) -> Iterator[Kept]:
    for path in paths:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                headers = dict(record.rec_headers.headers)
                block = record.raw_stream.read()
                yield Kept(record.rec_type, headers.get("WARC-Target-URI", ""), headers, block)


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


@dataclass(frozen=True)
class Failures:
    """A crawl of which nothing came back."""

    crawled: Crawled
    heard: dict[str, bytes]
    records: list[Kept]

    def records_of(self, path: str) -> dict[str, Kept]:
        return {record.type: record for record in self.records if record.url.endswith(path)}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> Failures:
    folder = tmp_path_factory.mktemp("failures")
    scripts = {path: script for path, (script, _, _) in FAILED.items()}
    secure_script = {"/tls-silent": Script(b"", after="close")}
    with OddServer(scripts) as plain, OddServer(secure_script, make_certificate(folder)) as secure:
        urls = [f"http://127.0.0.1:{plain.port}{path}" for path in FAILED]
        urls += [f"https://127.0.0.1:{secure.port}/tls-silent", f"https://127.0.0.1:{plain.port}/no-tls"]
        urls += ["http://127.0.0.1:9/refused", "http://nowhere.invalid/dns"]
        crawled = crawl(folder / "warc", [{"url": url, "meta": {"download_timeout": 2}} for url in urls])
        heard = {path: requests[-1] for path, requests in (*plain.heard.items(), *secure.heard.items())}
    return Failures(crawled, heard, list(read_records(crawled.files)))


@pytest.mark.parametrize("path", [*FAILED, "/tls-silent"])
def test_failed_exchange_keeps_the_request_as_it_was_sent(failures: Failures, path: str) -> None:
    records = failures.records_of(path)
    assert records.keys() == {"request", "metadata"}
    request, told = records["request"], records["metadata"]
    assert request.block == failures.heard[path]
    assert request.headers["WARC-Concurrent-To"] == told.headers["WARC-Record-ID"]
    assert told.headers["WARC-Concurrent-To"] == request.headers["WARC-Record-ID"]
    assert request.headers["WARC-IP-Address"] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/no-tls", "/refused", "/dns"])
def test_request_that_never_went_out_leaves_no_record(failures: Failures, path: str) -> None:
    records = failures.records_of(path)
    assert records.keys() == {"metadata"}
    outcome = {"/no-tls": "tls"}.get(path, path.removeprefix("/"))
    assert records["metadata"].block.startswith(f"outcome: {outcome}\r\n".encode())


@pytest.mark.parametrize("path", FAILED)
def test_what_came_instead_of_an_answer_is_kept(failures: Failures, path: str) -> None:
    _, received, outcome = FAILED[path]
    block = failures.records_of(path)["metadata"].block
    assert block.startswith(f"outcome: {outcome}\r\n".encode())
    assert (b"received: %s\r\n" % received in block) == bool(received)


def test_failed_exchange_is_announced_where_its_metadata_lies(failures: Failures) -> None:
    announced = {event["url"]: event for event in failures.crawled.events_of("archived")}
    assert len(announced) == len(FAILED) + 4
    assert len(failures.crawled.events_of("failure")) == len(announced)
    for url, event in announced.items():
        [record] = read_records_at(failures.crawled.files[0], event["offset"])
        assert (record.type, record.header("warc-target-uri"), event["status"]) == ("metadata", url, None)


def test_tls_session_is_told_of_though_nothing_came_back(failures: Failures) -> None:
    assert b"tlsVersion: TLSv1.3" in failures.records_of("/tls-silent")["metadata"].block
    assert [record.type for record in failures.records].count("resource") == 1


def test_failures_verify(failures: Failures) -> None:
    report = verify_archives([str(path) for path in failures.crawled.files])
    assert report.is_sound(strict=True), report.kinds


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


@pytest.mark.parametrize("how", ["missing", "silent"])
def test_lost_hook_makes_records_that_say_they_are_rebuilt(tmp_path: Path, how: str) -> None:
    with OddServer({"/gzip": WHOLE["/gzip-chunked"]}) as server:
        crawled = crawl(tmp_path, [{"url": f"http://127.0.0.1:{server.port}/gzip"}], TEST_BREAK=how)
    records = {record.type: record for record in read_records(crawled.files)}
    assert "rebuilt" in crawled.errors
    assert records["response"].headers["Archive-Capture"] == "rebuilt"
    assert b"capture: rebuilt" in records["metadata"].block
    [capture] = read_captures(crawled.files[0])
    assert capture.payload == PAGE * 40
    assert capture.context["capture"] == "rebuilt"
