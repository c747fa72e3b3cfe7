import pytest

from crawler.fetching.refusals import name_refusal

SCRIPT = b"<html><script>location.reload()</script></html>"


@pytest.mark.parametrize("status", [403, 405, 412, 468, 512, 521])
def test_refusing_status_is_named(status: int) -> None:
    assert (name_refusal(status, b"") or "").startswith(str(status))


def test_accepted_with_a_script_is_a_refusal() -> None:
    assert name_refusal(202, SCRIPT) == "202 script challenge"
    assert name_refusal(202, b"queued") is None


def test_cookie_challenge_of_status_200_is_named() -> None:
    assert (
        name_refusal(200, b"<script>document.cookie='__jsl_clearance_s=1'</script>") == "200 cookie challenge (加速乐)"
    )
    assert name_refusal(200, b"<script>var arg1='acw_sc__v2'</script>") == "200 cookie challenge (阿里云)"


@pytest.mark.parametrize(
    "script",
    [
        b"document.cookie='t=1;path=/';location.reload();",
        b"window.location.href = window.location.href",
        b"var _0x=location.href;document.cookie='s='+_0x.length",
    ],
)
def test_page_of_a_script_alone_that_wants_to_be_loaded_anew_is_a_refusal(script: bytes) -> None:
    page = b"<!DOCTYPE html><html><head><title></title></head><body><script>" + script + b"</script></body></html>"
    assert name_refusal(200, page) == "200 script challenge"


@pytest.mark.parametrize(
    "page",
    [
        b"<script>location.href='/main/'</script>",
        b"<script>document.cookie='seen=1';location.replace('/index.html')</script>",
        b"<div id='app'></div><script src='/app.js'></script>",
        b"<p>\xe5\xb9\xb4</p><script>location.reload()</script>",
        b"<meta http-equiv='refresh' content='0;url=/a'><script>document.cookie='a=1'</script>",
        b"<script>document.cookie='a=1'</script><iframe src='/main.html'></iframe>",
    ],
)
def test_small_page_that_shows_or_leads_to_something_is_none(page: bytes) -> None:
    assert name_refusal(200, page) is None


@pytest.mark.parametrize("status", [200, 301, 404, 500, 503])
def test_other_answers_are_none_however_small(status: int) -> None:
    assert name_refusal(status, b"<p>ok</p>") is None


def test_page_that_speaks_about_a_challenge_is_none() -> None:
    assert name_refusal(200, b"<body><p>acw_sc__v2</p></body>") is None
