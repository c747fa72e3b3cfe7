from ipaddress import ip_address

import pytest

from crawler.fetching.addresses import is_loopback, is_public
from crawler.fetching.scope import Scope

SCOPE = Scope.naming(["https://www.named.example.com/nb/"], ["files.example.com"])
LOCAL = Scope.naming(["http://127.0.0.1:8701/", "http://portal.gov.cn:8702/"], allow_loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.zj.gov.cn/",
        "https://gov.cn/x",
        "https://WWW.ZJ.GOV.CN./a",
        "https://www.named.example.com:8443/other",
        "http://files.example.com/a.pdf",
    ],
)
def test_government_and_named_hosts_are_in_scope(url: str) -> None:
    assert SCOPE.refuse_url(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://www.example.com/", "neither under gov.cn nor named"),
        ("http://evilgov.cn/", "neither under gov.cn"),
        ("http://www.gov.cn.example.com/", "neither under gov.cn"),
        ("http://user@www.zj.gov.cn@evil.example.com/", "neither under gov.cn"),
        ("ftp://www.zj.gov.cn/", "neither http nor https"),
        ("file:///etc/passwd", "not a URL with a host"),
        ("http://127.0.0.1/", "neither under gov.cn"),
        ("http://2130706433/", "neither under gov.cn"),
    ],
)
def test_everything_else_is_refused_with_a_reason(url: str, why: str) -> None:
    assert why in (SCOPE.refuse_url(url) or "")


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "fe80::1",
        "fd00::1",
    ],
)
@pytest.mark.parametrize("scope", [SCOPE, LOCAL])
def test_inner_addresses_are_refused_even_where_loopback_is_allowed(scope: Scope, address: str) -> None:
    assert "not on the public internet" in (scope.refuse_address("www.zj.gov.cn", 80, ip_address(address)) or "")


def test_named_inner_address_is_refused_too() -> None:
    scope = Scope.naming(["http://169.254.169.254/latest/"], allow_loopback=True)
    assert scope.refuse_url("http://169.254.169.254/latest/") is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_name_that_resolves_to_this_machine_is_refused(address: str) -> None:
    assert "this machine" in (SCOPE.refuse_address("www.zj.gov.cn", 80, ip_address(address)) or "")


def test_loopback_is_admitted_by_host_and_port_as_named() -> None:
    assert LOCAL.refuse_url("http://127.0.0.1:8701/any/path") is None
    assert "port 8703" in (LOCAL.refuse_url("http://127.0.0.1:8703/") or "")
    assert LOCAL.refuse_url("http://127.0.0.2:8701/") is not None
    assert LOCAL.refuse_address("portal.gov.cn", 8702, ip_address("127.0.0.1")) is None
    assert LOCAL.refuse_address("portal.gov.cn", 8701, ip_address("127.0.0.1")) is not None


def test_named_loopback_stays_refused_without_the_setting() -> None:
    assert "ALLOW_LOOPBACK" in (Scope.naming(["http://127.0.0.1:8701/"]).refuse_url("http://127.0.0.1:8701/") or "")


def test_addresses_wrapped_in_ipv6_are_what_they_wrap() -> None:
    assert not is_public(ip_address("::ffff:10.0.0.1"))
    assert is_public(ip_address("::ffff:8.8.8.8"))
    assert is_loopback(ip_address("::ffff:127.0.0.1"))
