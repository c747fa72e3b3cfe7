"""A payload that the archive has is pointed to and not kept again, and comes back with the answer all the same."""

import gzip
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.digests import sha1_digest
from archive.format.exchange import Exchange
from archive.format.warcformat import SAME_PAYLOAD, Reference, write_exchange
from archive.index.indexing import index_path, write_index
from archive.index.runs import update_runs
from archive.position import Position
from archive.reading.captures import PayloadAt, Resolver, read_capture, read_captures
from archive.writing.writer import Writer, WriterOptions
from tests.archive.building import make_id, warcs

PAGE = "政府信息公开工作年度报告".encode() * 50
DATE = "2023-01-18T09:30:00.000001Z"

EXPECTED = """WARC/1.1
WARC-Type: revisit
WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>
WARC-Date: 2023-01-18T09:30:00.000001Z
WARC-Target-URI: http://a.gov.cn/1
WARC-Warcinfo-ID: <urn:uuid:00000000-0000-4000-8000-000000000009>
WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest
WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000007>
WARC-Refers-To-Target-URI: http://b.gov.cn/
WARC-Refers-To-Date: 2022-01-18T09:30:00Z
WARC-Payload-Digest: sha1:SOMETHING
WARC-Truncated: length
Content-Type: application/http;msgtype=response
WARC-Block-Digest: sha1:{digest}
Content-Length: {length}

{head}

"""


def make_exchange(
    number: int, body: bytes = PAGE, head: str = "x-Odd :  kept", status: int = 200, **more: object
) -> Exchange:
    response = f"HTTP/1.1 {status} Fine\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    exchange = Exchange(
        f"http://a.gov.cn/{number}",
        "GET",
        DATE,
        "ok",
        b"GET / HTTP/1.1\r\n\r\n",
        response,
        status,
        body,
        context=(("run", "r"),),
    )
    return replace(exchange, **more)  # type: ignore[arg-type] # fields of the exchange, by name


def write_each(folder: Path, exchanges: Sequence[Exchange], *, revisits: bool = True) -> list[Position]:
    """Write a crawl's exchanges, each durable before the next."""
    writer = Writer(WriterOptions(folder, revisits=revisits))
    positions = [writer.submit(exchange).result(timeout=20) for exchange in exchanges]
    writer.close().result(timeout=20)
    update_runs(folder)
    return [position for position in positions if position]


def types_of(folder: Path) -> list[str]:
    texts = [gzip.decompress(path.read_bytes()) for path in warcs(folder)]
    kinds = [
        line[11:].decode().strip() for text in texts for line in text.split(b"\n") if line.startswith(b"WARC-Type: ")
    ]
    return [kind for kind in kinds if kind in ("response", "revisit")]


def captures_of(folder: Path) -> list[Capture]:
    return [capture for path in warcs(folder) for capture in read_captures(path, Resolver([path], archive=folder))]


def test_revisit_record_says_what_it_repeats_and_keeps_the_head_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.format.warcformat.make_id", lambda: make_id(1))
    exchange = make_exchange(1)
    reference = Reference(SAME_PAYLOAD, make_id(7), "http://b.gov.cn/", "2022-01-18T09:30:00Z", "sha1:SOMETHING")
    written = write_exchange(exchange, make_id(9), 1, reference)
    text = gzip.decompress(written.content[: written.length])
    head = exchange.response.removesuffix(PAGE)
    wanted = EXPECTED.format(digest=sha1_digest(head).removeprefix("sha1:"), length=len(head), head="HEAD")
    assert text == wanted.replace("\n", "\r\n").encode().replace(b"HEAD", head)


def test_same_payload_at_another_address_is_a_revisit_with_all_of_the_answer(tmp_path: Path) -> None:
    first, second = write_each(tmp_path, [make_exchange(1), make_exchange(2, head="Content-Type: text/html")])
    assert types_of(tmp_path) == ["response", "revisit"]
    assert second.original
    live = read_capture(second.path, second.offset, PayloadAt(*second.original))
    assert live == captures_of(tmp_path)[1] == read_capture(second.path, second.offset)
    assert (live.url, live.payload, live.problem) == ("http://a.gov.cn/2", PAGE, None)
    assert live.header("content-type") == "text/html"
    assert live.record_id == second.record_id != first.record_id
    assert live.payload_digest == sha1_digest(PAGE)


@pytest.mark.parametrize(
    "exchanges",
    [
        [make_exchange(1, b"x" * 1023), make_exchange(2, b"x" * 1023)],
        [make_exchange(1, status=404), make_exchange(2, status=404)],
        [make_exchange(1, status=404), make_exchange(2)],
        [make_exchange(1, truncated="length"), make_exchange(2)],
        [make_exchange(1), make_exchange(2, truncated="disconnect")],
        [make_exchange(1, rebuilt=True), make_exchange(2)],
        [make_exchange(1, head="Content-Encoding: gzip"), make_exchange(2)],
        [make_exchange(1, head="Transfer-Encoding: chunked"), make_exchange(2)],
    ],
    ids=["small", "errors", "error", "cut", "cut again", "rebuilt", "encoded", "framed"],
)
def test_what_is_not_worth_or_not_fit_to_point_to_is_kept(tmp_path: Path, exchanges: list[Exchange]) -> None:
    write_each(tmp_path, exchanges)
    assert types_of(tmp_path) == ["response", "response"]


def test_revisits_can_be_turned_off(tmp_path: Path) -> None:
    write_each(tmp_path, [make_exchange(1), make_exchange(1)], revisits=False)
    assert types_of(tmp_path) == ["response", "response"]


def test_next_crawl_points_to_the_first_ones_payload_and_never_to_a_revisit(tmp_path: Path) -> None:
    for _ in range(3):
        write_each(tmp_path, [make_exchange(1)])
    assert types_of(tmp_path) == ["response", "revisit", "revisit"]
    captures = captures_of(tmp_path)
    assert [capture.payload for capture in captures] == [PAGE] * 3
    texts = [gzip.decompress(path.read_bytes()) for path in warcs(tmp_path)]
    first = f"WARC-Refers-To: {captures[0].record_id}\r\n".encode()
    assert [text.count(first) for text in texts] == [1, 1, 1]  # in the first file, that of its metadata record


@pytest.mark.parametrize("damage", ["gone", "cut", "rotten"])
def test_payload_that_is_no_longer_there_is_kept_again(tmp_path: Path, damage: str) -> None:
    [position] = write_each(tmp_path, [make_exchange(1)])
    [path] = warcs(tmp_path)
    before, record = path.read_bytes()[: position.offset], gzip.decompress(path.read_bytes()[position.offset :])
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: position.offset + 200])
    else:
        path.write_bytes(before + gzip.compress(record.replace(PAGE, PAGE[::-1])))
    write_each(tmp_path, [make_exchange(1)])
    assert captures_of(tmp_path)[-1].payload == PAGE
    assert b"WARC-Type: revisit" not in gzip.decompress(warcs(tmp_path)[-1].read_bytes())


def test_nothing_points_to_what_was_not_on_the_disk_before(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path))
    futures = [writer.submit(make_exchange(number, PAGE + bytes([number % 7]))) for number in range(400)]
    positions = [position for future in futures if (position := future.result(timeout=20))]
    writer.close().result(timeout=20)
    assert types_of(tmp_path).count("response") >= 7
    for position in positions:
        assert position.original is None or position.original[1] < position.offset
    assert [capture.payload for capture in captures_of(tmp_path)] == [PAGE + bytes([n % 7]) for n in range(400)]


def test_encoded_payload_comes_back_decoded(tmp_path: Path) -> None:
    body = gzip.compress(bytes(range(256)) * 40, compresslevel=0)
    encoded = [make_exchange(number, body, head="Content-Encoding: gzip") for number in range(2)]
    write_each(tmp_path, encoded)
    assert types_of(tmp_path) == ["response", "revisit"]
    assert [capture.payload for capture in captures_of(tmp_path)] == [bytes(range(256)) * 40] * 2
    assert {capture.payload_digest for capture in captures_of(tmp_path)} == {sha1_digest(body)}


def test_unchanged_page_points_to_the_capture_whose_validator_was_sent(tmp_path: Path) -> None:
    [first] = write_each(tmp_path, [make_exchange(1, head='ETag: "v1"')])
    asked = b'GET / HTTP/1.1\r\nIf-None-Match: "v1"\r\n\r\n'
    other = asked.replace(b"v1", b"v2")
    plain = make_exchange(1, b"", status=304, captured_at="2023-02-18T09:30:00Z")
    exchanges = [replace(plain, request=asked), replace(plain, request=other), plain]
    positions = write_each(tmp_path, exchanges)
    text = gzip.decompress(warcs(tmp_path)[1].read_bytes()).decode()
    blocks = [
        part for part in text.split("WARC/1.1\r\n") if part.startswith("WARC-Type: re") and "msgtype=response" in part
    ]
    assert [part.startswith("WARC-Type: revisit") for part in blocks] == [True, True, False]
    assert all("revisit/server-not-modified" in part for part in blocks[:2])
    assert f"WARC-Refers-To: {first.record_id}" in blocks[0]
    assert "WARC-Refers-To-Date: " + DATE in blocks[0]
    assert "WARC-Refers-To" not in blocks[1]
    assert "WARC-Truncated" not in text
    assert [read_capture(position.path, position.offset).status for position in positions] == [304] * 3
    assert all(capture.problem is None for capture in captures_of(tmp_path))


def test_index_written_along_is_the_one_that_reading_gives_and_warcio_finds_the_files_sound(tmp_path: Path) -> None:
    exchanges = [
        make_exchange(1),
        make_exchange(2),
        make_exchange(1, b"", status=304, request=b"GET / HTTP/1.1\r\nIf-None-Match: x\r\n\r\n"),
    ]
    write_each(tmp_path, exchanges)
    [path] = warcs(tmp_path)
    written = index_path(path).read_bytes()
    assert written.count(b'"mime": "warc/revisit"') == 2
    write_index(path)
    assert index_path(path).read_bytes() == written
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_resolver_finds_payloads_through_the_archives_index_without_reading_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_each(tmp_path, [make_exchange(1)])
    write_each(tmp_path, [make_exchange(2)])
    path = warcs(tmp_path)[1]
    monkeypatch.setattr("archive.reading.revisits._responses", lambda path: pytest.fail(f"{path} was read whole"))
    [capture] = read_captures(path, Resolver([path], archive=tmp_path))
    assert (capture.payload, capture.problem) == (PAGE, None)


def test_payload_that_is_nowhere_leaves_the_revisit_unresolved(tmp_path: Path) -> None:
    write_each(tmp_path, [make_exchange(1)])
    write_each(tmp_path, [make_exchange(2)])
    first, second = warcs(tmp_path)
    first.unlink()
    [capture] = read_captures(second, Resolver([second], archive=tmp_path))
    assert (capture.problem, capture.payload, capture.payload_digest) == ("unresolved-revisit", b"", sha1_digest(PAGE))
