"""What waits to be refined: places in the archive, and pages that a spider has yielded; neither in memory."""

import os
import threading
from pathlib import Path

from archive.position import Position
from pipelines.live.backlog import Backlog, BacklogReader, Entry
from pipelines.live.waiting import WaitingPages
from spiders.items import ReportPage


def at(path: str, offset: int, status: int = 200, original: tuple[Path, int] | None = None) -> Position:
    return Position(Path(path), Path(path).name, offset, "<urn:x>", "http://x/", "GET", status, "2024-01-01", original)


def test_places_come_out_in_the_order_in_which_they_went_in(tmp_path: Path) -> None:
    backlog, closed = Backlog(tmp_path / "warc"), threading.Event()
    reader = BacklogReader(backlog.fileno(), closed.is_set)
    assert reader.take() is None
    backlog.add(at("/w/年报-1.warc.gz", 7))
    backlog.add(at("/w/年报-1.warc.gz", 90, 404))
    assert reader.take() == Entry("/w/年报-1.warc.gz", 7, 200)
    backlog.add(at("/w/2.warc.gz", 3, 200, (Path("/w/年报-1.warc.gz"), 7)))
    backlog.add_again("/w/年报-1.warc.gz", 7)
    closed.set()
    assert [reader.take() for _ in range(3)] == [
        Entry("/w/年报-1.warc.gz", 90, 404),
        Entry("/w/2.warc.gz", 3, 200, ("/w/年报-1.warc.gz", 7)),
        Entry("/w/年报-1.warc.gz", 7, 200, again=True),
    ]
    assert not reader.is_ended
    assert reader.take() is None
    assert reader.is_ended


def test_line_that_is_half_written_waits_for_its_end(tmp_path: Path) -> None:
    with (tmp_path / "backlog").open("wb", buffering=0) as file, (tmp_path / "backlog").open("rb") as other:
        reader = BacklogReader(other.fileno(), lambda: False)
        file.write(b'"/w/1.warc.gz"\n[12, 2')
        assert reader.take() is None
        file.write(b"00, null]\n")
        assert reader.take() == Entry("/w/1.warc.gz", 12, 200)


def test_backlog_leaves_no_file_behind(tmp_path: Path) -> None:
    backlog = Backlog(tmp_path)
    backlog.add(at("/w/1.warc.gz", 7))
    assert list(tmp_path.iterdir()) == []
    backlog.close()


def test_hundred_thousand_places_take_no_memory(tmp_path: Path) -> None:
    backlog = Backlog(tmp_path)
    for number in range(100_000):
        backlog.add(at("/w/1.warc.gz", number))
    assert os.fstat(backlog.fileno()).st_size < 4_000_000
    reader = BacklogReader(backlog.fileno(), lambda: False)
    assert sum(1 for _ in iter(reader.take, None)) == 100_000


def test_pages_wait_for_their_record_and_are_given_once() -> None:
    waiting = WaitingPages()
    pages = [ReportPage(f"http://x/{number}", record_id=f"<urn:{number % 2}>") for number in range(4)]
    assert all(waiting.put(str(page.record_id), page) for page in pages)
    assert list(waiting.all()) == pages
    assert waiting.take("<urn:1>") == [pages[1], pages[3]]
    assert waiting.take("<urn:1>") == []
    assert len(waiting) == 2
    waiting.close()


def test_page_that_cannot_be_pickled_is_left_to_its_owner() -> None:
    waiting = WaitingPages()
    assert not waiting.put("<urn:1>", {"url": "http://x/", "read": lambda: None})
    assert not len(waiting)
