"""While a crawl runs and when it ends, a person sees what came: a line on the terminal, then the table."""

from collections import Counter
from time import monotonic
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.asyncio import AsyncioLoopingCall

from archive.position import Position
from archive.rewalk.handler import not_archived
from archive.signals import exchange_archived
from crawler.fetching.backoff import refused
from crawler.fetching.stopping import stopped
from crawler.telling.ledger import Ledger, Note, Visit, noted, portal_of, visited
from crawler.telling.summary import print_summary
from pipelines.live.pipeline import LivePipeline, refined

TERMINAL_SECONDS = 0.5
PLAIN_SECONDS = 10.0
PLAIN_WIDTH = 120
LEAST_LEFT = 20  # captures; fewer are on their way


class Progress:
    """Scrapy extension: feeds the ledger from the crawl's signals and shows it on stderr.

    ``PROGRESS_ENABLED = False`` keeps the ledger and its exit code and prints nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.ledger = Ledger({})
        self.open: Counter[str] = Counter()  # requests of a portal that are neither answered nor given up
        self.console = Console(stderr=True, highlight=False)
        if not self.console.is_terminal:
            self.console = Console(stderr=True, highlight=False, width=PLAIN_WIDTH)
        self.started: float | None = None  # on the monotonic clock; a crawl that could not begin has none
        self._shown = 0.0  # likewise
        self._live: Live | None = None
        self._loop: AsyncioLoopingCall | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        if getattr(crawler.spider, "plan", None) is None:
            raise NotConfigured("the spider makes no plan")
        extension = cls(crawler)
        listeners = {
            signals.spider_opened: extension.begin,
            signals.spider_closed: extension.end,
            signals.request_scheduled: extension.count_asked,
            signals.request_dropped: extension.count_dropped,
            signals.response_received: extension.count_answered,
            refused: extension.count_refused,
            exchange_archived: extension.count_archived,
            refined: extension.count_refined,
            noted: extension.count_note,
            not_archived: extension.count_missing,
            visited: extension.count_visit,
            stopped: extension.say_farewell,
        }
        for signal, listener in listeners.items():
            crawler.signals.connect(listener, signal)
        return extension

    def begin(self) -> None:
        """Open the accounts of the plan, and the line."""
        spider: Any = self.crawler.spider
        expected = getattr(spider.plan, "expected", None)
        self.ledger = Ledger(spider.plan.names, wants_reports=spider.wants_reports, expected=expected)
        self.started = self._shown = monotonic()
        if not self.crawler.settings.getbool("PROGRESS_ENABLED", True):
            return
        if self.console.is_terminal:
            self._live = Live("", console=self.console, auto_refresh=False, transient=True)
            self._live.start()
        self._loop = AsyncioLoopingCall(self.show)
        self._loop.start(TERMINAL_SECONDS, now=False)

    def show(self) -> None:
        """The line of the moment."""
        if self._live:
            self._live.update(self.line, refresh=True)
        elif monotonic() - self._shown >= PLAIN_SECONDS:
            self._shown = monotonic()
            self.console.print(self.line)

    def say_farewell(self) -> None:
        """What is still to be done, and what a person can do who cannot wait for it."""
        if not self.crawler.settings.getbool("PROGRESS_ENABLED", True):
            return
        left = f", and then {self._to_refine} captures are refined" if self._to_refine else ""
        again = "Ctrl-C again stops at once: scrapy index then closes the archive, and scrapy replay refines the rest"
        self.console.print(f"Stopping: what is under way is finished{left}. {again}", soft_wrap=True)

    @property
    def line(self) -> str:
        """Portals done, pages, captures, reports, refusals, captures that are not yet refined, seconds."""
        ledger, seconds = self.ledger, monotonic() - (self.started or 0)
        done = sum(not self.open[portal] for portal in ledger.names)
        return (
            f"portals {done}/{len(ledger.names)} · pages {ledger.total('pages')} · captures {ledger.total('captures')}"
            f" · reports {ledger.total('reports')} · refusals {ledger.refusals}{self._left} · {seconds:.0f} s"
        )

    @property
    def _left(self) -> str:
        return f" · to refine {self._to_refine}" if self._to_refine >= LEAST_LEFT else ""

    @property
    def _to_refine(self) -> int:
        pipeline = self.crawler.get_item_pipeline(LivePipeline)
        return pipeline.left if pipeline is not None else 0

    def end(self, reason: str) -> None:
        """Close the line, print the table, leave the numbers in Scrapy's stats."""
        if self._loop:
            self._loop.stop()
        if self._live:
            self._live.stop()
        self.crawler.stats.set_value("ledger/lacking", len(self.ledger.failing))
        self.crawler.stats.set_value("ledger/refusals", self.ledger.refusals)
        if self.started is not None and self.crawler.settings.getbool("PROGRESS_ENABLED", True):
            print_summary(self.console, self.ledger, self.crawler, reason)

    def count_asked(self, request: Request) -> None:
        """A new request; redirects and retries go on with an old one."""
        if not request.meta.get("redirect_times") and not request.meta.get("retry_times"):
            self.open[_portal(request)] += 1

    def count_dropped(self, request: Request) -> None:
        """A duplicate."""
        self.open[_portal(request)] -= 1

    def count_answered(self, response: Response, request: Request) -> None:
        """An answer that goes to the spider, or robots.txt."""
        if not request.meta.get("dont_obey_robotstxt"):
            self.open[_portal(request)] -= 1

    def count_refused(self, request: Request, name: str) -> None:
        """A refusal."""
        self.ledger.add_refusal(_portal(request), name)

    def count_archived(self, position: Position, request: Request) -> None:
        """An exchange that is durable."""
        kind = request.meta.get("context", {}).get("kind")
        self.ledger.add_capture(_portal(request), position.url, position.status, position.warc, kind)

    def count_refined(self, document: dict[str, Any], report: dict[str, Any] | None) -> None:
        """A capture's feed lines."""
        self.ledger.add_document(document, report)

    def count_note(self, note: Note) -> None:
        """A spider's word; all but those on answers and pagers end a request."""
        if note.kind in {"failed", "out-of-scope", "ignored"}:
            self.open[note.portal] -= 1
        self.ledger.add_note(note)

    def count_missing(self, request: Request) -> None:
        """A request of a re-walk that the archive knows nothing of; a robots.txt that it lacks forbids nothing."""
        if not request.meta.get("dont_obey_robotstxt"):
            self.open[_portal(request)] -= 1
            self.ledger.add_note(Note(_portal(request), "not-archived", request.url))

    def count_visit(self, visit: Visit) -> None:
        """What a spider knows of a portal from earlier crawls."""
        self.ledger.add_visit(visit)


def _portal(request: Request) -> str:
    return portal_of(request.meta.get("context", {}).get("portal"), request.url)
