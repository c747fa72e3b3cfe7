"""The portals of the year on loopback, a port each, as they are on the day that is set; and a log of what is asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep
from typing import Any

from benchmarks.year.world import LIST, Portal, Report, Version

_SLOW = 0.01  # seconds to an answer: two crawls at once have the time to meet
_SECTIONS = "一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 六、其他需要报告的事项"


@dataclass(frozen=True)
class Asked:
    """A request: on which day, of which portal, by which crawl, for what, and the status of its answer."""

    day: date
    portal: str
    crawl: str
    path: str
    status: int


@dataclass
class Day:
    """The day that it is, and what was asked so far, in order."""

    today: date
    asked: list[Asked] = field(default_factory=list)
    _guard: Any = field(default_factory=Lock)

    def add(self, portal: str, crawl: str, path: str, status: int) -> None:
        """One more request."""
        with self._guard:
            self.asked.append(Asked(self.today, portal, crawl, path, status))


@contextmanager
def serving(portals: Sequence[Portal], day: Day) -> Iterator[None]:
    """Serve while the block runs; the portals get their origins."""
    servers = [_make_server(portal, day) for portal in portals]
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def answer(portal: Portal, path: str, day: date) -> tuple[int, str, str]:
    """What a portal answers on a day: status, ETag and page."""
    if path == LIST:
        return 200, "", _page(_write_list(portal, day))
    for report in portal.reports:
        if report.path == path and (version := report.version_on(day)):
            return 200, f'"{version.number}"', _page(_write_report(portal, report, version))
    return 404, "", "not here"


def _write_list(portal: Portal, day: date) -> str:
    rows = [(report, number) for report in portal.reports if (number := report.row_on(day))]
    lines = [
        f'<li><a href="{report.path}">{_title(portal, report)}{"" if number == 1 else f"（第{number}次修订）"}</a>'
        f"<i>{report.versions[0].first}</i></li>"
        for report, number in rows
    ]
    return f'<ul>{"".join(lines)}</ul><script>createPageHTML(1, 0, "index", "html");</script>'


def _write_report(portal: Portal, report: Report, version: Version) -> str:
    prose = (
        f"{report.year}年，本机关按照要求开展政府信息公开工作，依申请公开均按时答复，{portal.mark(report, version)}。"
    )
    body = "".join(f"<p>{part}</p><p>{prose}</p>" for part in _SECTIONS.split())
    return f'<h1>{_title(portal, report)}</h1><div class="TRS_Editor">{body}</div>'


def _title(portal: Portal, report: Report) -> str:
    return f"{portal.agency}{report.year}年政府信息公开工作年度报告"


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>页</title></head><body>{body}</body></html>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A connection that a killed crawl tore."""


def _make_server(portal: Portal, day: Day) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, tag, text = answer(portal, self.path, day.today)
            if tag and self.headers.get("If-None-Match") == tag:
                status, text = 304, ""
            day.add(portal.id, str(self.headers.get("User-Agent")), self.path, status)
            sleep(_SLOW)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(text.encode())))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    portal.origin = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
