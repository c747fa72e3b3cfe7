"""Digests and the HTTP messages in blocks."""

import base64
import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.digests import sha1_digest
from archive.verifying.chunks import ChunkDecoder, State
from archive.verifying.labelled import UnknownAlgorithmError, read_digest, start_digest
from tests.archive.building import PAGE, http, make_id, record
from tests.archive.soundness import CHUNKED, GET, INFO, codes, problems, response, sealed, verify

OK = b"HTTP/1.1 200 OK\r\n"
HEAD, BODY = CHUNKED.split(b"\r\n\r\n", 1)


@pytest.mark.parametrize(
    "algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3-256", "blake2b", "blake2s"]
)
@pytest.mark.parametrize("encoding", ["base16", "base32", "base64", "base64url"])
def test_digest_is_read_in_any_encoding(algorithm: str, encoding: str) -> None:
    started = start_digest(algorithm)
    started.update(PAGE)
    encode = {"base32": base64.b32encode, "base64": base64.b64encode, "base64url": base64.urlsafe_b64encode}
    raw = started.digest()
    value = encode[encoding](raw).decode() if encoding in encode else raw.hex()
    for text in (value, value.rstrip("=")):
        assert read_digest(f"{algorithm.upper()}:{text}").value == started.digest()


@pytest.mark.parametrize(("label", "algorithm"), [("SHA-1", "sha1"), ("sha-256", "sha256"), ("SHA_1", "sha1")])
def test_labels_of_one_algorithm_are_one(label: str, algorithm: str) -> None:
    assert read_digest(f"{label}:{hashlib.new(algorithm, b'').hexdigest()}").algorithm == algorithm


@pytest.mark.parametrize("text", ["", "sha1", "sha1:", "sha1:zz", "sha1:" + "8" * 32, "md5:" + "g" * 32, ":abc"])
def test_text_that_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it"):
        read_digest(text)


def test_algorithm_that_cannot_be_calculated_is_named() -> None:
    with pytest.raises(UnknownAlgorithmError, match="blake3"):
        read_digest("blake3:" + "0" * 64)


@settings(max_examples=100, deadline=None)
@given(
    chunks=st.lists(st.binary(min_size=1, max_size=40), max_size=6),
    pieces=st.lists(st.integers(1, 20), min_size=1, max_size=12),
    after=st.binary(max_size=5),
)
def test_chunks_come_out_whole_however_they_are_cut(chunks: list[bytes], pieces: list[int], after: bytes) -> None:
    body = b"".join(b"%X;name=value\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    body += b"0\r\nTrailer: yes\r\n\r\n" + after
    decoder = ChunkDecoder()
    found, at = b"", 0
    while at < len(body):
        step = pieces[at % len(pieces)]
        found += b"".join(decoder.feed(body[at : at + step]))
        at += step
    assert (found, decoder.state, decoder.after) == (b"".join(chunks), State.DONE, len(after))


def with_payload_digest(payload: bytes, block: bytes = CHUNKED) -> bytes:
    return response(2, block, payload)


def test_payload_digest_is_of_the_body_without_chunks(tmp_path: Path) -> None:
    assert problems(verify(tmp_path, with_payload_digest(PAGE))) == []


def test_payload_digest_over_the_chunks_is_a_note(tmp_path: Path) -> None:
    report = verify(tmp_path, with_payload_digest(BODY))
    assert codes(report) == codes(report, "note") == ["payload-digest-framed"]


@pytest.mark.parametrize("payload", [PAGE[1:], PAGE + b"\n", CHUNKED])
def test_payload_digest_of_other_bytes_is_an_error(tmp_path: Path, payload: bytes) -> None:
    assert codes(verify(tmp_path, with_payload_digest(payload)), "error") == ["payload-digest"]


def test_payload_digest_is_of_the_body_as_it_is_encoded(tmp_path: Path) -> None:
    body = gzip.compress(PAGE, mtime=0)
    block = http(body, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n")
    assert problems(verify(tmp_path, response(2, block, body))) == []
    assert codes(verify(tmp_path, response(2, block, PAGE)), "error") == ["payload-digest"]


def test_payload_digest_passes_over_interim_heads(tmp_path: Path) -> None:
    block = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + http()
    assert problems(verify(tmp_path, response(2, block))) == []


@pytest.mark.parametrize("algorithm", ["md5", "sha256", "sha512"])
def test_digests_of_other_algorithms_are_checked(tmp_path: Path, algorithm: str) -> None:
    right = f"{algorithm}:{hashlib.new(algorithm, http()).hexdigest()}"
    wrong = f"{algorithm}:{hashlib.new(algorithm, PAGE).hexdigest()}"
    assert problems(verify(tmp_path, response(WARC_Block_Digest=right))) == []
    assert codes(verify(tmp_path, response(WARC_Block_Digest=wrong)), "error") == ["block-digest"]


@pytest.mark.parametrize("kind", ["resource", "conversion", "metadata"])
def test_payload_of_other_records_is_the_block(tmp_path: Path, kind: str) -> None:
    right = sealed(kind, PAGE, WARC_Payload_Digest=sha1_digest(PAGE))
    wrong = sealed(kind, PAGE, WARC_Payload_Digest=sha1_digest(PAGE[1:]))
    assert codes(verify(tmp_path, right), "error", "warning") == []
    assert codes(verify(tmp_path, wrong), "error") == ["payload-digest"]


def test_payload_of_a_request_is_its_body(tmp_path: Path) -> None:
    post = b"POST /search HTTP/1.1\r\nHost: a.cn\r\nContent-Length: 6\r\n\r\npage=2"
    assert problems(verify(tmp_path, sealed("request", post, WARC_Payload_Digest=sha1_digest(b"page=2")))) == []
    assert verify(tmp_path, sealed("request", post, WARC_Payload_Digest=sha1_digest(post))).errors


def test_payload_digest_of_a_revisit_is_not_that_of_its_block(tmp_path: Path) -> None:
    revisit = sealed(
        "revisit",
        http()[: -len(PAGE)],
        number=3,
        WARC_Profile="http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        WARC_Payload_Digest=sha1_digest(PAGE),
        Content_Type="application/http; msgtype=response",
    )
    assert problems(verify(tmp_path, response() + revisit)) == []


MESSAGES = [
    (OK + b"\r\n" + PAGE, None, None),
    (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "http-no-reason", "warning"),
    (b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "http-no-reason", "warning"),
    ("HTTP/1.1 200 好的\r\nContent-Length: 0\r\n\r\n".encode(), None, None),
    (b"HTTP/2 200 OK\r\n\r\n", None, None),
    (b"<html>no head</html>", "http-status-line", "error"),
    (b"HTTPX/1.1 200 OK\r\n\r\n", "http-status-line", "error"),
    (b"", "http-status-line", "error"),
    (OK + b"Content-Type: text/html\r\n", "http-head", "warning"),
    (OK + b"no colon\r\n\r\n", "http-header", "note"),
    (OK + b"X-Long: 1\r\n folded\r\n\r\n", None, None),
    (OK + b"Content-Length: 99\r\n\r\nshort", "http-body-short", "warning"),
    (OK + b"Content-Length: 2\r\n\r\nlonger", "http-body-long", "note"),
    (OK + b"Content-Length: 99\r\n\r\n", "http-body-none", "warning"),
    (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nbody", None, None),
    (b"HTTP/1.1 204 No Content\r\nContent-Length: 99\r\n\r\n", None, None),
    (b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 99\r\n\r\n', None, None),
    (HEAD + b"\r\n\r\n" + PAGE, "http-sent-unchunked", "warning"),
    (HEAD + b"\r\n\r\nno line end", "http-sent-unchunked", "warning"),
    (HEAD + b"\r\n\r\n", "http-body-none", "warning"),
    (HEAD + b"\r\n\r\n4\r\nabcd\r\nno size\r\n", "http-chunks", "error"),
    (HEAD + b"\r\n\r\n4\r\nabcdef\r\n0\r\n\r\n", "http-chunks", "error"),
    (HEAD + b"\r\n\r\n4\r\nabcd\r\n", "http-chunks-short", "warning"),
    (HEAD + b"\r\n\r\n4\r\nab", "http-chunks-short", "warning"),
    (HEAD + b"\r\n\r\n4\r\nabcd\r\n0\r\n", None, None),
    (HEAD + b"\r\n\r\n4\nabcd\n0\n\n", None, None),
    (CHUNKED + b"more", "http-after-chunks", "note"),
]


@pytest.mark.parametrize(("block", "code", "severity"), MESSAGES)
def test_message_is_as_its_head_says_or_told(
    tmp_path: Path, block: bytes, code: str | None, severity: str | None
) -> None:
    report = verify(tmp_path, response(2, block, WARC_Payload_Digest=None))
    assert codes(report) == ([code] if code else [])
    if severity:
        assert codes(report, severity) == [code]


@pytest.mark.parametrize(
    "block", [block for block, code, _ in MESSAGES if code in ("http-body-short", "http-chunks", "http-sent-unchunked")]
)
def test_body_that_the_wire_cut_is_as_the_record_says(tmp_path: Path, block: bytes) -> None:
    cut = response(2, block, WARC_Payload_Digest=None, WARC_Truncated="disconnect")
    assert problems(verify(tmp_path, cut)) == []


@pytest.mark.parametrize("block", [OK + b"Content-Length: 99\r\n\r\n", HEAD + b"\r\n\r\n"])
@pytest.mark.parametrize("answer_first", [True, False])
def test_answer_to_head_has_no_body(tmp_path: Path, block: bytes, answer_first: bool) -> None:
    asked = sealed("request", GET.replace(b"GET", b"HEAD"), number=3, WARC_Concurrent_To=make_id(2))
    answer = response(2, block, WARC_Payload_Digest=None)
    pair = [answer, asked] if answer_first else [asked, answer]
    assert problems(verify(tmp_path, b"".join(pair))) == []


@pytest.mark.parametrize(
    ("block", "code", "severity"),
    [
        (GET, None, None),
        (GET[:-2], "http-request-head", "note"),
        (b"no request\r\n\r\n", "http-request-line", "warning"),
        (b"GET /\r\n\r\n", "http-request-line", "warning"),
    ],
)
def test_request_is_one_or_told(tmp_path: Path, block: bytes, code: str | None, severity: str | None) -> None:
    report = verify(tmp_path, sealed("request", block))
    assert codes(report) == ([code] if code else [])
    assert not severity or codes(report, severity)


def test_answer_of_another_protocol_is_taken_as_it_is(tmp_path: Path) -> None:
    name = sealed(
        "response", b"20230118\nwww.example.gov.cn. 60 A 192.0.2.1\n", WARC_Target_URI="dns:www.example.gov.cn"
    )
    assert codes(verify(tmp_path, name.replace(b"application/http; msgtype=response", b"text/dns"))) == []


def test_message_is_told_by_its_url_where_no_type_is_given(tmp_path: Path) -> None:
    report = verify(tmp_path, record("response", PAGE, Content_Type=None))
    assert codes(report) == ["http-status-line", "type-of-content-missing"]


def test_info_is_no_message(tmp_path: Path) -> None:
    assert problems(verify(tmp_path, sealed("warcinfo", INFO))) == []


def test_unchunked_body_that_no_block_digest_vouches_for_is_an_error(tmp_path: Path) -> None:
    block = HEAD + b"\r\n\r\n" + PAGE
    report = verify(tmp_path, response(2, block, WARC_Payload_Digest=None, WARC_Block_Digest=None))
    assert codes(report, "error") == ["http-not-chunked"]
