"""Keys as the Wayback Machine's tools make them; each expected key was printed by cdxj-indexer's own library."""

import re

import pytest

from archive.index.surt import make_key

SESSION = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.example.gov.cn/", "cn,gov,example)/"),
        ("http://Example.GOV.cn/A/b/?z=1&a=2", "cn,gov,example)/a/b?a=2&z=1"),
        ("https://www2.example.gov.cn:443/x/", "cn,gov,example)/x"),
        ("http://example.gov.cn:8080/x//y/./../z", "cn,gov,example:8080)/x/z"),
        ("http://example.gov.cn", "cn,gov,example)/"),
        ("http://example.gov.cn?x=1", "cn,gov,example)/?x=1"),
        ("http://user:pass@example.gov.cn/a#frag", "cn,gov,example)/a"),
        ("http://127.0.0.1:40123/page", "1,0,0,127:40123)/page"),
        ("http://2130706433/x", "1,0,0,127)/x"),
        ("http://例子.中国/年报", "xn--fiqs8s,xn--fsqu00a)/%e5%b9%b4%e6%8a%a5"),
        ("http://example.gov.cn/%E5%B9%B4/a%2520b", "cn,gov,example)/%e5%b9%b4/a%20b"),
        ("http://example.gov.cn/(S(abcdefghijklmnopqrstuvwx))/page.aspx?x=1", "cn,gov,example)/page.aspx?x=1"),
        (f"http://example.gov.cn/p?a=1&jsessionid={SESSION}&b=1", "cn,gov,example)/p?a=1&b=1"),
        (f"http://example.gov.cn/p?a=1&phpsessid={SESSION}", "cn,gov,example)/p?&a=1"),
        ("http://example.gov.cn/p?b&a=&a=1&A=0", "cn,gov,example)/p?a=&a=0&a=1&b"),
        ("http://example.gov.cn/a?", "cn,gov,example)/a"),
        ("http://http://example.gov.cn/x", "cn,gov,example)/x"),
        ("http:////example.gov.cn/x", "cn,gov,example)/x"),
        ("http://example.gov.cn/../a", "cn,gov,example)/../a"),
        ("http://example.gov.cn/%c4%ea?%c4%ea=1", "cn,gov,example)/%c4%ea?%c4%ea=1"),
        ("dns:www.example.gov.cn", "dns:www.example.gov.cn"),
        ("urn:X-wpull:log", "urn:x-wpull:log"),
    ],
)
def test_key_is_the_one_that_other_tools_look_for(url: str, key: str) -> None:
    assert make_key(url) == key


@pytest.mark.parametrize("url", ["", " ", "http://[", "http://[::1", "%", "a b c", "http://%00/", "\udc80", "?", "#"])
def test_what_is_no_url_still_has_a_key_without_a_space(url: str) -> None:
    key = make_key(url)
    assert key
    assert not set(key) & set(" \n\r\t")


@pytest.mark.parametrize(
    "host", ["www.a.cn", "www.cn", "www.www.a.cn", "www1.a.cn", "wwwa.cn", "a-b.cn", "10.1.2.3", "a.b2", "cn"]
)
@pytest.mark.parametrize(
    "path", ["", "/", "/A/b", "/A/b/", "/a.html", "/.a", "/a/../b", "/a//b", "/a/./b", "/...", "/a.", "/-"]
)
def test_plain_addresses_have_the_key_that_the_long_way_gives(
    host: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key(f"http://{host}{path}")
    monkeypatch.setattr("archive.index.surt._PLAIN", re.compile("(?!)"))
    assert make_key(f"http://{host}{path}") == key
