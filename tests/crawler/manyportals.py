"""Portals on many addresses of loopback: one server, which notes when each address was asked for what."""

import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

YEARS = range(2016, 2024)
LEVELS = ("provincial", "municipal")
NUMERALS = "一二三四五六"
SECTIONS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    address: str
    path: str
    began: float
    ended: float


@dataclass
class Log:
    """What was asked, in the order in which it was answered; after ``most`` answers, not before ``goes_on`` is set."""

    port: int
    most: float = math.inf
    goes_on: threading.Event = field(default_factory=threading.Event)
    asked: list[Asked] = field(default_factory=list)

    def times_asked(self) -> Counter[tuple[str, str]]:
        """How often each page was asked for."""
        return Counter((each.address, each.path) for each in self.asked)

    def least_rest(self) -> float:
        """The least time, in seconds, between an answer's end and the next request to the same address."""
        found = defaultdict(list)
        for each in sorted(self.asked, key=lambda each: each.began):
            found[each.address].append(each)
        return min(later.began - earlier.ended for each in found.values() for earlier, later in pairwise(each))


@contextmanager
def serving_portals(seconds: float = 0.01) -> Iterator[Log]:
    """Serve while the block runs; each answer takes some time."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            began = time.monotonic()
            time.sleep(seconds)
            if len(log.asked) >= log.most:
                log.goes_on.wait(120)
            page = make_page(self.connection.getsockname()[0], self.path)
            ended = time.monotonic()  # before the crawl can know
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            log.asked.append(Asked(self.connection.getsockname()[0], self.path, began, ended))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    server = Server(("0.0.0.0", 0), Handler)
    log = Log(server.server_port)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield log
    finally:
        server.shutdown()
        server.server_close()


def make_page(address: str, path: str) -> bytes:
    """The page of a path; nothing where there is none."""
    agency = name_agency(address, path)
    folder, _, name = path.rpartition("/")
    if folder.endswith("/xxgknb") and not name:
        rows = "".join(
            f'<li><a href="r{year}.html">{agency}{year}年政府信息公开工作年度报告</a></li>' for year in YEARS
        )
        return f"<html><head><title>信息公开年报</title></head><body><ul>{rows}</ul></body></html>".encode()
    if name.startswith("r") and name[1:5].isdigit() and int(name[1:5]) in YEARS:
        text = f"{agency}{name[1:5]}年政府信息公开工作年度报告"
        sections = enumerate(zip(NUMERALS, SECTIONS, strict=True), 1)
        body = "".join(
            f"<p>{numeral}、{section}</p><p>{name[1:5]}年，{agency}主动公开政府信息{number * 7}条，"
            f"收到政府信息公开申请{number}件，均已按时办结，未收取任何费用。</p>"
            for number, (numeral, section) in sections
        )
        return f"<html><head><title>{text}</title></head><body><h1>{text}</h1>{body}</body></html>".encode()
    return b""


def name_agency(address: str, path: str) -> str:
    """The agency of a page's portal."""
    return f"云岭省第{address.rpartition('.')[2]}{path[1:2].upper()}局"


def write_portals(folder: Path, port: int, addresses: int, shared: int = 0) -> Path:
    """A catalogue of a portal an address, the levels in turn; the first ``shared`` addresses have a second portal."""
    lines = ['province: "990000"', "name: 云岭省", "portals:"]
    rows = [(number, "a") for number in range(1, addresses + 1)] + [(number, "b") for number in range(1, shared + 1)]
    for count, (number, part) in enumerate(rows):
        home = f"http://127.0.1.{number}:{port}/{part}"
        lines += [
            f"  - id: portal-{number}-{part}",
            f"    agency: {name_agency(f'127.0.1.{number}', '/' + part)}",
            f"    level: {LEVELS[count % 2]}",
            '    region: "990000"',
            f"    home: {home}/",
            f"    list: {home}/xxgknb/",
            "    evidence: seen",
        ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "990000.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
