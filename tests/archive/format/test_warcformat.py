"""The text of records, whole."""

import gzip
import itertools

import pytest

from archive.format.exchange import Exchange
from archive.format.warcformat import write_exchange
from tests.archive.building import make_id

EXPECTED = """WARC/1.1
WARC-Type: response
WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>
WARC-Date: 2023-01-18T09:30:00.000001Z
WARC-Target-URI: http://www.example.gov.cn/年报
WARC-Warcinfo-ID: <urn:uuid:00000000-0000-4000-8000-000000000009>
WARC-IP-Address: 192.0.2.1
WARC-Protocol: http/1.1
WARC-Protocol: tls/1.3
WARC-Payload-Digest: sha1:6B7FVAKWCPC2X3O4JNUCER5EYQWYVFO7
WARC-Truncated: disconnect
Content-Type: application/http;msgtype=response
WARC-Block-Digest: sha1:5R4YMXIB3CXR7K5SM6LN6NLZZS5T2SG2
Content-Length: 26

HTTP/1.1 200 OK

payload

WARC/1.1
WARC-Type: request
WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000002>
WARC-Date: 2023-01-18T09:30:00.000001Z
WARC-Target-URI: http://www.example.gov.cn/年报
WARC-Warcinfo-ID: <urn:uuid:00000000-0000-4000-8000-000000000009>
WARC-IP-Address: 192.0.2.1
WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000001>
Content-Type: application/http;msgtype=request
WARC-Block-Digest: sha1:HZXZT4LLCPHWK5TQRRYZ7H7BIVEI4ETY
Content-Length: 18

GET / HTTP/1.1



WARC/1.1
WARC-Type: metadata
WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000003>
WARC-Date: 2023-01-18T09:30:00.000001Z
WARC-Target-URI: http://www.example.gov.cn/年报
WARC-Warcinfo-ID: <urn:uuid:00000000-0000-4000-8000-000000000009>
WARC-IP-Address: 192.0.2.1
WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000001>
WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000002>
WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>
Content-Type: application/warc-fields
WARC-Block-Digest: sha1:O3HGOKHX2XOAYKXC5OFNHVQLOILUI6E7
Content-Length: 82

outcome: disconnected
attempt: 1
anchor: 2022年 年报
context-outcome: mine


"""


@pytest.fixture
def _fixed_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = itertools.count(1)
    monkeypatch.setattr("archive.format.warcformat.make_id", lambda: make_id(next(numbers)))


@pytest.mark.usefixtures("_fixed_ids")
def test_exchange_is_three_records_in_three_members() -> None:
    exchange = Exchange(
        url="http://www.example.gov.cn/年报",
        method="GET",
        captured_at="2023-01-18T09:30:00.000001Z",
        outcome="disconnected",
        request=b"GET / HTTP/1.1\r\n\r\n",
        response=b"HTTP/1.1 200 OK\r\n\r\npayload",
        status=200,
        payload=b"payload",
        truncated="disconnect",
        address="192.0.2.1",
        protocols=("http/1.1", "tls/1.3"),
        facts=(("attempt", "1"),),
        context=(("anchor", "2022年\r\n年报"), ("outcome", "mine")),
    )
    written = write_exchange(exchange, make_id(9), 1)
    assert written.record_id == make_id(1)
    assert written.content.count(b"\x1f\x8b\x08\x00") == 3
    assert gzip.decompress(written.content).decode().replace("\r\n", "\n") == EXPECTED


@pytest.mark.usefixtures("_fixed_ids")
def test_failure_to_connect_is_a_metadata_record_alone() -> None:
    exchange = Exchange("http://a/", "GET", "2023-01-18T09:30:00.000001Z", "dns", facts=(("error", "no such host"),))
    text = gzip.decompress(write_exchange(exchange, make_id(9), 1).content).decode()
    assert text.count("WARC/1.1") == 1
    assert "WARC-Type: metadata\r\n" in text
    assert "Concurrent" not in text
    assert text.endswith("outcome: dns\r\nerror: no such host\r\n\r\n\r\n")
