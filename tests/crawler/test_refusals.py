import pytest

from crawler.refusals import name_refusal

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


@pytest.mark.parametrize("status", [200, 301, 404, 500, 503])
def test_other_answers_are_none_however_small(status: int) -> None:
    assert name_refusal(status, b"<p>ok</p>") is None


def test_page_that_speaks_about_a_challenge_is_none() -> None:
    assert name_refusal(200, b"<body><p>acw_sc__v2</p></body>") is None
