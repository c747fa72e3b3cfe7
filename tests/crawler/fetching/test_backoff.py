"""Hosts that refuse or ask for patience get it: seen at the server."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path

import pytest

from benchmarks.ports import find_port
from crawler.fetching.backoff import read_retry_after
from crawler.fetching.politeness import PatientSlot
from tests.commands import crawl_urls, read_lines
from tests.loopback import Answer, Asked, serving

PAGE = Answer("<html><body><p>本年度没有收到申请。</p></body></html>".encode())
REFUSAL = Answer(b"<html><script>document.cookie='a=b';location.reload()</script></html>", status=412)


def after(first: int, refusals: int) -> Callable[[], Answer]:
    """A firewall's answers: pages at first, then refusals, then pages again."""
    asked = count()
    return lambda: REFUSAL if first <= next(asked) < first + refusals else PAGE


def gaps(log: list[Asked]) -> list[float]:
    times = [each.at for each in log]
    return [later - earlier for earlier, later in pairwise(times)]


def test_page_refused_once_comes_after_a_pause(tmp_path: Path) -> None:
    log: list[Asked] = []
    answer = after(first=2, refusals=1)
    with serving({f"/{number}": answer for number in range(4)}, log) as origin:
        done = crawl_urls(tmp_path, [f"{origin}/{number}" for number in range(4)])
    assert done.returncode == 0, done.stderr
    lines = read_lines(tmp_path / "live-documents.jsonl")
    assert {line["url"].rpartition("/")[2] for line in lines} == {"0", "1", "2", "3"}
    asked = [each for each in log if each.path != "/robots.txt"]
    assert len(asked) == 5
    assert gaps(asked)[2] >= 0.5


def test_pauses_double_and_a_host_that_goes_on_refusing_is_left_alone(tmp_path: Path) -> None:
    log: list[Asked] = []
    with serving({f"/{number}": REFUSAL for number in range(20)}, log) as origin:
        done = crawl_urls(tmp_path, [f"{origin}/{number}" for number in range(20)], "-s", "BACKOFF_GIVE_UP=3")
    assert done.returncode == 3
    assert "refused 3 times in a row and is left alone" in done.stderr
    asked = [each for each in log if each.path != "/robots.txt"]
    assert len(asked) == 3
    assert gaps(asked)[0] >= 0.5
    assert gaps(asked)[1] >= 1.0


def test_retry_after_is_obeyed(tmp_path: Path) -> None:
    log: list[Asked] = []
    answers = iter([Answer(b"busy", status=503, headers={"Retry-After": "2"}), PAGE])
    with serving({"/1": lambda: next(answers)}, log) as origin:
        assert crawl_urls(tmp_path, [f"{origin}/1"]).returncode == 0
    asked = [each for each in log if each.path == "/1"]
    assert len(asked) == 2
    assert gaps(asked)[0] >= 2


def test_crawl_delay_of_robots_txt_is_obeyed(tmp_path: Path) -> None:
    log: list[Asked] = []
    robots = Answer(b"User-agent: *\nCrawl-delay: 0.7\nDisallow: /no\n", "text/plain")
    with serving({"/robots.txt": robots, **{f"/{number}": PAGE for number in range(3)}}, log) as origin:
        assert crawl_urls(tmp_path, [f"{origin}/{number}" for number in range(3)]).returncode == 0
    assert log[0].path == "/robots.txt"
    assert min(gaps(log)) >= 0.7


def test_forbidden_robots_txt_is_no_refusal(tmp_path: Path) -> None:
    log: list[Asked] = []
    with serving({"/robots.txt": Answer(b"no", status=403), "/1": PAGE}, log) as origin:
        done = crawl_urls(tmp_path, [f"{origin}/1"], "-s", "BACKOFF_DELAYS=1", "-s", "BACKOFF_GIVE_UP=1")
    assert done.returncode == 0, done.stderr
    assert [each.path for each in log] == ["/robots.txt", "/1"]


def test_silent_host_is_given_up(tmp_path: Path) -> None:
    origin = f"http://127.0.0.1:{find_port()}"  # where nobody is
    done = crawl_urls(tmp_path, [f"{origin}/{number}" for number in range(8)], "-s", "OUTAGE_GIVE_UP=4")
    assert done.returncode == 3
    assert "did not answer" in done.stderr


def test_jitter_comes_on_top_of_the_delay() -> None:
    random.seed(5)
    delays = [PatientSlot(1, 3.0, 0.1).download_delay() for _ in range(500)]
    assert 3.0 <= min(delays) < 3.01
    assert 3.29 < max(delays) <= 3.3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120.0),
        (b" 0 ", 0.0),
        (b"Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        (b"Sun, 22 Nov 2026 09:00:30 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (None, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: bytes | None, seconds: float | None) -> None:
    assert read_retry_after(value, datetime(2026, 11, 22, 10, 0, tzinfo=UTC)) == seconds
