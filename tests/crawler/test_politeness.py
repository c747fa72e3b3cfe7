import asyncio
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot

from crawler.politeness import AddressDownloader, RestingHandlers
from crawler.resolving import GuardedResolver


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


def test_hosts_of_one_address_share_a_slot_and_a_redirect_takes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"a.gov.cn": "198.51.100.7", "b.gov.cn": "198.51.100.7", "c.gov.cn": "198.51.100.8"}
    monkeypatch.setattr(GuardedResolver, "known", known)
    downloader = AddressDownloader.__new__(AddressDownloader)
    keys = [downloader.get_slot_key(Request(f"http://{name}.gov.cn:81/")) for name in "abcd"]
    assert keys == ["198.51.100.7", "198.51.100.7", "198.51.100.8", "d.gov.cn"]
    redirected = Request("http://c.gov.cn/", meta={"download_slot": "198.51.100.7"})
    assert downloader.get_slot_key(redirected) == "198.51.100.8"
