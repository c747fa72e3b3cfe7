"""The quick road through regular gzip members and the careful one give the same records and tell the same damage."""

import io
import random

import pytest

from archive.members import MemberSource
from archive.record import Broken, Record
from archive.records import read_records
from tests.archive.building import PAGE, http, metadata, record, zipped

ODD = [
    record(number=1, WARC_Date="2023-01-18T09:30:00Z\r\n folded"),
    record(number=2).replace(b"WARC-Type: ", b"warc-type:"),
    record(number=3).replace(b"\r\n", b"\n", 4),
    record(number=4).replace(b"WARC-Date", b"no colon here\r\nWARC-Date"),
    record(number=5)[:-2],
    record(number=6) + b"stray",
    record(number=7) + record(number=8),
    record(number=9).replace(b"Content-Length: ", b"Content-Length: 1"),
    record(number=10).replace(b"Content-Length", b"X-Length"),
    record(number=11).replace(b"WARC-Date", "标题: 年报\r\nWARC-Date".encode("gb18030")),
    record(number=12, block=b""),
    b"\r\n\r\n",
    b"",
]


def read(content: bytes) -> tuple[list[Record], list[Broken]]:
    broken: list[Broken] = []
    return list(read_records(io.BytesIO(content), "made.warc.gz", broken.append)), broken


def read_carefully(content: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Record], list[Broken]]:
    with monkeypatch.context() as patch:
        patch.setattr(MemberSource, "take_member", lambda _: b"")
        return read(content)


def test_odd_records_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for odd in ODD:
        content = zipped([record(number=20), odd, record(number=21), metadata(22, 21, "portal: demo")])
        assert read(content) == read_carefully(content, monkeypatch)


def test_large_records_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    large = http(chance.randbytes(5 << 20))
    content = zipped(
        [record(number=1), record(block=large, number=2), record(block=http(PAGE * 3000), number=3), record(number=4)]
    )
    records, broken = read(content)
    assert (len(records), broken) == (4, [])
    assert (records, broken) == read_carefully(content, monkeypatch)


def test_damaged_files_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped([record(number=number) for number in range(4)])
    sound = len(zipped([record(number=0)]))
    chance = random.Random(7)
    for _ in range(300):
        at = chance.randrange(sound, len(content))
        damaged = chance.choice(
            (
                content[:at],
                content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :],
                content[:at] + chance.randbytes(9) + content[at:],
                content[:at] + content[at + 7 :],
            )
        )
        assert read(damaged) == read_carefully(damaged, monkeypatch), at
