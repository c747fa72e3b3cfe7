"""A task's end of what the whole wants to know: counts while it runs, its ledger when it ends; and it ends with it."""

import json
import os
import pickle
import threading
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall

from crawler.telling.progress import Progress

_SECONDS = 1.0


class Status:
    """Scrapy extension: writes ``N.counts`` and ``N.ledger`` where the setting ``MANY_TASK`` says."""

    def __init__(self, crawler: Crawler, place: Path) -> None:
        self._crawler = crawler
        self._place = place
        self._loop: AsyncioLoopingCall | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components; for the tasks of ``crawl-many`` alone."""
        place = crawler.settings.get("MANY_TASK")
        if not place:
            raise NotConfigured
        status = cls(crawler, Path(place))
        crawler.signals.connect(status.begin, signals.spider_opened)
        crawler.signals.connect(status.end, signals.spider_closed)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        return status

    def begin(self) -> None:
        """Count from now on."""
        self._loop = AsyncioLoopingCall(self.write_counts)
        self._loop.start(_SECONDS, now=True)

    def end(self) -> None:
        """The last counts, and the ledger."""
        if self._loop is not None:
            self._loop.stop()
        self.write_counts()
        _replace(self._place.with_suffix(".ledger"), pickle.dumps(self._progress.ledger))

    def write_counts(self) -> None:
        """What the line of the whole is made of."""
        progress = self._progress
        ledger = progress.ledger
        counts: dict[str, Any] = {what: ledger.total(what) for what in ("pages", "captures", "reports")}
        counts["refusals"] = ledger.refusals
        counts["done"] = sum(not progress.open[portal] for portal in ledger.names)
        _replace(self._place.with_suffix(".counts"), json.dumps(counts).encode())

    @property
    def _progress(self) -> Progress:
        progress = self._crawler.get_extension(Progress)
        assert progress is not None
        return progress


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}")
    temporary.write_bytes(content)
    temporary.rename(path)


def _end_with_parent() -> None:
    """Whoever began the task holds the other end of its standard input, and says nothing on it."""
    while os.read(0, 1):
        pass
    os._exit(1)  # what is durable is durable; a successor waits for the lock on the rest
