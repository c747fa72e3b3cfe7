"""What servers send in the tests of the wire, well-formed and not, and the records that came of it."""

import datetime
import gzip
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from warcio.archiveiterator import ArchiveIterator

from tests.archive.crawling import Crawled, Event
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
