"""Going on with a run: what it has archived is answered from the archive, the rest is fetched.

Set ``ARCHIVE_RESUME`` to the run's id. The run is walked again from its beginning; every request takes the next answer
that the archive has to it, and goes to the network only where there is none, or none that is whole. So nothing hangs on
Scrapy's job directory, a request whose records did not become durable is fetched again, and what follows from a page
follows again. Failures without an answer are tried again, and so is what the server put off (``is_passing``): whoever
resumes a crawl hopes that the trouble is over.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import urldefrag

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.errors import ArchiveError
from archive.format.message import Answer, read_answer
from archive.format.record import Record
from archive.format.responses import Payload, read_payload
from archive.position import Position
from archive.reading.captures import read_capture
from archive.reading.revisits import Resolver
from archive.signals import exchange_archived
from archive.wire.keeper import Keeper
from archive.writing.runbook import Held, RunBook, read_records_at

logger = logging.getLogger(__name__)

# Request Timeout, Too Early, Too Many Requests (RFC 9110, 8470, 6585): the same request may be answered later.
_PUT_OFF = frozenset({408, 425, 429})

# Twisted keeps these for itself, so Scrapy's responses never have them.
_OF_THE_CONNECTION = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailers", b"transfer-encoding", b"upgrade"}
)


class ResumingMiddleware:
    """Answers requests from the archive, nearest to the downloader, so that all other middlewares see an answer.

    ``archive.signals.exchange_archived`` goes out for each as when it was archived. What the run has and nobody asks
    for again is announced when the spider has nothing more to do.
    """

    def __init__(self, crawler: Crawler, folder: Path, run: str) -> None:
        Keeper.of(crawler)  # mends and indexes what a crash left
        self._crawler = crawler
        self._resolver = Resolver([], archive=folder)
        self._book = RunBook(folder, run)
        logger.info("Run %s goes on: %d answers are in the archive", run, len(self._book))
        crawler.signals.connect(self.announce_rest, signals.spider_idle)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components; not for a run that begins."""
        run = crawler.settings.get("ARCHIVE_RESUME")
        if not run:
            raise NotConfigured
        return cls(crawler, Path(crawler.settings.get("ARCHIVE_DIR", "var/warc")), run)

    def process_request(self, request: Request) -> Response | None:
        """The next archived answer that is whole and says something of the page, if there is one."""
        url = urldefrag(request.url)[0]
        while held := self._book.take(request.method, url, bytes(request.body)):
            record = next(iter(read_records_at(held.path, held.offset)), None)
            if record is None:
                continue
            answer, payload = read_answer(record.block), self._payload_of(record)
            if answer is None:
                continue
            self._announce(request, _position_of(record, held, request.method, url, answer))
            if payload is not None and not payload.truncated and not is_passing(answer.status):
                return make_response(url, record, answer, payload)
        return None

    def announce_rest(self) -> None:
        """What nobody asked for again: it is of this run all the same."""
        for held in self._book.rest():
            try:
                capture = read_capture(held.path, held.offset, self._resolver)
            except ArchiveError as error:
                logger.warning("%s: left out of the resumed run's feeds", error)
                continue
            request = Request(capture.url, meta={"context": dict(capture.context)})
            record_id = capture.record_id or ""
            position = Position(
                held.path, capture.warc, held.offset, record_id, capture.url, "GET", capture.status, capture.captured_at
            )
            self._announce(request, position)

    def _announce(self, request: Request, position: Position) -> None:
        request.meta["archived"] = position
        self._crawler.stats.inc_value("archive/resumed")
        self._crawler.signals.send_catch_log(exchange_archived, position=position, request=request)

    def _payload_of(self, record: Record) -> Payload | None:
        if record.type == "revisit" and "server-not-modified" not in (record.header("warc-profile") or ""):
            return self._resolver.find(record)
        return read_payload(record)


def is_passing(status: int) -> bool:
    """Whether an answer tells of the server's moment and not of the page: 408, 425, 429 and all of 5xx."""
    return status in _PUT_OFF or 500 <= status < 600


def _position_of(record: Record, held: Held, method: str, url: str, answer: Answer) -> Position:
    return Position(
        path=held.path,
        warc=held.path.name,
        offset=held.offset,
        record_id=record.id or "",
        url=url,
        method=method,
        status=answer.status,
        captured_at=record.header("warc-date") or "",
    )


def make_response(url: str, record: Record, answer: Answer, payload: Payload) -> Response:
    """As the download handler would give it: headers as bytes, the body still content-encoded."""
    head = record.block[: answer.body_at]
    headers = Headers()
    for name, value in _read_headers(head):
        if name.lower() not in _OF_THE_CONNECTION:
            headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=url, body=payload.content)
    response: Response = kind(
        url=url,
        status=answer.status,
        headers=headers,
        body=payload.content,
        flags=["archived"],
        protocol=answer.version,
    )
    return response


def _read_headers(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and values of a head as they stand, folded lines joined."""
    pairs: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n")[1:]:
        if line[:1] in (b" ", b"\t") and pairs and line.strip():
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + b" " + line.strip())
        elif b":" in line:
            name, _, value = line.partition(b":")
            pairs.append((name.strip(), value.strip()))
    yield from pairs
