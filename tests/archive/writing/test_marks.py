"""Marks are noted once, found again, and the older ones can be forgotten."""

import random

from archive.writing.marks import Marks


def test_first_number_of_a_mark_is_kept() -> None:
    chance = random.Random(1)
    wanted: dict[int, int] = {}
    marks = Marks()
    for _ in range(50_000):
        mark, number = chance.choice((chance.getrandbits(64), chance.getrandbits(12))), chance.getrandbits(63)
        assert marks.note(mark, number) is (mark not in wanted)
        wanted.setdefault(mark, number)
    assert len(marks) == len(wanted)
    assert all(marks.get(mark) == number for mark, number in wanted.items())
    assert (1 << 63) + 5 not in marks
    assert marks.get(7 << 40) is None


def test_number_that_looks_like_a_mark_is_no_mark() -> None:
    marks = Marks()
    marks.note(4096, 8192)
    assert 8192 not in marks
    assert marks.note(8192, 1)
    assert marks.get(8192) == 1


def test_younger_half_is_remembered() -> None:
    marks = Marks()
    for mark in range(40_960):
        marks.note(mark, mark)
    marks.forget_older_half()
    assert len(marks) == 20_480
    assert 0 not in marks
    assert marks.get(40_959) == 40_959
