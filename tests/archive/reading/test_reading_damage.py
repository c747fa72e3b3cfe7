"""Damaged archives read as far as they are whole, and told where not."""

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import ArchiveError
from tests.archive.building import PAGE, http, make_id, metadata, record, zipped
from tests.archive.readback import read, revisit


def test_file_cut_inside_a_member_is_told_and_its_capture_named_truncated(tmp_path: Path) -> None:
    whole, cut = zipped([record(number=1)]), zipped([record(number=2, block=http(PAGE * 90))])
    captures, broken = read(tmp_path, whole + cut[: len(cut) - 20])
    assert [capture.problem for capture in captures] == [None, "truncated"]
    assert broken[0].offset == len(whole)
    assert "cut short" in broken[0].why


def test_plain_file_cut_inside_a_record_is_told(tmp_path: Path) -> None:
    content = record(number=1) + record(number=2)
    captures, broken = read(tmp_path, content[:-30], "made.warc")
    assert [capture.problem for capture in captures] == [None, "truncated"]
    assert [place.offset for place in broken] == [len(record(number=1))]


DAMAGE = {
    "rubbish": b"complete rubbish\r\nof two lines\r\n",
    "no-number": record(number=2, length="many"),
    "no-header-end": b"WARC/1.1\r\nWARC-Type: response\r\n",
    "zeros": b"\0" * 100,
}


@pytest.mark.parametrize("how", ["members", "between members", "plain"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_rest_of_the_file_is_read_after_damage(tmp_path: Path, damage: bytes, how: str) -> None:
    first, last = record(number=1), record(number=3)
    content = {
        "members": zipped([first, damage, last]),
        "between members": zipped([first]) + damage + zipped([last]),
        "plain": first + damage + b"\r\n" + last,
    }[how]
    captures, broken = read(tmp_path, content)
    assert [capture.record_id for capture in captures] == [make_id(1), make_id(3)]
    assert [capture.payload for capture in captures] == [PAGE, PAGE]
    assert broken


def test_corrupt_member_costs_only_itself(tmp_path: Path) -> None:
    members = [gzip.compress(record(number=number), mtime=0) for number in (1, 2, 3)]
    spoilt = bytearray(members[1])
    spoilt[len(spoilt) // 2] ^= 0x55
    captures, broken = read(tmp_path, members[0] + bytes(spoilt) + members[2])
    intact = [capture.record_id for capture in captures if capture.problem is None]
    assert intact == [make_id(1), make_id(3)]
    assert broken[0].offset == len(members[0])


def test_length_that_is_too_long_does_not_swallow_the_next_record(tmp_path: Path) -> None:
    content = record(number=1, length=len(http()) + 200) + record(number=2)
    captures, broken = read(tmp_path, content, "made.warc")
    assert [capture.payload for capture in captures] == [PAGE, PAGE]
    assert [capture.problem for capture in captures] == ["truncated", None]
    assert captures[1].offset == len(record(number=1, length=len(http()) + 200))
    assert broken


def test_length_that_is_too_short_makes_a_truncated_capture(tmp_path: Path) -> None:
    content = record(number=1, length=len(http()) - 20) + record(number=2)
    captures, broken = read(tmp_path, content, "made.warc")
    assert [capture.problem for capture in captures] == ["truncated", None]
    assert "belong to none" in broken[0].why


def test_page_that_quotes_a_record_is_one_capture(tmp_path: Path) -> None:
    quoting = PAGE + b"\r\n\r\n" + record(number=7)
    captures, broken = read(tmp_path, record(number=1, block=http(quoting)) + record(number=2), "made.warc")
    assert [capture.payload for capture in captures] == [quoting, PAGE]
    assert not broken


def test_several_records_in_one_member_are_read_and_told(tmp_path: Path) -> None:
    content = gzip.compress(record(number=1) + record(number=2) + record(number=3), mtime=0)
    captures, broken = read(tmp_path, content)
    assert [capture.record_id for capture in captures] == [make_id(1), make_id(2), make_id(3)]
    assert ["several records" in place.why for place in broken] == [True]


def test_record_spread_over_members_is_read_whole(tmp_path: Path) -> None:
    content = record(number=1, block=http(PAGE * 50)) + record(number=2)
    pieces = b"".join(gzip.compress(content[at : at + 700], mtime=0) for at in range(0, len(content), 700))
    captures, _ = read(tmp_path, pieces)
    assert [capture.payload for capture in captures] == [PAGE * 50, PAGE]


def test_damage_takes_no_time_that_grows_with_its_square(tmp_path: Path) -> None:
    began = time.process_time()
    for filling in (b"\r\n", b"\n", b"WARC/1.1\r\n", b"\nhttp://a ", b"\x1f\x8b\x08\x00"):
        block = http(filling * (1_000_000 // len(filling)))
        read(tmp_path, record(number=1, block=block, length=len(block) + 50) + b"x" * 100 + block, "made.warc")
        read(tmp_path, zipped([record(number=1)]) + block + zipped([record(number=2)]))
    assert time.process_time() - began < 10


def test_broken_member_gives_all_before_its_break_wherever_reading_begins(tmp_path: Path) -> None:
    """Where in what is read at once the break falls makes no difference."""
    lines = "".join(f"<tr><td>{number}</td><td>{number * number}</td></tr>\n" for number in range(9000)).encode()
    large, saved = zipped([record(number=2, block=http(lines))]), set()
    broken_member = large[: len(large) // 2] + b"\xff" * 40 + large[len(large) // 2 + 40 :]
    for count in (0, 1, 40, 300):
        before = zipped([record(number=9)]) * count
        captures, broken = read(tmp_path, before + broken_member + zipped([record(number=3)]))
        assert [capture.problem for capture in captures] == [None] * count + ["truncated", None]
        assert [place.offset for place in broken] == [len(before)] * len(broken)
        saved.add(captures[count].payload)
    (payload,) = saved
    assert len(payload) > len(lines) // 3
    whole = len(payload) - 1000  # bits that are wrong may unfold to something for a while
    assert payload[:whole] == lines[:whole]


def test_wrong_checksum_makes_a_page_doubtful_and_loses_none_of_it(tmp_path: Path) -> None:
    member = zipped([record(number=1, block=http(PAGE * 40))])
    for at in (len(member) - 8, len(member) - 2):  # its checksum, its length
        wrong = member[:at] + bytes([member[at] ^ 1]) + member[at + 1 :]
        (capture, after), broken = read(tmp_path, wrong + zipped([record(number=2)]))
        assert (capture.payload, capture.problem, after.problem) == (PAGE * 40, "truncated", None)
        assert "a corrupt gzip member" in broken[0].why


def test_member_after_damage_is_found_wherever_it_begins(tmp_path: Path) -> None:
    """Its first bytes may be the last of what was read at once."""
    member = zipped([record(number=2)])
    for size in range((1 << 16) - 4, (1 << 16) + 4):
        rubbish = zipped([record(number=1)])
        rubbish += b"\x07" * (size - len(rubbish))
        captures, _ = read(tmp_path, rubbish + member)
        assert [capture.record_id for capture in captures] == [make_id(1), make_id(2)], size


WHOLE_FILE = zipped([record(number=1), metadata(2, 1, "run: r1"), record(number=3, block=http(PAGE * 3)), revisit(4)])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE_FILE) - 1), st.integers(1, 255), st.booleans(), st.booleans())
def test_damage_never_escapes_and_never_alters_a_page_in_silence(
    tmp_path: Path, at: int, flip: int, cut: bool, plain: bool
) -> None:
    content = bytearray(gzip.decompress(WHOLE_FILE) if plain else WHOLE_FILE)
    at %= len(content)
    content[at] ^= flip
    if cut:
        del content[at:]
    try:
        captures, broken = read(tmp_path, bytes(content))
    except ArchiveError:
        return
    if not plain:
        # gzip's own checksum holds here: what is read without a problem is what was written.
        good = {capture.payload for capture in captures if capture.problem is None}
        assert good <= {PAGE, PAGE * 3}
        assert broken or cut or len(captures) == 3
