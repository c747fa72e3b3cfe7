import os
import sys
import time
from dataclasses import dataclass

import pytest

from pipelines.live.pace import Pace, Spent, read_spent


@dataclass
class Crawl:
    """A thread of a crawl that is looked at twice a second."""

    now: float = 0.0
    ran: float = 0.0
    waited: float = 0.0

    def pass_half_a_second(self, ran: float, waited: float) -> None:
        self.now += 0.5
        self.ran += ran
        self.waited += waited

    def pace(self) -> Pace:
        return Pace(lambda: Spent(self.ran, self.waited), lambda: self.now)


def test_busy_crawl_that_has_its_processor_is_no_reason_to_rest() -> None:
    crawl = Crawl()
    pace = crawl.pace()
    for _ in range(10):
        crawl.pass_half_a_second(ran=0.5, waited=0.0)
        assert not pace.is_resting()


def test_refining_rests_while_the_crawl_waits_for_a_processor_and_then_tries_again() -> None:
    crawl = Crawl()
    pace = crawl.pace()
    crawl.pass_half_a_second(ran=0.3, waited=0.2)
    assert pace.is_resting()
    rests = []
    for _ in range(25):
        crawl.pass_half_a_second(ran=0.5, waited=0.0)  # it has what refining left
        rests.append(pace.is_resting())
    assert rests == [True] * 19 + [False] * 6


def test_rest_ends_as_soon_as_the_crawl_has_little_to_do() -> None:
    crawl = Crawl()
    pace = crawl.pace()
    crawl.pass_half_a_second(ran=0.3, waited=0.2)
    assert pace.is_resting()
    crawl.pass_half_a_second(ran=0.1, waited=0.0)
    assert not pace.is_resting()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a thread waited for")
def test_system_tells_what_a_process_ran() -> None:
    before = read_spent(os.getpid())
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert read_spent(os.getpid()).ran - before.ran > 0.02


def test_nothing_is_known_of_a_process_that_is_gone() -> None:
    assert read_spent(2**22 + 1) == Spent(0.0, 0.0)
