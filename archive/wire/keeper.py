"""One crawler's archive: one writer however many download handlers Scrapy builds, its counts, and its failure."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Self
from weakref import WeakKeyDictionary

import scrapy
import twisted
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from twisted.internet.defer import Deferred

from archive.errors import ArchiveError
from archive.format.exchange import Exchange
from archive.format.gzipping import LEVEL
from archive.format.warcformat import CONFORMS_TO
from archive.index.runs import index_folder, update_runs
from archive.position import Position
from archive.writing.recovery import recover_folder
from archive.writing.writer import Writer, WriterOptions, prepare_folder

logger = logging.getLogger(__name__)

CLOSE_REASON = "archive-failed"

_keepers: "WeakKeyDictionary[Crawler, Keeper]" = WeakKeyDictionary()


class NotArchivedError(IgnoreRequest):
    """An exchange that could not be kept, and so is not delivered; the crawl is being stopped."""


class Keeper:
    """Writes a crawl's exchanges and counts them; the first write that fails stops the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._error: ArchiveError | None = None
        options = _read_options(crawler)
        prepare_folder(options.folder)
        recover_folder(options.folder)
        index_folder(options.folder)
        self._folder = options.folder
        self._writer = Writer(options, _call_in_reactor)
        crawler.signals.connect(self._finish, signals.spider_closed)
        crawler.signals.connect(self._close, signals.engine_stopped)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The crawler's keeper. The first call makes the folder, mends what a crash left, raises ``ArchiveError``."""
        keeper = _keepers.get(crawler)
        if keeper is None:
            keeper = _keepers[crawler] = cls(crawler)
        assert isinstance(keeper, cls)
        return keeper

    async def keep(self, exchange: Exchange) -> Position:
        """Return once the exchange is durable. Raises ``NotArchivedError``, after the crawl was told to stop."""
        self.require_sound()
        try:
            position = await _wait(self._writer.submit(exchange))
        except ArchiveError as error:
            self._fail(error)
            self.require_sound()
            raise
        assert position is not None
        self._count(exchange)
        if position.original is not None:
            self._stats("revisits")
        return position

    def require_sound(self) -> None:
        """Raise ``NotArchivedError`` if a write has failed: nothing more is fetched then."""
        if self._error is not None:
            raise NotArchivedError(f"not fetched, since it could not be archived: {self._error}") from self._error

    async def _finish(self) -> None:
        await self._settle(self._writer.finish())

    async def _close(self) -> None:
        await self._settle(self._writer.close())
        self._tell_reason()
        try:
            update_runs(self._folder)
        except ArchiveError as error:
            if self._error is None:
                logger.warning("%s; the files are whole, scrapy index merges their indexes", error)

    async def _settle(self, future: "Future[Position | None]") -> None:
        try:
            await _wait(future)
        except ArchiveError as error:
            self._fail(error)

    def _fail(self, error: ArchiveError) -> None:
        if self._error is not None:
            return
        self._error = error
        logger.critical("%s. The crawl stops; what was archived before is whole", error)
        self._stats("failed")
        self._tell_reason()
        engine = self._crawler.engine
        if engine.spider is not None:
            # Not awaited: closing waits for the very download that is failing here.
            deferred_from_coro(engine.close_spider_async(reason=CLOSE_REASON))

    def _tell_reason(self) -> None:
        """A crawl whose last file could not be closed has not finished, whatever reason it was closed for."""
        if self._error is not None:
            self._crawler.stats.set_value("finish_reason", CLOSE_REASON)

    def _count(self, exchange: Exchange) -> None:
        self._stats("exchanges")
        self._stats("bytes", len(exchange.request) + len(exchange.response))
        if exchange.outcome != "ok":
            self._stats(f"outcome/{exchange.outcome}")
        if exchange.status is None:
            self._stats("failures")
        if exchange.truncated:
            self._stats("truncated")
        if exchange.rebuilt:
            self._stats("rebuilt")

    def _stats(self, what: str, count: int = 1) -> None:
        self._crawler.stats.inc_value(f"archive/{what}", count)


def _read_options(crawler: Crawler) -> WriterOptions:
    settings = crawler.settings
    return WriterOptions(
        folder=Path(settings.get("ARCHIVE_DIR", "var/warc")),
        prefix=str(settings.get("ARCHIVE_PREFIX") or settings.get("BOT_NAME") or "archive"),
        rotate_bytes=settings.getint("ARCHIVE_ROTATE_BYTES", 1 << 30),
        rotate_seconds=settings.getfloat("ARCHIVE_ROTATE_SECONDS", 3600.0),
        gzip_level=settings.getint("ARCHIVE_GZIP_LEVEL", LEVEL),
        revisits=settings.getbool("ARCHIVE_REVISITS", True),
        describe=lambda: _describe(crawler),
    )


def _describe(crawler: Crawler) -> Iterable[tuple[str, str]]:
    """The fields of warcinfo (WARC 1.1, 6.2, and the Dublin Core terms that crawlers write there by custom)."""
    settings = crawler.settings
    fields = {
        "software": f"{settings.get('BOT_NAME')} (Scrapy/{scrapy.__version__} Twisted/{twisted.__version__})",
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
        "operator": settings.get("ARCHIVE_OPERATOR"),
        "spider": getattr(crawler.spider, "name", None),
        "isPartOf": settings.get("RUN_ID") or getattr(crawler.spider, "run", None),
        "robots": "classic" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": settings.get("USER_AGENT"),
        "http-header-from": settings.get("ARCHIVE_FROM"),
    }
    fields |= settings.getdict("ARCHIVE_WARCINFO")
    return [(name, str(value)) for name, value in fields.items() if value]


def _call_in_reactor(call: Callable[[], None]) -> None:
    """Run what the writer's thread has to tell in the reactor's."""
    from twisted.internet import reactor

    reactor.callFromThread(call)


async def _wait(future: "Future[Position | None]") -> Position | None:
    """Wait, in the reactor, for what the writer will do."""
    if not future.done():
        waiting: Deferred[None] = Deferred()
        future.add_done_callback(lambda _: waiting.callback(None))
        await maybe_deferred_to_future(waiting)
    return future.result()
