"""Pieces of archive files: together they are the file, wherever it is cut, whatever is wrong in it."""

import os
import random
import zipfile
from pathlib import Path

import pytest

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.format.pieces import Piece
from archive.index.indexing import index_path, write_index
from archive.reading import splitting
from archive.reading.captures import Broken, read_captures, read_piece
from archive.reading.splitting import resume_piece, split_archive
from tests.archive.building import http, make_id, metadata, record, zipped
from tests.commands import CORPUS

Found = tuple[list[Capture], list[Broken]]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "SMALL", 0)
    monkeypatch.setattr(splitting, "MOST_CAPTURES", 3)


def exchange(number: int, how: random.Random) -> list[bytes]:
    """Answer, request and metadata in any order; some without one of them, some damaged."""
    answer, request = 10 * number, 10 * number + 1
    body = how.randbytes(how.randrange(10, 3000))
    records = [
        record(block=http(body), number=answer, WARC_Target_URI=f"http://a.example/{number}"),
        record("request", b"GET / HTTP/1.1\r\n\r\n", number=request, WARC_Concurrent_To=make_id(answer)),
        metadata(answer + 2, answer, f"via: http://a.example/{number - 1}\r\n"),
    ]
    how.shuffle(records)
    if how.random() < 0.15:
        del records[how.randrange(3)]
    if how.random() < 0.1:
        records[0] = records[0].replace(b"Content-Length: ", b"Content-Length: 9", 1)
    return records


def make_file(folder: Path, seed: int, *, compressed: bool) -> Path:
    how = random.Random(seed)
    records = [each for number in range(1, 40) for each in exchange(number, how)]
    path = folder / ("made.warc.gz" if compressed else "made.warc")
    path.write_bytes(zipped(records) if compressed else b"".join(records))
    return path


def read_whole(path: Path) -> Found:
    broken: list[Broken] = []
    return list(read_captures(path, on_broken=broken.append)), broken


def read_pieces(pieces: list[Piece]) -> Found:
    broken: list[Broken] = []
    return [capture for piece in pieces for capture in read_piece(piece, on_broken=broken.append)], broken


@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("seed", range(6))
def test_pieces_are_the_file_with_an_index_and_without(tmp_path: Path, seed: int, compressed: bool) -> None:
    path = make_file(tmp_path, seed, compressed=compressed)
    whole = read_whole(path)
    scanned = list(split_archive(str(path)))
    assert len(scanned) > 5
    assert read_pieces(scanned) == whole
    write_index(path)
    indexed = list(split_archive(str(path)))
    assert len(indexed) > 5
    assert read_pieces(indexed) == whole


def test_index_of_another_file_is_not_believed(tmp_path: Path) -> None:
    path = make_file(tmp_path, 1, compressed=True)
    write_index(path)
    stale = index_path(path).read_bytes()
    make_file(tmp_path, 2, compressed=True)
    index_path(path).write_bytes(stale)
    assert read_pieces(list(split_archive(str(path)))) == read_whole(path)


def test_old_index_is_not_believed(tmp_path: Path) -> None:
    path = make_file(tmp_path, 1, compressed=True)
    write_index(path)
    whole = path.read_bytes()
    path.write_bytes(whole + zipped([record(number=9000)]))
    os.utime(index_path(path), (0, 0))
    assert len(read_pieces(list(split_archive(str(path))))[0]) == len(read_whole(path)[0])


def test_package_is_cut_within_its_files(tmp_path: Path) -> None:
    path = make_file(tmp_path, 3, compressed=True)
    package = tmp_path / "made.wacz"
    with zipfile.ZipFile(package, "w") as file:
        file.write(path, "archive/b.warc.gz")
        file.write(make_file(tmp_path, 4, compressed=True), "archive/a.warc.gz", zipfile.ZIP_DEFLATED)
    pieces = list(split_archive(str(package)))
    assert len(pieces) > 10
    assert read_pieces(pieces) == read_whole(package)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus (KAIJUAN_CORPUS) is not there")
def test_pieces_are_the_file_for_the_files_of_other_tools() -> None:
    cut = 0
    for path in sorted(CORPUS.glob("warc/**/*.*")):
        if not path.name.endswith((".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")):
            continue
        try:
            captures, broken = read_whole(path)
        except ArchiveError:
            continue
        pieces = list(split_archive(str(path)))
        cut += len(pieces) > 1
        found, told = read_pieces(pieces)
        assert found == captures, path
        # That several records share a member is told once a piece.
        assert {each for each in told if "one gzip member" not in each.why} == {
            each for each in broken if "one gzip member" not in each.why
        }, path
    assert cut


@pytest.mark.parametrize("done", [0, 1, 4, 20, 30])
def test_what_is_left_of_a_file_is_what_was_not_done(tmp_path: Path, done: int) -> None:
    path = make_file(tmp_path, 5, compressed=True)
    captures, _ = read_whole(path)
    start = captures[done].offset
    left = [piece for piece in (resume_piece(piece, start, 0) for piece in split_archive(str(path))) if piece]
    assert read_pieces(left)[0] == captures[done:]


def test_each_capture_of_a_piece_can_be_had_alone(tmp_path: Path) -> None:
    path = make_file(tmp_path, 5, compressed=True)
    piece = list(split_archive(str(path)))[2]
    captures = list(read_piece(piece))
    assert [capture for number in range(3) for capture in read_piece(piece.single(number))] == captures


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    os.mkfifo(path)
    held = os.open(path, os.O_RDWR)
    os.write(held, b"\x1f\x8b\x08\x00")
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz: cannot be read \(.*seekable.*check the file"):
        list(split_archive(str(path)))
    os.close(held)
