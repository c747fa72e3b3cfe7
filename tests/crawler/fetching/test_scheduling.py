"""The queue of a crawl of many hosts: nobody is forgotten, and who has nothing under way comes first."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.squeues import FifoMemoryQueue, PickleFifoDiskQueue
from scrapy.utils.test import get_crawler

from crawler.fetching.politeness import AddressDownloader
from crawler.fetching.scheduling import AddressQueue

HOSTS = [f"h{number}.gov.cn" for number in range(40)]


class Keys:
    """What the queue asks of a downloader."""

    def __init__(self) -> None:
        self.slots: dict[str, Slot] = {}

    def get_slot_key(self, request: Request) -> str:
        """As the project's downloader does."""
        return AddressDownloader.get_slot_key(self, request)  # type: ignore[arg-type]


@pytest.fixture
def crawler() -> Crawler:
    """A crawler with a downloader and no reactor behind it."""
    crawler = get_crawler()
    crawler.engine = SimpleNamespace(downloader=Keys())  # type: ignore[assignment]
    return crawler


def make_queue(crawler: Crawler, pages: int) -> AddressQueue:
    queue = AddressQueue(crawler, FifoMemoryQueue, "")
    for host in HOSTS:
        for page in range(pages):
            queue.push(Request(f"http://{host}/{page}"))
    return queue


def begin(crawler: Crawler, request: Request) -> str:
    """What the downloader does with a request that it is handed."""
    downloader = crawler.engine.downloader
    key = downloader.get_slot_key(request)
    slot = downloader.slots.setdefault(key, Slot(1, 3.0, 0.0))
    request.meta[Downloader.DOWNLOAD_SLOT] = key
    slot.active.add(request)
    slot.transferring.add(request)
    return str(key)


def end(crawler: Crawler, queue: AddressQueue, request: Request) -> None:
    """What it does with the answer, in its order."""
    slot = crawler.engine.downloader.slots[request.meta[Downloader.DOWNLOAD_SLOT]]
    slot.transferring.remove(request)
    queue.note_end(request)
    slot.active.remove(request)


def test_every_request_is_handed_out_once(crawler: Crawler) -> None:
    queue = make_queue(crawler, 3)
    assert len(queue) == 3 * len(HOSTS)
    urls = []
    while (request := queue.pop()) is not None:
        urls.append(request.url)
    assert Counter(urls) == Counter(f"http://{host}/{page}" for host in HOSTS for page in range(3))
    assert not len(queue)


def test_each_host_has_its_first_page_before_any_has_its_second(crawler: Crawler) -> None:
    queue = make_queue(crawler, 3)
    first = [queue.pop() for _ in HOSTS]
    assert {request.url for request in first if request and begin(crawler, request)} == {f"http://{h}/0" for h in HOSTS}


def test_host_whose_answer_is_there_comes_next(crawler: Crawler) -> None:
    queue = make_queue(crawler, 3)
    first = [request for _ in HOSTS if (request := queue.pop()) and begin(crawler, request)]
    for request in (first[17], first[4]):
        end(crawler, queue, request)
    following = [request.url for _ in range(2) if (request := queue.pop())]
    assert following == [request.url[:-1] + "1" for request in (first[17], first[4])]


def test_host_that_came_back_while_nothing_waited_is_served_when_something_does(crawler: Crawler) -> None:
    queue = make_queue(crawler, 1)
    first = [request for _ in HOSTS if (request := queue.pop()) and begin(crawler, request)]
    end(crawler, queue, first[9])
    assert queue.pop() is None
    queue.push(Request("http://h9.gov.cn/again"))
    queue.push(Request("http://h3.gov.cn/again"))
    following = [request.url for _ in range(2) if (request := queue.pop())]
    assert following == ["http://h9.gov.cn/again", "http://h3.gov.cn/again"]


def test_what_waits_on_disk_is_there_in_the_next_run(crawler: Crawler, tmp_path: Path) -> None:
    queue = AddressQueue.from_crawler(crawler, PickleFifoDiskQueue, str(tmp_path / "requests.queue"))
    for number in range(6):
        queue.push(Request(f"http://h{number % 2}.gov.cn/{number}"))
    state: dict[str, Iterable[int]] = dict(queue.close())
    again = AddressQueue.from_crawler(crawler, PickleFifoDiskQueue, str(tmp_path / "requests.queue"), state)
    assert len(again) == 6
    assert len({request.url for _ in range(6) if (request := again.pop())}) == 6
