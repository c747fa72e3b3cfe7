"""A host that answers on the other scheme alone is found there, asked once, and its other pages go there at once."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError
from scrapy.http import Response

from crawler.fetching.schemes import OtherSchemeMiddleware
from tests.archive.certificates import make_identity
from tests.commands import crawl_urls, read_lines

REFUSED = DownloadConnectionRefusedError()


def test_failed_connection_is_tried_once_on_the_other_scheme() -> None:
    middleware = OtherSchemeMiddleware()
    first = Request("http://www.zj.gov.cn/nb?a=1", meta={"retry_times": 2})
    turned = middleware.process_exception(first, REFUSED)
    assert turned is not None
    assert (turned.url, turned.dont_filter, "retry_times" in turned.meta) == (
        "https://www.zj.gov.cn/nb?a=1",
        True,
        False,
    )
    assert middleware.process_exception(turned, REFUSED) is None


def test_pages_follow_where_the_host_answered() -> None:
    middleware = OtherSchemeMiddleware()
    turned = middleware.process_exception(Request("http://www.zj.gov.cn/1"), REFUSED)
    assert turned is not None
    other = Request("http://www.zj.gov.cn/2")
    assert middleware.process_request(other) is None
    middleware.process_response(turned, Response(turned.url))
    followed = middleware.process_request(other)
    assert followed is not None
    assert followed.url == "https://www.zj.gov.cn/2"
    assert middleware.process_request(Request("http://www.hz.gov.cn/")) is None


@pytest.mark.parametrize("url", ["http://www.zj.gov.cn:8080/", "https://www.zj.gov.cn:443/"])
def test_named_port_is_of_one_scheme_alone(url: str) -> None:
    assert OtherSchemeMiddleware().process_exception(Request(url), REFUSED) is None


def test_host_that_answered_stays_on_its_scheme() -> None:
    middleware = OtherSchemeMiddleware()
    page = Request("http://www.zj.gov.cn/1")
    middleware.process_response(page, Response(page.url))
    assert middleware.process_exception(page, REFUSED) is None


def test_name_that_does_not_resolve_has_no_other_scheme() -> None:
    assert OtherSchemeMiddleware().process_exception(Request("http://www.zj.gov.cn/"), CannotResolveHostError()) is None


@contextmanager
def serving_https(folder: Path, host: str) -> Iterator[None]:
    """A server on the scheme's own port, which takes a privileged user."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write("<p>本年度没有收到申请。</p>".encode())

        def log_message(self, *_: object) -> None:
            pass

    try:
        server = ThreadingHTTPServer((host, 443), Handler)
    except OSError as error:
        pytest.skip(f"port 443 of {host} cannot be taken: {error}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made = make_identity("portal")
    key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "portal.pem").write_bytes(key + made.pem)
    context.load_cert_chain(folder / "portal.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_portal_on_https_alone_is_crawled(tmp_path: Path) -> None:
    host = "127.0.0.91"
    with serving_https(tmp_path, host):
        done = crawl_urls(tmp_path, [f"http://{host}/1", f"http://{host}/2", f"https://{host}/3"])
    lines = read_lines(tmp_path / "live-documents.jsonl")
    assert sorted(line["url"] for line in lines) == [f"https://{host}/{number}" for number in (1, 2, 3)], done.stderr
