"""A length that is wrong costs its own record at most: those after it are read, and the damage is told."""

import gzip
from pathlib import Path

import pytest

from archive.format.record import Broken
from archive.reading.captures import read_captures
from archive.verifying import verify_archives
from tests.archive.building import URL, http, make_id, zipped
from tests.archive.soundness import codes, response, sealed

FRAMINGS = ("length", "chunked")
NO_DIGESTS = {"WARC_Block_Digest": None, "WARC_Payload_Digest": None}


def page(number: int) -> bytes:
    return f"<p>第{number}页</p>".encode() * 5


def block(number: int, framing: str) -> bytes:
    if framing == "length":
        return http(page(number))
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (
        len(page(number)),
        page(number),
    )


def answer(number: int, framing: str, *, digests: bool, length: int | None = None) -> bytes:
    headers = {"WARC_Target_URI": f"{URL}?{number}", **({} if digests else NO_DIGESTS)}
    return response(number, block(number, framing), page(number), length=length, **headers)


def read_back(path: Path) -> tuple[dict[str, bytes], list[Broken | str]]:
    """The pages by the last letter of their URL; what was told of the file, and of captures."""
    told: list[Broken | str] = []
    captures = list(read_captures(path, on_broken=told.append))
    told += [capture.problem for capture in captures if capture.problem]
    return {capture.url[-1]: capture.payload for capture in captures}, told


def wrong_by(framing: str, *, digests: bool) -> list[int]:
    """Every length around what matters, and some in between: into the next record, beyond it, beyond two."""
    following = len(answer(3, framing, digests=digests))
    around = {base + step for base in (0, following, 2 * following) for step in range(-12, 40)}
    return sorted((around | set(range(-len(block(2, framing)), 3 * following, 31))) - {0})


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("digests", [True, False], ids=["digests", "no digests"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "one member"])
def test_record_of_a_wrong_length_costs_no_other(tmp_path: Path, framing: str, digests: bool, packed: bool) -> None:
    path = tmp_path / ("made.warc.gz" if packed else "made.warc")
    for delta in wrong_by(framing, digests=digests):
        length = len(block(2, framing)) + delta
        pieces = [answer(number, framing, digests=digests) for number in (1, 3, 4, 5)]
        pieces.insert(1, answer(2, framing, digests=digests, length=length))
        content = b"".join(pieces)
        path.write_bytes(gzip.compress(content, 1, mtime=0) if packed else content)
        pages, told = read_back(path)
        assert {name: pages.get(name) for name in "1345"} == {str(n): page(n) for n in (1, 3, 4, 5)}, delta
        assert told or pages["2"] == page(2), delta


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "members"])
def test_line_ends_that_a_length_counts_in_are_not_the_page(tmp_path: Path, framing: str, packed: bool) -> None:
    path = tmp_path / ("made.warc.gz" if packed else "made.warc")
    for surplus in range(1, 5):
        records = [answer(number, framing, digests=True) for number in (1, 3)]
        records.insert(1, answer(2, framing, digests=True, length=len(block(2, framing)) + surplus))
        path.write_bytes(zipped(records) if packed else b"".join(records))
        pages, told = read_back(path)
        assert pages == {str(number): page(number) for number in (1, 2, 3)}
        assert [broken.harmless for broken in told if isinstance(broken, Broken)] == [True]


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("digests", [True, False], ids=["digests", "no digests"])
def test_wrong_length_is_an_error_to_verify_and_the_rest_is_verified(
    tmp_path: Path, framing: str, digests: bool
) -> None:
    path = tmp_path / "made.warc"
    for delta in wrong_by(framing, digests=digests)[::3]:
        length = len(block(2, framing)) + delta
        pieces = [answer(number, framing, digests=digests) for number in (1, 3, 4, 5)]
        pieces.insert(1, answer(2, framing, digests=digests, length=length))
        path.write_bytes(b"".join(pieces))
        report = verify_archives([str(path)])
        assert not report.is_sound(), delta
        assert report.records["response"] == 5, (delta, codes(report))


@pytest.mark.parametrize("framing", FRAMINGS)
def test_page_that_holds_a_warc_file_is_whole(tmp_path: Path, framing: str) -> None:
    inner = b"a story\r\n\r\n" + answer(8, framing, digests=True) + answer(9, framing, digests=True) + b"its end"
    path = tmp_path / "made.warc"
    for headers in ({}, NO_DIGESTS):
        path.write_bytes(response(1, http(inner), inner, **headers) + answer(2, framing, digests=True))
        pages, told = read_back(path)
        assert told == []
        assert list(pages.values()) == [inner, page(2)]
        assert verify_archives([str(path)]).is_sound(strict=True)


def test_request_that_swallowed_the_next_answer_gives_it_back(tmp_path: Path) -> None:
    request, following = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", answer(3, "length", digests=True)
    swallowing = sealed(
        "request", request, number=2, length=len(request) + 4 + len(following) - 4, WARC_Block_Digest=None
    )
    path = tmp_path / "made.warc"
    path.write_bytes(answer(1, "length", digests=True) + swallowing + following + answer(4, "length", digests=True))
    pages, told = read_back(path)
    assert sorted(pages) == ["1", "3", "4"]
    assert told
    assert make_id(2) in {
        problem.record_id for file in verify_archives([str(path)]).files for problem in file.findings.problems
    }
