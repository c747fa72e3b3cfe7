"""The live item pipeline: has refined what the crawl archives, beside the reactor, from the archive itself.

Every archived answer of status 200 is refined, also those that no callback saw; a page that a spider yields gets its
document and report before it goes on to Scrapy's exporters. Fetching never waits for it: refining has a process of
its own that lags as far as it must, and the crawl's end waits for the last page.
"""

import asyncio
import logging
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from time import monotonic
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive.position import Position
from archive.signals import exchange_archived
from archive.wire.keeper import CLOSE_REASON
from pipelines.errors import PipelineError
from pipelines.feeds import Line, Refined
from pipelines.live.backlog import Backlog
from pipelines.live.messages import Closed, Done
from pipelines.live.plan import RefiningPlan
from pipelines.live.supervision import RefiningProcess
from pipelines.live.waiting import WaitingPages
from pipelines.sightings import may_be_sighting
from pipelines.workers import CORES

logger = logging.getLogger(__name__)

# Sent through ``crawler.signals`` for each capture refined, with ``document`` and ``report``, its feed lines in outline
# (``pipelines.live.messages``).
refined = object()


class LivePipeline:
    """Feed lines and rows while the crawl runs; closing the spider waits for the last of them."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.left = 0  # exchanges that are archived and not yet refined
        self._folder = Path(crawler.settings.get("ARCHIVE_DIR"))
        self._process: RefiningProcess | None = None
        self._paths: dict[str, Path] = {}  # by base name, of a re-walk's files in many folders
        self._waiting = WaitingPages()
        self._awaited: dict[str, tuple[ItemAdapter, asyncio.Future[Refined]]] = {}
        self._sent: set[asyncio.Task[None]] = set()
        self._broken = False
        self._is_holding = False
        self._last_at = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.note_exchange, exchange_archived)
        return pipeline

    async def open_spider(self) -> None:
        """Open the feeds and the store that the spider's arguments and the settings name. Raises ``PipelineError``."""
        spider, settings = self.crawler.spider, self.crawler.settings
        plan = RefiningPlan(
            documents=getattr(spider, "documents", None),
            reports=getattr(spider, "reports", None),
            database_url=settings.get("DATABASE_URL") or None,
            workers=settings.getint("REFINE_WORKERS") or max(1, CORES - 1),
        )
        # A re-walk writes nothing into the archive.
        self._backlog = Backlog(Path(gettempdir()) if settings.get("ARCHIVE_REPLAY") else self._folder)
        process = RefiningProcess(plan, self._backlog, self._take, self._send_on, self._stop)
        await process.open()
        self._process = process

    def note_exchange(self, position: Position) -> None:
        """Take an archived exchange into the backlog if it makes a line or tells that a page is gone or unchanged."""
        if position.status == 200 or may_be_sighting(position.status):
            self._last_at = monotonic()
            self._paths[position.warc] = position.path
            self._ask(lambda: self._backlog.add(position))

    def let_wait(self, item: Any) -> bool:
        """Whether a page that the spider yields waits here, on disk; it is sent on when its lines have come."""
        page = ItemAdapter(item)
        if self._broken or not _wants_lines(page) or not self._waiting.put(page["record_id"], item):
            return False
        self._wish(page["record_id"])
        return True

    async def process_item(self, item: Any) -> Any:
        """Give a page its document and report, if it came without waiting for them."""
        page = ItemAdapter(item)
        if _wants_lines(page):
            _complete(page, await self._lines_of(page))
        return item

    async def close_spider(self) -> None:
        """Wait until everything is settled; a store that fails now makes the crawl a failed one."""
        if self._process is None:
            return
        closed = await self._process.close(kill=self._broken)
        self._backlog.close()
        self._waiting.close()
        self._tell_time(closed)

    def _take(self, done: Done) -> None:
        """What a capture was refined to, or the word that an answer without lines was noted."""
        if done.document is not None and not done.again:
            self._count(done.document)
            self.crawler.signals.send_catch_log(refined, document=done.document, report=done.report)
        if self._broken:
            return
        self.left -= 1
        self._ask_for_late_ones()
        self._hold_scraper()

    def _send_on(self, lines: Refined) -> None:
        """Complete the items that wait for a record, and let them go on."""
        record_id = lines.document["record_id"]
        is_given = False
        if awaited := self._awaited.pop(record_id, None):
            awaited[1].set_result(lines)
            is_given = True
        for item in self._waiting.take(record_id):
            _complete(ItemAdapter(item), deepcopy(lines) if is_given else lines)  # pipelines may change a page
            is_given = True
            task = asyncio.ensure_future(self._scraper.start_itemproc_async(item, response=None))
            self._sent.add(task)
            task.add_done_callback(self._end_sending)

    def _end_sending(self, task: asyncio.Task[None]) -> None:
        self._sent.discard(task)
        self._let_close()  # Scrapy looks after each answer, and this page came by itself

    async def _lines_of(self, page: ItemAdapter) -> Refined:
        if self._broken:
            raise _drop()
        future = asyncio.get_running_loop().create_future()
        _, future = self._awaited.setdefault(page["record_id"], (page, future))
        self._wish(page["record_id"])
        return await asyncio.shield(future)

    def _wish(self, record_id: str) -> None:
        assert self._process is not None
        self._process.wish(record_id)
        self._ask_for_late_ones()

    def _ask_for_late_ones(self) -> None:
        """Where nothing is left and pages wait all the same, they came so late that their lines were forgotten."""
        if self.left or self._broken or not (self._awaited or len(self._waiting)):
            return
        late = [page for page, _ in self._awaited.values()] + [ItemAdapter(item) for item in self._waiting.all()]
        for warc, offset in dict.fromkeys((page["warc"], page["offset"]) for page in late):
            path = str(self._paths.get(warc, self._folder / warc))
            self._ask(partial(self._backlog.add_again, path, offset))

    def _ask(self, add: Callable[[], None]) -> None:
        if self._broken:
            return
        try:
            add()
        except OSError as error:
            self._stop(_full(self._folder, error))
            return
        self.left += 1
        self._hold_scraper()

    @property
    def _scraper(self) -> Scraper:
        assert self.crawler.engine is not None
        return self.crawler.engine.scraper

    def _hold_scraper(self) -> None:
        """While exchanges are left Scrapy counts one more item in its pipelines, and so does not end the crawl."""
        if bool(self.left) == self._is_holding:
            return
        self._is_holding = not self._is_holding
        slot = self._scraper.slot
        assert slot is not None
        slot.itemproc_size += 1 if self._is_holding else -1
        self._let_close()

    def _let_close(self) -> None:
        """Where Scrapy waits for the last item to end the crawl, have it look whether that was it."""
        slot = self._scraper.slot
        if slot is not None and slot.closing is not None and not slot.closing.called:
            self._scraper._check_if_closing()

    def _stop(self, error: PipelineError) -> None:
        """Refining cannot go on: end the crawl as a failed one, with one line."""
        if self._broken:
            return
        self._broken = True
        if self.crawler.stats.get_value("finish_reason") != CLOSE_REASON:  # an archive that fails has said why
            logger.error("%s", error)
        self.crawler.stats.inc_value("spider_exceptions/count")
        for _, future in self._awaited.values():
            future.set_exception(_drop())
            future.exception()  # who waits hears of it; nobody has to
        self.left = 0
        self._hold_scraper()
        if self.crawler.engine is not None and self.crawler.engine.spider is not None:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="refine-failed"))

    def _count(self, document: Line) -> None:
        self.crawler.stats.inc_value(f"refine/{document['kind']}")
        self.crawler.stats.inc_value("refine/captures")
        if document["rejected"]:
            self.crawler.stats.inc_value(f"refine/rejected/{document['rejected']}")

    def _tell_time(self, closed: Closed | None) -> None:
        if closed is not None:
            self.crawler.stats.set_value("refine/seconds", round(closed.seconds, 3))
            self.crawler.stats.set_value("refine/seconds_behind", round(monotonic() - self._last_at, 3))


def _wants_lines(page: ItemAdapter) -> bool:
    return bool("document" in page.field_names() and page.get("record_id") and page["document"] is None)


def _complete(page: ItemAdapter, lines: Refined) -> None:
    page["document"], page["report"] = lines.document, lines.report


def _drop() -> DropItem:
    return DropItem("refining has stopped", log_level="DEBUG")  # why, and what to do, is told once


def _full(folder: Path, error: OSError) -> PipelineError:
    return PipelineError(f"{folder}: the backlog cannot be written ({error.strerror}); make room, then scrapy replay")
