"""Heads and bodies of answers, and the encodings taken off them."""

import gzip
import random
import zlib

import brotli  # type: ignore[import-untyped] # it ships no types
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive.format.encodings import decode_body
from archive.format.message import Body, read_answer, read_body
from tests.archive.building import PAGE

OK = b"HTTP/1.1 200 OK\r\n"


def body_of(block: bytes, *, asked_by_head: bool = False) -> Body:
    answer = read_answer(block)
    assert answer is not None
    return read_body(answer, block, asked_by_head=asked_by_head)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"HTTP/1.1 200 OK", 200),
        (b"HTTP/1.0 404", 404),
        (b"http/1.1 302 Found", 302),
        (b"HTTP/1.1  500  Two  Spaces", 500),
        ("HTTP/1.1 200 成功".encode("gb18030"), 200),
    ],
)
def test_status_is_read_from_odd_lines(line: bytes, status: int) -> None:
    answer = read_answer(line + b"\r\nA: 1\r\n\r\n")
    assert answer is not None
    assert (answer.status, answer.headers) == (status, (("A", "1"),))


@pytest.mark.parametrize("block", [b"", b"<html>", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 20", b"HTTP/1.1 2000 OK\r\n\r\n"])
def test_what_is_no_answer_is_not_made_one(block: bytes) -> None:
    assert read_answer(block) is None


def test_headers_keep_order_repetition_and_spelling() -> None:
    answer = read_answer(OK + b"b: 2\r\nno colon here\r\nA:1\r\nB: \xc4\xea\r\n  folded\r\nC: \xe5\xb9\xb4\r\n\r\n")
    assert answer is not None
    assert answer.headers == (("b", "2"), ("A", "1"), ("B", "Äê folded"), ("C", "年"))


def test_interim_heads_are_told_apart() -> None:
    first, second = b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    answer = read_answer(first + second + OK + b"\r\nbody")
    assert answer is not None
    assert (answer.interim, answer.start, answer.status) == ((first, second), len(first + second), 200)


@pytest.mark.parametrize(
    ("rest", "payload", "whole"),
    [
        (b"Content-Length: 4\r\n\r\nabcd", b"abcd", True),
        (b"Content-Length: 5\r\n\r\nabcd", b"abcd", False),
        (b"Content-Length: 3\r\n\r\nabcd", b"abcd", True),
        (b"Content-Length: 4, 4\r\n\r\nabcd", b"abcd", True),
        (b"Content-Length: 9\r\nContent-Length: 8\r\n\r\nabcd", b"abcd", True),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabcd", b"abcd", False),
        (b"Content-Length: %b, %b\r\n\r\nabcd" % (b"9" * 5000, b"9" * 5000), b"abcd", False),
        (b"\r\nabcd", b"abcd", True),
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2;x=y\r\ncd\r\n0\r\n\r\n", b"abcd", True),
        (b"Transfer-Encoding: Chunked\r\n\r\n2\nab\n2\ncd\n0\n\n", b"abcd", True),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\nX: trailer\r\n\r\n", b"abcd", True),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n", b"abcd", False),
        (b"Transfer-Encoding: chunked\r\n\r\n9\r\nabcd", b"abcd", False),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nnonsense\r\n", b"abcd", False),
        (
            b"Transfer-Encoding: chunked\r\n\r\n<p>stored without its chunks</p>",
            b"<p>stored without its chunks</p>",
            True,
        ),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"", False),
        (b"Content-Type: text/ht", b"", False),
    ],
)
def test_body_is_taken_out_of_its_framing(rest: bytes, payload: bytes, whole: bool) -> None:
    body = body_of(OK + rest)
    assert (body.payload, body.whole) == (payload, whole)


@pytest.mark.parametrize("line", [b"HTTP/1.1 204 No Content", b"HTTP/1.1 304 Not Modified"])
def test_answer_without_a_body_is_whole_whatever_its_length_says(line: bytes) -> None:
    assert body_of(line + b"\r\nContent-Length: 100\r\n\r\n").whole


def test_answer_to_head_is_whole_without_its_body() -> None:
    assert body_of(OK + b"Content-Length: 100\r\n\r\n", asked_by_head=True).whole


def raw_deflate(content: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(content) + squeezer.flush()


ENCODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "GZIP ": gzip.compress(PAGE),
    "gzip of two members": gzip.compress(PAGE[:20]) + gzip.compress(PAGE[20:]),
    "gzip with rubbish after": gzip.compress(PAGE) + b"\r\nrubbish",
    "gzip without its trailer": gzip.compress(PAGE)[:-8],
    "gzip that is none": PAGE,
    "deflate": zlib.compress(PAGE),
    "deflate raw": raw_deflate(PAGE),
    "deflate that is none": PAGE,
    "br": brotli.compress(PAGE),
    "zstd": zstd.compress(PAGE),
    "identity": PAGE,
    "": PAGE,
}


@pytest.mark.parametrize("name", ENCODED)
def test_encoding_is_taken_off(name: str) -> None:
    assert decode_body(ENCODED[name], [name.split(" ")[0]]) == (PAGE, None)


def test_encodings_are_taken_off_last_first() -> None:
    twice = gzip.compress(brotli.compress(PAGE))
    assert decode_body(twice, ["br, gzip"]) == decode_body(twice, ["br", "gzip"]) == (PAGE, None)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_cut_stream_gives_what_did_decode_and_says_so(name: str) -> None:
    page = random.Random(1).randbytes(4000).hex().encode()
    squeezed = {
        "gzip": gzip.compress(page),
        "deflate": zlib.compress(page),
        "br": brotli.compress(page),
        "zstd": zstd.compress(page),
    }[name]
    body, problem = decode_body(squeezed[: len(squeezed) // 2], [name])
    assert problem == "undecodable"
    assert page.startswith(body)
    assert name == "zstd" or len(body) > 100


def test_gzip_with_a_wrong_checksum_is_told() -> None:
    spoilt = bytearray(gzip.compress(PAGE))
    spoilt[-6] ^= 1
    assert decode_body(bytes(spoilt), ["gzip"]) == (PAGE, "undecodable")


def test_unknown_encoding_leaves_the_body_as_it_is() -> None:
    assert decode_body(PAGE, ["rot13"]) == (PAGE, "undecodable")


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_bomb_is_stopped_at_the_bound(name: str) -> None:
    zeros = bytes(5_000_000)
    bomb = {
        "gzip": gzip.compress(zeros),
        "deflate": zlib.compress(zeros),
        "br": brotli.compress(zeros, quality=3),
        "zstd": zstd.compress(zeros),
    }[name]
    assert decode_body(bomb, [name], most=1_000_000) == (b"", "too-large")
    assert decode_body(bomb, [name], most=5_000_000) == (zeros, None)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br"]))
def test_rubbish_never_raises(content: bytes, name: str) -> None:
    decode_body(content, [name])
    decode_body(gzip.compress(content)[: len(content)], [name])


@given(st.binary(max_size=300))
def test_any_bytes_can_be_asked_for_an_answer(content: bytes) -> None:
    for block in (content, OK + content, OK + b"Transfer-Encoding: chunked\r\n\r\n" + content):
        answer = read_answer(block)
        if answer:
            read_body(answer, block)
