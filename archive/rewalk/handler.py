"""The download handler of a re-walk, for every scheme: it has no connection to make."""

import logging
from pathlib import Path
from typing import Self
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from archive.errors import ArchiveError
from archive.format.warcfile import say_unwritable
from archive.position import Position
from archive.rewalk.answers import Answers
from archive.rewalk.holdings import Holdings, read_moment
from archive.signals import exchange_archived

logger = logging.getLogger(__name__)

# Sent through ``crawler.signals`` with ``request``, once for each address and body that the archive does not have.
not_archived = object()

_HANDLER = "archive.rewalk.handler.RewalkHandler"
_RESOLVER = "archive.rewalk.names.NoNames"

_walks: "WeakKeyDictionary[Crawler, Rewalk]" = WeakKeyDictionary()


class NotInArchiveError(Exception):
    """The archive knows nothing of a request: neither an answer nor a failure."""


class Rewalk:
    """One crawler's archive to ask. Settings: ``ARCHIVE_REPLAY`` (folder, file or glob), ``ARCHIVE_REPLAY_TIME``,
    ``ARCHIVE_REPLAY_MISSING`` (a file for the addresses that are not archived, one a line).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        moment = read_moment(str(crawler.settings.get("ARCHIVE_REPLAY_TIME") or ""))
        self._missing: dict[tuple[str, str, bytes], str] = {}
        missing = crawler.settings.get("ARCHIVE_REPLAY_MISSING")
        self._missing_file = Path(missing) if missing else None
        self._write_missing()
        self._holdings = Holdings(str(crawler.settings["ARCHIVE_REPLAY"]), moment)
        self._answers = Answers(self._holdings)
        self._told: set[tuple[str, int]] = set()  # captures announced: path, offset
        crawler.signals.connect(self._close, signals.engine_stopped)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The crawler's; the first call opens the archive. Raises ``ArchiveError``."""
        walk = _walks.get(crawler)
        if walk is None:
            walk = _walks[crawler] = cls(crawler)
        assert isinstance(walk, cls)
        return walk

    def answer(self, request: Request) -> Response:
        """The archived answer. Raises what the download raised, or ``NotInArchiveError``."""
        given = self._answers.find(request)
        if given is None:
            self._note_missing(request)
            raise NotInArchiveError(f"{request.url} is not archived")
        for position in given.positions:
            self._announce(request, position)
        self._count("failures" if given.error else "answers")
        if given.error is not None:
            raise given.error
        assert given.response is not None
        return given.response

    def _announce(self, request: Request, position: Position) -> None:
        """As when it was archived, but each capture once: it has one line, however often it is asked for."""
        request.meta["archived"] = position
        place = (str(position.path), position.offset)
        if place not in self._told:
            self._told.add(place)
            self._crawler.signals.send_catch_log(exchange_archived, position=position, request=request)

    def _note_missing(self, request: Request) -> None:
        key = (request.method, request.url, bytes(request.body))
        is_rules = bool(request.meta.get("dont_obey_robotstxt"))  # a robots.txt that is not there forbids nothing
        if key not in self._missing and not is_rules:
            self._missing[key] = request.url
            self._count("not-archived")
            self._crawler.signals.send_catch_log(not_archived, request=request)

    def _count(self, what: str) -> None:
        self._crawler.stats.inc_value(f"rewalk/{what}")

    def _close(self) -> None:
        self._holdings.close()
        try:
            self._write_missing()
        except ArchiveError as error:
            logger.error("%s", error)

    def _write_missing(self) -> None:
        """The file of what is not archived; also before the walk, so that nobody waits for one that cannot be."""
        if self._missing_file is None:
            return
        text = "".join(f"{url}\n" for url in sorted(set(self._missing.values())))
        try:
            self._missing_file.parent.mkdir(parents=True, exist_ok=True)
            self._missing_file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ArchiveError(say_unwritable(self._missing_file, error)) from error


def replace_network(settings: BaseSettings) -> None:
    """No scheme has a handler that connects, and no name is looked up, whatever else is set."""
    schemes = settings.getwithbase("DOWNLOAD_HANDLERS")
    settings.set("DOWNLOAD_HANDLERS", dict.fromkeys(schemes, _HANDLER), priority="cmdline")
    settings.set("TWISTED_DNS_RESOLVER", _RESOLVER, priority="cmdline")


class RewalkHandler:
    """Asks the archive, whatever the scheme."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        self._walk = Rewalk.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The archived answer; see ``Rewalk.answer``."""
        return self._walk.answer(request)

    async def close(self) -> None:
        """Nothing is open."""
