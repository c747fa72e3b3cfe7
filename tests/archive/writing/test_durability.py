"""Nothing that was promised is lost: killed crawls, cut files, full disks, crawls side by side."""

import gzip
import json
import os
import random
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.format.warcfile import WarcFile
from archive.opening import OPEN_SUFFIX
from archive.reading.captures import read_capture, read_captures
from archive.writing.recovery import recover_folder
from archive.writing.writer import Writer, WriterOptions, prepare_folder
from tests.archive.building import warcs
from tests.archive.crawling import Event, crawl, start_crawl
from tests.archive.oddserver import OddServer, Script
from tests.archive.wreckage import BODY, HEAD, leave_open_file, make_exchange, write_all


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(WriterOptions(tmp_path, prefix="test"))
    yield writer
    writer.close().result(timeout=20)


def test_position_leads_back_to_the_exchange_before_and_after_the_rename(writer: Writer) -> None:
    [position] = write_all(writer, [make_exchange(7)])
    assert position.path.name.endswith(OPEN_SUFFIX)
    before = read_capture(position.path, position.offset)
    writer.finish().result(timeout=20)
    assert not position.path.exists()
    after = read_capture(position.path, position.offset)
    assert before == after
    assert (after.url, after.payload, after.warc) == ("http://127.0.0.1/7", BODY, position.warc)
    assert after.record_id == position.record_id
    assert after.context["run"] == "r1"


def test_finished_files_are_named_in_the_order_of_time_and_hold_everything(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path, prefix="test", rotate_bytes=3000))
    write_all(writer, [make_exchange(number, os.urandom(900)) for number in range(12)])
    writer.close().result(timeout=20)
    files = warcs(tmp_path)
    assert len(files) > 3
    assert all(path.name.endswith(".warc.gz") and path.stat().st_size <= 3000 for path in files)
    urls = [capture.url for path in files for capture in read_captures(path)]
    assert urls == [f"http://127.0.0.1/{number}" for number in range(12)]


def test_exchange_larger_than_a_file_gets_one_for_itself(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path, rotate_bytes=100))
    write_all(writer, [make_exchange(1), make_exchange(2)])
    writer.close().result(timeout=20)
    assert len(warcs(tmp_path)) == 2


def test_idle_file_is_finished_when_its_time_has_come(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path, rotate_seconds=0.3))
    write_all(writer, [make_exchange(1)])
    deadline = time.monotonic() + 60
    while list(tmp_path.glob(f"*{OPEN_SUFFIX}")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [path.name.endswith(".warc.gz") for path in warcs(tmp_path)] == [True]
    writer.close().result(timeout=20)


def test_crawl_without_an_exchange_leaves_no_file(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path))
    writer.close().result(timeout=20)
    assert warcs(tmp_path) == []


def test_file_of_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path))
    [position] = write_all(writer, [make_exchange(1)])
    assert recover_folder(tmp_path) == []
    assert position.path.exists()
    write_all(writer, [make_exchange(2)])
    writer.close().result(timeout=20)
    assert [len(list(read_captures(path))) for path in warcs(tmp_path)] == [2]


def test_two_writers_in_one_folder_never_share_a_file(tmp_path: Path) -> None:
    writers = [Writer(WriterOptions(tmp_path, prefix="same", rotate_bytes=500)) for _ in range(2)]
    for writer in writers:
        write_all(writer, [make_exchange(number) for number in range(5)])
    for writer in writers:
        writer.close().result(timeout=20)
    assert sum(len(list(read_captures(path))) for path in warcs(tmp_path)) == 10


class _FailingFile(WarcFile):
    """A file on a disk that takes part of a write and then no more."""

    left = 2000

    def append(self, piece: bytes) -> int:
        if len(piece) > self.left:
            os.write(self._descriptor, piece[: self.left])
            os.ftruncate(self._descriptor, self.size)
            raise ArchiveError(f"{self.path}: cannot be written (No space left on device); make room on the disk")
        type(self).left -= len(piece)
        return super().append(piece)


def test_failed_write_leaves_whole_exchanges_and_refuses_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.writing.writer.WarcFile", _FailingFile)
    writer = Writer(WriterOptions(tmp_path))
    futures = [writer.submit(make_exchange(number, os.urandom(200))) for number in range(10)]
    wait(futures, timeout=20)
    kept = [future.result() for future in futures if future.exception() is None]
    errors = [future.exception() for future in futures if future.exception()]
    assert kept
    assert errors
    assert all(isinstance(error, ArchiveError) for error in errors)
    writer.close().result(timeout=20)
    [path] = warcs(tmp_path)
    assert gzip.decompress(path.read_bytes())
    assert [capture.offset for capture in read_captures(path)] == [position.offset for position in kept if position]


def test_sync_that_fails_promises_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("archive.format.warcfile._sync_data", fail)
    writer = Writer(WriterOptions(tmp_path))
    future = writer.submit(make_exchange(1))
    assert isinstance(future.exception(timeout=20), ArchiveError)
    writer.close()


def test_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ArchiveError) as caught:
        prepare_folder(tmp_path / "file" / "warc")
    assert str(tmp_path / "file" / "warc") in str(caught.value)
    assert "ARCHIVE_DIR" in str(caught.value)
    assert "\n" not in str(caught.value)


def many_pages(count: int) -> dict[str, Script]:
    return {f"/{number}": Script(HEAD % 3000 + random.Random(number).randbytes(3000)) for number in range(count)}


def requests_for(port: int, count: int) -> list[Event]:
    return [{"url": f"http://127.0.0.1:{port}/{number}"} for number in range(count)]


def is_sound(path: Path) -> bool:
    return subprocess.run(["gzip", "-t", str(path)], check=False).returncode == 0


@pytest.mark.parametrize("seed", range(3))
def test_killed_crawl_keeps_every_exchange_that_it_announced(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with OddServer(many_pages(400)) as server:
        process = start_crawl(tmp_path, requests_for(server.port, 400), ARCHIVE_ROTATE_BYTES=200_000)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randrange(20, 300))]
        time.sleep(chance.random() / 50)
        process.kill()
        rest, _ = process.communicate(timeout=20)
    recover_folder(tmp_path)
    assert not list(tmp_path.glob(f"*{OPEN_SUFFIX}"))
    assert all(is_sound(path) for path in warcs(tmp_path))
    promised = {
        (event["warc"], event["offset"], event["url"])
        for line in [*lines, *rest.splitlines()]
        if (event := _read_event(line)).get("event") == "archived"
    }
    there = {(item.warc, item.offset, item.url) for path in warcs(tmp_path) for item in read_captures(path)}
    assert promised
    assert promised <= there


def _read_event(line: str) -> Event:
    try:
        event: Event = json.loads(line)
    except ValueError:
        return {}  # the line that the kill cut
    return event


def test_next_crawl_mends_what_a_crash_left_and_says_so(tmp_path: Path) -> None:
    left, _ = leave_open_file(tmp_path, 2)
    left.write_bytes(left.read_bytes()[:-5])
    with OddServer(many_pages(1)) as server:
        crawled = crawl(tmp_path, requests_for(server.port, 1))
    assert "left by a crash" in crawled.errors
    assert left.name.removesuffix(OPEN_SUFFIX) in {path.name for path in crawled.files}
    assert not list(tmp_path.glob(f"*{OPEN_SUFFIX}"))


def _limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))


def run_limited(prepare: Callable[[], None], folder: Path, requests: list[Event]) -> tuple[list[Event], str]:
    process = start_crawl(folder, requests, prepare=prepare)
    out, errors = process.communicate(timeout=60)
    return [_read_event(line) for line in out.splitlines()], errors


def test_write_that_fails_stops_the_crawl_with_one_line_and_whole_files(tmp_path: Path) -> None:
    with OddServer(many_pages(100)) as server:
        events, errors = run_limited(_limit_file_size, tmp_path, requests_for(server.port, 100))
        asked = sum(map(len, server.heard.values()))
    [closed] = [event for event in events if event["event"] == "closed"]
    assert closed["reason"] == "archive-failed"
    assert closed["stats"]["archive/failed"] == "1"
    assert len(errors.splitlines()) == 1, errors
    line = errors
    assert "File too large" in line
    assert str(tmp_path) in line
    assert 5 < asked < 40
    files = warcs(tmp_path)
    assert all(path.name.endswith(".warc.gz") and is_sound(path) for path in files)
    archived = [event["offset"] for event in events if event["event"] == "archived"]
    delivered = [event["offset"] for event in events if event["event"] == "response"]
    assert [capture.offset for path in files for capture in read_captures(path)] == archived
    assert delivered == archived


def test_unwritable_folder_fails_before_the_first_request(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with OddServer(many_pages(1)) as server:
        crawled = crawl(tmp_path / "file" / "warc", requests_for(server.port, 1))
        assert not server.heard
    assert crawled.exit_code == 1
    assert len(crawled.errors.splitlines()) == 1
    assert "ARCHIVE_DIR" in crawled.errors
