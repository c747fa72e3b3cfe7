"""What every spider of the house shares: arguments, scope, the context of requests, notes of failures."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import scrapy
from scrapy import FormRequest, Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.rewalk.handler import NotInArchiveError
from archive.wire.outcomes import name_outcome
from crawler.fetching.refusals import name_refusal
from crawler.fetching.scope import OutOfScope, Scope
from crawler.planning.arguments import Arguments, read_arguments
from crawler.planning.calendar import find_today
from crawler.planning.resuming import find_run_to_resume, forget_job
from crawler.planning.rewalking import require_walkable
from crawler.planning.run import find_run_id
from crawler.telling.ledger import Note, noted, portal_of
from spiders.items import ReportPage

# What OpenSSL says of versions, ciphers, keys and handshakes that it no longer takes.
_OLD_TLS = re.compile(
    r"protocol version|unsupported protocol|wrong version|no protocols|legacy|key too small|handshake failure"
)
CONTEXT_OF_ITEM = ("run", "portal", "agency", "level", "region", "via", "kind")


class ArchivingSpider(scrapy.Spider):
    """Reads its arguments before anything is fetched and tells the ledger what failed.

    A spider names the arguments that it knows in ``known`` and makes its plan of them in ``read_plan``: whatever it
    needs to start, with ``scope`` and ``lines`` (what would be fetched) among it. The crawl command asks for the plan
    first, so that mistakes end it before a file is opened.
    """

    known: ClassVar[frozenset[str]] = frozenset()
    # The feeds that the live pipeline writes: set as attributes by Scrapy where they are given.
    documents: str | None = None
    reports: str | None = None
    wants_reports: ClassVar[bool] = True  # whether a portal without a report brought nothing
    run: str = ""
    scope: Scope = Scope()

    @classmethod
    def read_plan(cls, given: Mapping[str, str], settings: BaseSettings) -> Any:
        """The plan of the crawl; raises ``UsageError`` or ``KaijuanError`` with the line to show."""
        arguments = read_arguments(given, cls.known)
        find_today(settings)  # a date that is none ends the crawl before it begins
        require_walkable(arguments, settings)
        if arguments.resume:
            find_run_to_resume(arguments.resume, cls.name, settings)
        return cls.plan_crawl(arguments, settings)

    @classmethod
    def plan_crawl(cls, arguments: Arguments, settings: BaseSettings) -> Any:
        """To be given by each spider."""
        raise TypeError(f"{cls.__name__} makes no plan")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the plan, then the spider."""
        plan = cls.read_plan(kwargs, crawler.settings)
        if wish := kwargs.get("resume"):
            run = find_run_to_resume(wish, cls.name, crawler.settings)
            crawler.settings.set("RUN_ID", run, priority="spider")
            crawler.settings.set("ARCHIVE_RESUME", run, priority="spider")
            forget_job(crawler.settings)
        run = find_run_id(crawler.settings)
        return super().from_crawler(crawler, *args, **kwargs, plan=plan, scope=plan.scope, run=run)

    def ask(self, url: str, context: Mapping[str, str | None], callback: Any, **more: Any) -> Request:
        """A request that carries its context; keys without a value are left out. ``formdata`` makes it a POST."""
        kept = {key: value for key, value in {"run": self.run, **context}.items() if value}
        more = {"callback": callback, "errback": self.note_failure, "meta": {"context": kept}} | more
        form = more.pop("formdata", None)
        return FormRequest(url, formdata=form, **more) if form else Request(url, **more)

    def make_item(self, response: Response) -> ReportPage:
        """The item of an archived page."""
        context = response.meta.get("context", {})
        item = ReportPage(url=response.url, title=context.get("anchor"))
        for key in CONTEXT_OF_ITEM:
            setattr(item, key, context.get(key))
        position = response.meta.get("archived")
        if position is not None:
            item.record_id, item.warc, item.offset = position.record_id, position.warc, position.offset
        return item

    def note(self, portal: str, kind: str, text: str) -> None:
        """Tell the ledger, and so the person in front of the screen."""
        self.crawler.signals.send_catch_log(noted, note=Note(portal, kind, text))

    def note_failure(self, failure: Failure) -> None:
        """Name what failed; answers with a refusing status were counted when they were archived."""
        request: Request = failure.request  # type: ignore[attr-defined]
        portal = portal_of(request.meta.get("context", {}).get("portal"), request.url)
        if isinstance(failure.value, NotInArchiveError):
            return  # told where it was found out, for every request alike
        if isinstance(failure.value, OutOfScope):
            self.note(portal, "out-of-scope", f"{request.url}: {failure.value}")
        elif isinstance(failure.value, HttpError):
            answer = failure.value.response
            kind = "refused" if name_refusal(answer.status, answer.body) else "status"
            self.note(portal, kind, f"{request.url}: status {answer.status}")
        elif isinstance(failure.value, IgnoreRequest):
            self.note(portal, "ignored", f"{request.url}: {failure.value}")
        else:
            said = failure.getErrorMessage() or type(failure.value).__name__
            hint = "; tls: legacy in its row admits old versions" if _is_old_tls(failure.value, said) else ""
            self.note(portal, "failed", f"{request.url}: {said}{hint}")


def _is_old_tls(error: BaseException | None, said: str) -> bool:
    """Whether a connection failed for what only servers of old ask for."""
    return error is not None and name_outcome(error) == "tls" and bool(_OLD_TLS.search(said))
