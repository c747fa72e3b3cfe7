"""The small notations of WARC: fields, dates, digests, outcomes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, DownloadTimeoutError, ResponseDataLossError
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed, ResponseNeverReceived

from archive.dates import format_now, read_date
from archive.digests import normal_digest, sha1_digest
from archive.format.fields import read_fields, write_fields
from archive.wire.outcomes import describe_error, name_outcome


@given(st.lists(st.tuples(st.sampled_from(["run", "anchor", "via"]), st.text())))
def test_fields_come_back_with_line_breaks_folded_to_a_space(fields: list[tuple[str, str]]) -> None:
    written = write_fields(fields)
    back = read_fields(written)
    assert [name for name, _ in back] == [name for name, _ in fields]
    assert write_fields(back) == written
    for (_, value), (_, was) in zip(back, fields, strict=True):
        assert "".join(value.split()) == "".join(was.encode("utf-8", "replace").decode().split())


def test_chinese_and_folds_in_fields() -> None:
    assert write_fields([("anchor", "2022年\r\n年度报告 ")]) == "anchor: 2022年 年度报告\r\n".encode()
    assert read_fields(b"a: 1\r\n b\r\nno field\r\nc:2\n") == (("a", "1 b"), ("c", "2"))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2023-01-18T09:30:00Z", "2023-01-18T09:30:00Z"),
        ("2023-01-18T09:30:00.120Z", "2023-01-18T09:30:00.120Z"),
        ("2023-01-18T09:30:00.123456789Z", "2023-01-18T09:30:00.123456789Z"),
        ("2023-01-18T01:30:00.5+08:00", "2023-01-17T17:30:00.5Z"),
        ("2023-01-18T09:30:00", "2023-01-18T09:30:00Z"),
        ("2023-01-18T09:30Z", "2023-01-18T09:30Z"),
        ("2023-01-18", "2023-01-18"),
        ("2023", "2023"),
        ("20230118093000", "2023-01-18T09:30:00Z"),
        ("20230118093000123", "2023-01-18T09:30:00.123Z"),
    ],
)
def test_dates_are_instants_in_utc_of_unchanged_precision(text: str, instant: str) -> None:
    assert read_date(text) == instant


@pytest.mark.parametrize("text", ["", "yesterday", "2023-13-01T00:00:00Z", "2023-01-18T25:00:00Z", "20231318093000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day|month|hour|must be"):
        read_date(text)


def test_now_is_a_date_with_microseconds() -> None:
    now = format_now()
    assert read_date(now) == now
    assert len(now) == len("2023-01-18T09:30:00.123456Z")


def test_one_digest_has_one_spelling() -> None:
    digest = sha1_digest(b"")
    assert digest == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    spellings = ["SHA1:3i42h3s6nnfq2msvx7xzkyayscx5qbyj", "sha-1:da39a3ee5e6b4b0d3255bfef95601890afd80709"]
    assert {normal_digest(text) for text in spellings} == {digest}
    assert normal_digest("sha256:AbC") == "sha256:AbC"


def caused(error: Exception, wrapper: Any, cause: Exception) -> Exception:
    """As Scrapy raises it: from Twisted's wrapper around the failure."""
    untyped: Any = Failure
    error.__cause__ = wrapper([untyped(cause)])
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (CannotResolveHostError("x"), "dns"),
        (DownloadTimeoutError("x"), "timeout"),
        (caused(DownloadFailedError("x"), ResponseNeverReceived, TLSError([])), "tls"),
        (caused(DownloadFailedError("x"), ResponseNeverReceived, ConnectionLost()), "reset"),
        (caused(DownloadFailedError("x"), ResponseNeverReceived, ConnectionDone()), "disconnected"),
        (caused(DownloadFailedError("x"), ResponseFailed, ValueError("two lengths")), "malformed"),
        (caused(ResponseDataLossError(), ResponseFailed, ConnectionDone()), "disconnected"),
        (RuntimeError("x"), "failed"),
    ],
)
def test_outcomes_have_one_word(error: Exception, outcome: str) -> None:
    assert name_outcome(error) == outcome
    assert describe_error(error)
