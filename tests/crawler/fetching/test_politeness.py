import asyncio
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from twisted.internet.defer import Deferred

from archive.wire.handler import ANSWERED_AT
from crawler.fetching.politeness import AddressDownloader, RestingHandlers
from crawler.fetching.resolving import GuardedResolver


@pytest.mark.parametrize("fails", [False, True])
def test_delay_begins_when_the_answer_is_whole(*, fails: bool) -> None:
    async def answer(_: Request) -> str:
        await asyncio.sleep(0.05)
        if fails:
            raise TimeoutError
        return "answer"

    slot = Slot(1, 3.0, 0.0)
    slot.lastseen = asked = monotonic()
    handlers: Any = SimpleNamespace(download_request_async=answer)
    resting = RestingHandlers(handlers, {"198.51.100.7": slot})
    request = Request("http://www.zj.gov.cn/", meta={"download_slot": "198.51.100.7"})
    if fails:
        with pytest.raises(TimeoutError):
            asyncio.run(resting.download_request_async(request))
    else:
        asyncio.run(resting.download_request_async(request))
    assert slot.lastseen - asked >= 0.05


def test_time_that_the_disk_takes_is_part_of_the_delay() -> None:
    async def answer(request: Request) -> str:
        request.meta[ANSWERED_AT] = answered_at = monotonic()
        await asyncio.sleep(0.05)  # until it is durable
        return str(answered_at)

    slot = Slot(1, 3.0, 0.0)
    handlers: Any = SimpleNamespace(download_request_async=answer)
    request = Request("http://www.zj.gov.cn/", meta={"download_slot": "198.51.100.7"})
    answered = asyncio.run(RestingHandlers(handlers, {"198.51.100.7": slot}).download_request_async(request))
    assert str(slot.lastseen) == answered  # type: ignore[comparison-overlap] # it is the time, here
    assert ANSWERED_AT not in request.meta


def test_hosts_of_one_address_share_a_slot_and_a_redirect_takes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"a.gov.cn": "198.51.100.7", "b.gov.cn": "198.51.100.7", "c.gov.cn": "198.51.100.8"}
    monkeypatch.setattr(GuardedResolver, "known", known)
    downloader = AddressDownloader.__new__(AddressDownloader)
    keys = [downloader.get_slot_key(Request(f"http://{name}.gov.cn:81/")) for name in "abcd"]
    assert keys == ["198.51.100.7", "198.51.100.7", "198.51.100.8", "d.gov.cn"]
    redirected = Request("http://c.gov.cn/", meta={"download_slot": "198.51.100.7"})
    assert downloader.get_slot_key(redirected) == "198.51.100.8"


def test_a_full_queue_without_a_delay_keeps_to_the_number_of_connections() -> None:
    under_way: list[int] = []

    class Handlers:
        busy = 0

        async def download_request_async(self, _: Request) -> str:
            self.busy += 1
            under_way.append(self.busy)
            await asyncio.sleep(0.001)
            self.busy -= 1
            return "answer"

    async def download_all() -> None:
        downloader: Any = AddressDownloader.__new__(AddressDownloader)
        downloader.handlers = Handlers()
        downloader.signals = SimpleNamespace(send_catch_log=lambda **_: None)
        downloader.crawler = SimpleNamespace(spider=None)
        slot = Slot(2, 0.0, 0.0)
        waiting: list[Deferred[Any]] = [Deferred() for _ in range(10)]
        slot.queue.extend((Request(f"http://www.zj.gov.cn/{number}"), each) for number, each in enumerate(waiting))
        downloader._process_queue(slot)
        while not all(each.called for each in waiting):
            await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(download_all(), 20))
    assert len(under_way) == 10
    assert max(under_way) == 2
