"""Files as crashes leave them, of our writer and of other tools, for the tests of recovery."""

from concurrent.futures import wait
from pathlib import Path

from archive.format.exchange import Exchange
from archive.opening import OPEN_SUFFIX
from archive.position import Position
from archive.writing.writer import Writer, WriterOptions
from tests.archive.building import URL, http, make_id, metadata, record, zipped

BODY = "信息公开".encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"


def make_exchange(number: int, body: bytes = BODY) -> Exchange:
    return Exchange(
        url=f"http://127.0.0.1/{number}",
        method="GET",
        captured_at=f"2023-01-18T09:30:00.{number:06d}Z",
        outcome="ok",
        request=b"GET / HTTP/1.1\r\n\r\n",
        response=HEAD % len(body) + body,
        status=200,
        payload=body,
        context=(("run", "r1"),),
    )


def write_all(writer: Writer, exchanges: list[Exchange]) -> list[Position]:
    futures = [writer.submit(exchange) for exchange in exchanges]
    wait(futures, timeout=20)
    return [position for future in futures if (position := future.result()) is not None]


def leave_open_file(folder: Path, exchanges: int) -> tuple[Path, list[Position]]:
    """An ``.open`` file as a killed process leaves it: no lock is held on it."""
    writer = Writer(WriterOptions(folder, prefix="crashed"))
    positions = write_all(writer, [make_exchange(number) for number in range(exchanges)])
    content = positions[0].path.read_bytes()
    writer.close().result(timeout=20)
    path = next(folder.glob("crashed-*.warc.gz"))
    left = path.rename(path.with_name(path.name + OPEN_SUFFIX))
    assert left.read_bytes() == content
    return left, positions


def member_offsets(content: bytes) -> list[int]:
    """Where the members begin, and where the last one ends."""
    return [at for at in range(len(content)) if content.startswith(b"\x1f\x8b\x08\x00", at)] + [len(content)]


def foreign_records() -> list[bytes]:
    """What another tool may write: its exchanges end with the request, and the answers are 2, 5 and 7."""
    info = record("warcinfo", b"software: another\r\n", WARC_Target_URI=None, Content_Type="application/warc-fields")
    request = b"GET / HTTP/1.1\r\n\r\n"
    return [
        info,
        record(number=2, WARC_Target_URI=URL + "?2"),
        record("request", request, number=3, WARC_Concurrent_To=make_id(2)),
        metadata(4, 2, "fetchTimeMs: 4\r\n"),
        record(number=5, block=http(b"5" * 50), WARC_Target_URI=URL + "?5"),
        record("request", request, number=6, WARC_Concurrent_To=make_id(5)),
        record(number=7, block=http(b"7" * 50), WARC_Target_URI=URL + "?7"),
    ]


def leave_foreign_file(folder: Path) -> tuple[Path, bytes]:
    """Another tool's ``.open`` file, and what is in it."""
    content = zipped(foreign_records())
    left = folder / f"other-00001.warc.gz{OPEN_SUFFIX}"
    left.write_bytes(content)
    return left, content
