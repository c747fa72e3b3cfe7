import socket

import pytest
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawler.fetching.resolving import GuardedResolver, find_newer_address
from tests.crawler.naming import MadeUpResolver


def resolve(name: str) -> str | Failure:
    """The answer that a connection would get."""
    resolver = MadeUpResolver.__new__(MadeUpResolver)
    answers: list[str | Failure] = []
    resolver.getHostByName(name).addBoth(answers.append)
    (answer,) = answers
    return answer


@pytest.mark.parametrize("name", ["rebound.gov.cn", "inner.gov.cn", "metadata.gov.cn"])
def test_connection_gets_no_inner_address_whatever_the_name(name: str) -> None:
    answer = resolve(name)
    assert isinstance(answer, Failure)
    assert isinstance(answer.value, DNSLookupError)
    assert name in answer.getErrorMessage()


def test_public_address_is_given_and_remembered_for_the_slots() -> None:
    assert resolve("public.gov.cn") == "203.119.25.1"
    assert GuardedResolver.known["public.gov.cn"] == "203.119.25.1"


def test_addresses_of_version_6_are_held_to_the_same_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(resolve("six.gov.cn"), Failure)
    monkeypatch.setattr(GuardedResolver, "admitted", {"six.gov.cn"})
    assert resolve("six.gov.cn") == "::1"


def test_name_without_any_address_says_so() -> None:
    assert ":" in find_newer_address("::1")
    with pytest.raises(socket.gaierror):
        find_newer_address("no-such-host.invalid")


def test_admitted_host_may_be_this_machine_but_nothing_else_inner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedResolver, "admitted", {"rebound.gov.cn", "inner.gov.cn"})
    assert resolve("rebound.gov.cn") == "127.0.0.1"
    assert isinstance(resolve("inner.gov.cn"), Failure)
