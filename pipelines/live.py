"""The live item pipeline: refines what the crawl archives, beside the reactor, from the archive itself.

Every archived answer of status 200 is refined, also those that no callback saw; a page that a spider yields gets its
document and report before it goes on to Scrapy's exporters.
"""

import asyncio
import logging
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler

from archive.position import Position
from archive.reading import read_capture
from archive.signals import exchange_archived
from pipelines.errors import PipelineError
from pipelines.feeds import Refined
from pipelines.refine import give_up, refine_at
from pipelines.sightings import find_sighting, may_be_sighting
from pipelines.sink import Sink
from pipelines.workers import CORES, WorkerDiedError, Workers

logger = logging.getLogger(__name__)

# Sent through ``crawler.signals`` for each capture refined, with ``document`` and ``report``, its feed lines.
refined = object()

# Results kept for pages that the spider is about to yield; a page that comes later is refined again.
KEPT = 64


class LivePipeline:
    """Feed lines and rows while the crawl runs; closing the spider waits for the last of them."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._pending: deque[Position] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._results: OrderedDict[str, asyncio.Future[Refined]] = OrderedDict()
        self._sink: Sink | None = None
        self._broken = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.note_exchange, exchange_archived)
        return pipeline

    def open_spider(self) -> None:
        """Open the feeds and the store that the spider's arguments and the settings name."""
        spider, settings = self.crawler.spider, self.crawler.settings
        count = settings.getint("REFINE_WORKERS") or max(1, CORES - 1)
        self._workers = Workers(count)
        self._window = 2 * count
        self._folder = Path(settings.get("ARCHIVE_DIR"))
        # One thread writes, so that lines and transactions never mix and the reactor never waits for a disk.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sink")
        self._sink = Sink(
            documents=getattr(spider, "documents", None),
            reports=getattr(spider, "reports", None),
            database_url=settings.get("DATABASE_URL") or None,
        )

    def note_exchange(self, position: Position) -> None:
        """Take an archived exchange into the queue if it makes a line or tells that a page is gone or unchanged."""
        if position.status == 200:
            self._results[position.record_id] = asyncio.get_running_loop().create_future()
        elif not may_be_sighting(position.status):
            return
        self._pending.append(position)
        self._fill()

    async def process_item(self, item: Any) -> Any:
        """Give a page that the spider yields its document and report."""
        adapter = ItemAdapter(item)
        if adapter.get("record_id") and "document" in adapter.field_names():
            lines = await self._result_of(adapter)
            adapter["document"], adapter["report"] = lines.document, lines.report
        return item

    async def close_spider(self) -> None:
        """Wait until everything archived is refined and written."""
        while self._under_way or self._pending:
            await asyncio.wait(set(self._under_way))
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._workers.close)
        if self._sink is not None:
            await loop.run_in_executor(self._writer, self._finish, self._sink)
        self._writer.shutdown()

    def _finish(self, sink: Sink) -> None:
        """Settle and close; a store that fails now is told in one line, and makes the crawl a failed one."""
        try:
            if not self._broken:
                sink.settle()
            sink.close()
        except PipelineError as error:
            if not self._broken and self.crawler.stats is not None:
                logger.error("%s", error)
                self.crawler.stats.inc_value("spider_exceptions/count")

    async def _result_of(self, page: ItemAdapter) -> Refined:
        result = self._results.get(page["record_id"])
        if result is not None:
            return await asyncio.shield(result)
        return await self._lines_of(str(self._folder / page["warc"]), page["offset"], None)

    def _fill(self) -> None:
        while self._pending and len(self._under_way) < self._window:
            task = asyncio.ensure_future(self._refine(self._pending.popleft()))
            self._under_way.add(task)
            task.add_done_callback(self._take_out)

    def _take_out(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._stop(error)
        self._fill()

    async def _refine(self, position: Position) -> None:
        if position.status == 200:
            await self._write_lines(position)
        else:
            await asyncio.get_running_loop().run_in_executor(self._writer, partial(self._note, position))

    def _note(self, position: Position) -> None:
        sighting = find_sighting(read_capture(str(position.path), position.offset))
        if sighting is not None and self._sink is not None:
            self._sink.note(sighting)

    async def _write_lines(self, position: Position) -> None:
        original = (str(position.original[0]), position.original[1]) if position.original else None
        try:
            lines = await self._lines_of(str(position.path), position.offset, original)
        except Exception as error:
            self._fail(position.record_id, error)
            raise
        self._keep(position.record_id, lines)
        assert self._sink is not None
        await asyncio.get_running_loop().run_in_executor(self._writer, partial(self._sink.write, lines))
        self.crawler.signals.send_catch_log(refined, document=lines.document, report=lines.report)
        self._count(lines)

    async def _lines_of(self, path: str, offset: int, original: tuple[str, int] | None) -> Refined:
        try:
            return await asyncio.wrap_future(self._workers.submit(refine_at, path, offset, original))
        except WorkerDiedError:
            logger.error("%s at %s: the page killed its process twice; it is given up", path, offset)
            return give_up(read_capture(path, offset))

    def _keep(self, record_id: str, lines: Refined) -> None:
        self._results[record_id].set_result(lines)
        while len(self._results) > KEPT and next(iter(self._results.values())).done():
            self._results.popitem(last=False)

    def _fail(self, record_id: str, error: Exception) -> None:
        """Who waits for the page must not wait for ever; nobody has to."""
        result = self._results.pop(record_id)
        result.set_exception(error)
        result.exception()

    def _stop(self, error: BaseException) -> None:
        if self._broken:
            return
        self._broken = True
        if not isinstance(error, PipelineError):
            error = PipelineError(f"refining stopped: {type(error).__name__}: {error}; the archive is whole: replay it")
        logger.error("%s", error)
        if self.crawler.engine is not None:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="refine-failed"))

    def _count(self, lines: Refined) -> None:
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"refine/{lines.document['kind']}")
            if lines.document["rejected"]:
                self.crawler.stats.inc_value(f"refine/rejected/{lines.document['rejected']}")
