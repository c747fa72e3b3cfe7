"""Nothing archived runs or is fetched, and no address leads out of the archive or upsets the server."""

import re
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html

from tests.commands import run_scrapy
from tests.web.conftest import Canary, Served
from tests.web.hostile import CANARY, OUTSIDE, load_tricks, write_page
from tests.web.specimens import name_of, trick_url
from tests.web.test_browser import open_chromium
from tests.web.test_pages import ask
from web.archived.dressing import Dress
from web.archived.marking import mark_page
from web.archived.styles import clean_declarations, clean_sheet

LOCKS = ("both", "policy", "cleaning")
SECRET = "kaijuan.db"


# -- the page itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        ("p{color:red;background:url(http://a.example/x)}", "p{color:red; background:none}"),
        ("p{background:u\\72l(http://a.example/x)}", "p{background:none}"),
        ("@import 'http://a.example/x';p{color:red}", "p{color:red}"),
        ("@font-face{src:url(http://a.example/x)}", ""),
        ("p{background:image-set('http://a.example/x' 1x);top:0}", "p{top:0}"),
        ("p{position:fixed;top:0} q{position:absolute}", "p{top:0}\nq{position:absolute}"),
        ("p{position:var(--x)}", ""),
        ("p{width:expression(alert(1));-moz-binding:url(x);behavior:url(x);color:red}", "p{color:red}"),
        ("p{content:'\\3c/style>\\3cscript>'}", 'p{content:"<\\/style><script>"}'),
        ("#kaijuan-marked{display:none}", ""),
        ("#kaij\\75 an-marked{display:none}", ""),
        ("@media print{p{background:url(x)}}", "@media print{p{background:none}}"),
        ("p{a:" + "(" * 9000, ""),
        ("p{color:red}" * 60_000, ""),
    ],
)
def test_sheet_keeps_what_only_looks(sheet: str, left: str) -> None:
    assert clean_sheet(sheet, lambda _address, _kind: None) == left


def test_style_of_an_element_keeps_what_only_looks() -> None:
    style = "color:red;background:url(javascript:x);position:fixed;mso-x:1"
    assert clean_declarations(style, lambda _address, _kind: None) == "color:red; background:none; mso-x:1"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//a.example/x",
        "http://[",
        "data:text/html,x",
        "ftp://a/x",
        "\x00",
        "",
    ],
)
def test_address_that_is_not_archived_is_asked_of_nobody(address: str) -> None:
    asked: list[str] = []
    dress = Dress("http://www.example.gov.cn/", lambda url, _kind: asked.append(url))
    page, _ = mark_page(f'<img src="{address}"><p style="background:url({address})">x</p>', None, dress)
    assert b"a.example" not in page.replace(b"www.example", b"")
    assert all(url.startswith(("http://a.example/", "http://www.example.gov.cn/")) for url in asked)


@pytest.mark.parametrize("name", sorted(load_tricks()))
def test_trick_leaves_no_element_that_runs_or_fetches(name: str) -> None:
    page, _ = mark_page(write_page(name), None)
    tree: Any = html.fromstring(page)
    for element in tree.iter():
        assert element.tag not in ("script", "iframe", "object", "embed", "svg", "math", "form", "base", "template")
        assert not [each for each in element.attrib if each.startswith("on")]
        assert CANARY not in "".join(value for key, value in element.attrib.items() if key not in ("title", "alt"))
    assert not re.search(rf"url\(\W*{CANARY}|@import", "".join(tree.xpath("//style/text()")))


# -- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    yield from open_chromium()


def watch(page: Any) -> list[str]:
    """What a page does that no archived page may."""
    done: list[str] = []

    def dismiss(dialog: Any) -> None:
        done.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("popup", lambda _: done.append("popup"))
    page.on("download", lambda _: done.append("download"))
    return done


def answer_alone(served: Served, canary: Canary, name: str, lock: str) -> str:
    """Serve a trick behind one of the two locks alone, behind none as a control; its address.

    From a real server of loopback: browsers keep pages of elsewhere from asking loopback by themselves.
    """
    policy = ask(served, f"/archived/{name_of(canary.address, trick_url(name))}")[1]["content-security-policy"]
    raw = write_page(name, f"{canary.address}/asked-by/{name}")
    headers = {"Content-Type": "text/html; charset=utf-8"} | (
        {"Content-Security-Policy": policy} if lock == "policy" else {}
    )
    canary.pages[f"/{lock}/{name}"] = (headers, mark_page(raw, None)[0] if lock == "cleaning" else raw.encode())
    return f"{canary.address}/{lock}/{name}"


def try_tricks(served: Served, canary: Canary, chromium: Any, names: Iterable[str], lock: str) -> dict[str, list[str]]:
    """What each trick does, all opened beside each other behind a lock."""
    canary.asked.clear()
    context = chromium.new_context()
    opened: dict[str, tuple[Any, list[str], str]] = {}
    for name in names:
        page = context.new_page()
        inside = f"{served.address}/zh/captures/{name_of(canary.address, trick_url(name))}"
        address = inside if lock == "both" else answer_alone(served, canary, name, lock)
        opened[name] = (page, watch(page), address)
        page.goto(address)
    page.wait_for_timeout(500)
    until = time.monotonic() + 30
    while lock == "none" and opened.keys() - _told(opened, canary, lock).keys() and time.monotonic() < until:
        page.wait_for_timeout(100)
    found = _told(opened, canary, lock)
    context.close()
    return found


def _told(opened: dict[str, tuple[Any, list[str], str]], canary: Canary, lock: str) -> dict[str, list[str]]:
    """What the tricks have done by now."""
    found = {name: [*done, *_strange(page, address)] for name, (page, done, address) in opened.items()}
    asked = [path for path in canary.asked if path != "/favicon.ico"]
    found["anyone"] = list(asked) if lock != "none" else []
    for path in asked:
        found.get(path.split("/")[2] if path.startswith("/asked-by/") else "anyone", found["anyone"]).append(path)
    return {name: done for name, done in found.items() if done}


def _strange(page: Any, address: str) -> list[str]:
    return [f"went to {page.url}"] * (page.url != address) + ["ran"] * (page.title() == "ran")


@pytest.mark.browser
@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_of_an_archived_page_runs_or_is_fetched(
    served: Served, canary: Canary, chromium: Any, lock: str
) -> None:
    """Each trick under the cleaning and the policy together, and under each of them alone."""
    assert try_tricks(served, canary, chromium, load_tricks(), lock) == {}


@pytest.mark.browser
def test_tricks_do_work_where_nothing_is_locked(served: Served, canary: Canary, chromium: Any) -> None:
    """The control: a test of locks means something only where the doors open without them."""
    names = {"script", "handler", "frame", "image", "import", "style-coded", "svg-script", "noscript", "refresh"}
    assert names <= set(try_tricks(served, canary, chromium, sorted(names), "none"))


# -- the server ------------------------------------------------------------------------------------------------------


def send(served: Served, request: bytes) -> bytes:
    """What the server answers to these very bytes."""
    where = urlsplit(served.address)
    answer = b""
    with socket.create_connection((where.hostname, where.port), timeout=20) as connection, suppress(ConnectionError):
        connection.sendall(request)
        while piece := connection.recv(65536):
            answer += piece
    return answer


def status_of(served: Served, path: str, method: str = "GET", host: str | None = None) -> tuple[int, bytes]:
    host = urlsplit(served.address).netloc if host is None else host
    answer = send(served, f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
    return int(answer[9:12] or b"0"), answer


@pytest.mark.parametrize("path", OUTSIDE)
def test_address_outside_the_archive_leads_nowhere(served: Served, path: str) -> None:
    status, answer = status_of(served, path)
    assert status in (400, 404, 414, 422), answer[:300]
    assert b"SQLite format" not in answer
    assert b"root:" not in answer
    assert b"Traceback" not in answer
    assert b"X-Evil: 1\r\n" not in answer
    assert b"content-security-policy: default-src 'none'" in answer.lower() or status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "CONNECT"])
@pytest.mark.parametrize("path", ["/zh/coverage", "/archived/x", "/static/kaijuan.css"])
def test_what_does_more_than_read_is_refused(served: Served, path: str, method: str) -> None:
    assert status_of(served, path, method)[0] in (400, 405)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:80",
        "",
        "127.0.0.1@evil.example",
        "localhost.evil.example",
    ],
)
def test_other_names_are_refused(served: Served, host: str) -> None:
    """A name that someone else points at this machine would make his page our origin."""
    status, answer = status_of(served, "/zh/coverage", host=host)
    assert status == 400
    assert b"evil" not in answer


def test_name_of_a_proxy_is_answered_and_its_archived_parts_come_from_it(served: Served, canary: Canary) -> None:
    path = f"/archived/{name_of(canary.address, trick_url('script'))}"
    status, answer = status_of(served, path, host="kaijuan.example.org")
    assert status == 200
    assert b"img-src kaijuan.example.org/archived/ data:" in answer


def test_allowed_host_is_a_name_alone() -> None:
    done = run_scrapy("serve", "--allowed-host", "https://kaijuan.example.org")
    assert done.returncode == 2
    assert "a name alone" in done.stderr


def test_host_is_not_written_into_a_policy_unchecked(served: Served, canary: Canary) -> None:
    path = f"/archived/{name_of(canary.address, trick_url('script'))}"
    for host in ("127.0.0.1; script-src *", "127.0.0.1:1 *", "localhost:99999 'unsafe-eval'"):
        _, answer = status_of(served, path, host=host)
        assert b"script-src *" not in answer
        assert b"unsafe-eval" not in answer
        assert b" * " not in answer.split(b"\r\n\r\n")[0]


def test_long_and_broken_requests_leave_the_server_standing(served: Served) -> None:
    assert status_of(served, "/zh/coverage?words=" + "x" * 5000)[0] == 414
    assert send(served, b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n")[:12] in (
        b"",
        b"HTTP/1.1 400",
        b"HTTP/1.1 414",
    )
    assert send(served, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")[:12] in (b"", b"HTTP/1.1 400")
    assert send(served, b"GET /zh/coverage HTTP/1.1\r\nHost: " + b"a" * 100_000 + b"\r\n\r\n")[:10] in (
        b"",
        b"HTTP/1.1 4",
    )
    assert status_of(served, "/zh/coverage")[0] == 200


@pytest.mark.parametrize("name", ["province", "level", "form", "finding", "state", "words"])
@pytest.mark.parametrize(
    "value", ["%27%20OR%201=1--", "%00", "%25", "%ff%fe", "%3Cscript%3Ealert(1)%3C/script%3E", "%7B%7B7*7%7D%7D"]
)
def test_filters_take_any_text_for_text(served: Served, name: str, value: str) -> None:
    status, answer = status_of(served, f"/zh/coverage?{name}={value}")
    assert status in (200, 404, 422)
    assert b"<script>alert(1)" not in answer
    assert b">49<" not in answer
