"""The quick road through regular gzip members and the careful one give the same records and tell the same damage."""

import io
import random

import pytest

from archive.errors import ArchiveError
from archive.format.members import MemberSource
from archive.format.record import Broken, Record
from archive.format.records import read_records
from archive.format.regular import RegularReader
from tests.archive.building import PAGE, http, make_id, metadata, record, zipped
from tests.archive.reading.test_corpus import CORPUS

_SWALLOWED = record(number=24)
_SIZE = len(record(number=23).partition(b"\r\n\r\n")[2]) - 4

ODD = [
    # A length that reaches over the record behind it, to the member's end.
    record(number=23, length=str(_SIZE + 4 + len(_SWALLOWED) - 4)) + _SWALLOWED,
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
    record(number=13, length="9" * 5000),
    record(number=14, WARC_Target_URI="  http://www.example.gov.cn/年报/\u3000"),
    record(number=15, version="WARC/1.0 "),
    record(number=16, WARC_Protocol="http/1.1\r\nWARC-Protocol: tls/1.3"),
    record(number=17).replace(b"WARC-Date", b"".join(b"X-%d:\r\n" % number for number in range(60)) + b"WARC-Date"),
    b"\r\n\r\n",
    b"",
]


def read(content: bytes) -> tuple[list[Record], list[Broken]]:
    broken: list[Broken] = []
    return list(read_records(io.BytesIO(content), "made.warc.gz", broken.append)), broken


def read_carefully(content: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Record], list[Broken]]:
    with monkeypatch.context() as patch:
        patch.setattr(MemberSource, "take_members", lambda *_: ())
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


def test_odd_records_among_many_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    for _ in range(12):
        many = [record(number=number, block=http(PAGE * chance.choice((1, 1, 1, 90)))) for number in range(150)]
        for at in chance.sample(range(150), 5):
            many[at] = chance.choice(ODD)
        content = zipped(many)
        assert read(content) == read_carefully(content, monkeypatch)


class FailingFile(io.BytesIO):
    """A file on a disk that cannot be read from some place on."""

    def __init__(self, content: bytes, end: int) -> None:
        super().__init__(content)
        self.end = end

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= self.end:
            raise OSError("the disk is broken")
        return super().read(min(size or 0, self.end - self.tell()))


def test_all_that_lies_before_a_failure_of_the_disk_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_failing(end: int) -> list[Record]:
        records: list[Record] = []
        with pytest.raises(OSError, match="the disk is broken"):
            records.extend(read_records(FailingFile(content, end), "made.warc.gz", lambda _: None))
        return records

    chance = random.Random(9)
    many = [record(number=number, block=http(chance.randbytes(9000))) for number in range(60)]
    many[40] = ODD[1]
    content = zipped(many)
    counts = set()
    for end in range(70_000, len(content), 9001):
        found = read_failing(end)
        with monkeypatch.context() as patch:
            patch.setattr(MemberSource, "take_members", lambda *_: ())
            assert found == read_failing(end)
        counts.add(len(found))
    assert len(counts) > 30


def test_who_wants_one_record_waits_for_no_other() -> None:
    file = io.BytesIO(
        zipped([record(number=number, block=http(random.Random(1).randbytes(70_000))) for number in (1, 2)])
    )
    assert next(read_records(file, "made.warc.gz", lambda _: None)).header("content-type")
    assert file.tell() < 3 << 16


def test_a_header_is_read_alike_however_often_its_layout_was_met() -> None:
    reader = RegularReader()
    named = [
        record(number=number, WARC_Concurrent_To=f"{make_id(1)}\r\nwarc-concurrent-to:{make_id(2)}")
        for number in range(4)
    ]
    for odd in (*ODD, *named) * 4:
        assert reader.read(7, odd) == RegularReader().read(7, odd)


def test_more_layouts_than_a_reader_remembers_are_read_alike() -> None:
    reader = RegularReader()
    for _ in range(3):
        for number in range(40):
            made = record(number=number).replace(b"WARC-Date", b"X-%d:  %d \r\nWARC-Date" % (number, number))
            found = reader.read(0, made)
            assert found is not None
            assert found.header(f"x-{number}") == str(number)


def test_damaged_files_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped([record(number=number) for number in range(4)])
    sound = len(zipped([record(number=0)]))
    chance = random.Random(7)
    for _ in range(300):
        at = chance.randrange(sound, len(content))
        damaged = _damage(content, at, chance)
        assert read(damaged) == read_carefully(damaged, monkeypatch), at


def _damage(content: bytes, at: int, chance: random.Random) -> bytes:
    return chance.choice(
        (
            content[:at],
            content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :],
            content[:at] + chance.randbytes(9) + content[at:],
            content[:at] + content[at + 7 :],
            content[:at] + content,
        )
    )


def test_what_damage_leaves_does_not_hang_on_how_much_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(13)
    rows = [f"<tr><td>{chance.randrange(10**6)}</td><td>信息公开{chance.random()}</td></tr>" for _ in range(400)]
    made = [
        record(number=number, block=http("\n".join(chance.choices(rows, k=60 * number)).encode()))
        for number in range(9)
    ]
    content = zipped(made)
    for _ in range(60):
        cut = content[: chance.randrange(len(content) // 4, len(content))]
        damaged = chance.choice((cut, cut + zipped([record(number=number) for number in range(20, 40)])))
        found = [saved(damaged, size, monkeypatch) for size in (1 << 9, 1 << 12, 1 << 17)]
        assert found[0] == found[1] == found[2]
        assert damaged is cut or len([name for name, _ in found[0] if name >= make_id(20)]) == 20


def saved(content: bytes, size: int, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    with monkeypatch.context() as patch:
        patch.setattr("archive.format.members._RAW", size)
        return [(each.id or "", each.block) for each in read(content)[0]]


def test_files_cut_at_every_tenth_byte_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped([record(number=number, block=http(PAGE * number)) for number in range(5)])
    for at in range(1, len(content), 10):
        assert read(content[:at]) == read_carefully(content[:at], monkeypatch), at


@pytest.mark.parametrize("size", [20_000, 70_000, 300_000])
def test_damage_in_members_larger_than_what_is_read_at_once_is_told_alike(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(size)
    page = bytes(chance.choices(b"<td>0123456789</td>\n", k=size))
    content = zipped([record(number=1), record(number=2, block=http(page)), record(number=3), record(number=4)])
    sound = len(zipped([record(number=1)]))
    for _ in range(40):
        damaged = _damage(content, chance.randrange(sound, len(content)), chance)
        assert read(damaged) == read_carefully(damaged, monkeypatch)


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS} (set KAIJUAN_CORPUS)")
def test_files_of_other_tools_are_read_alike_whole_damaged_and_after_one_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(11)
    files = [path.read_bytes() for path in sorted(CORPUS.glob("*.gz"))]
    assert files
    for content in files:
        damaged = [_damage(content, chance.randrange(64, len(content)), chance) for _ in range(12)]
        for each in (content, content + chance.choice(files), *damaged):
            assert try_reading(each, None) == try_reading(each, monkeypatch)


def try_reading(content: bytes, monkeypatch: pytest.MonkeyPatch | None) -> object:
    try:
        return read_carefully(content, monkeypatch) if monkeypatch else read(content)
    except ArchiveError as error:
        return str(error)
