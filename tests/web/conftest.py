"""One archive of made-up reports, the store that a replay fills from it, and ``scrapy serve`` over both."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from archive.index.indexing import write_index
from demo.portals import EASY, origin
from demo.site import build_site
from demo.truth import make_reports
from pipelines.feeds import Line
from tests.archive.building import http, metadata, record, zipped
from tests.commands import PROJECT, read_lines, run_scrapy
from tests.web.specimens import write_extras

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\n"
SEED = 5


@dataclass(frozen=True)
class Served:
    """Where the pages are, and what the feed says of the reports that they show."""

    address: str
    lines: list[Line]
    folder: Path

    def get(self, path: str, **headers: str) -> str:
        """A page's text."""
        with urlopen(Request(self.address + path, headers=headers), timeout=60) as answer:
            text: str = answer.read().decode("utf-8")
            return text


def write_archive(path: Path) -> None:
    """Every page and PDF of the demo's portals with pages of their own, in one file."""
    records, number = [], 0
    for portal in EASY:
        if portal.temper != "open" or portal.family not in ("trs", "hanweb", "gkmlpt"):
            continue
        site = build_site(portal, origin(portal), make_reports(SEED, (portal.agency,)), SEED)
        for address, answer in sorted(site.pages.items()):
            if answer.body and answer.media_type.startswith(("text/html", "application/pdf")):
                url, head = origin(portal) + address, HEAD.format(answer.media_type)
                records.append(record(block=http(answer.body, head), number=number, WARC_Target_URI=url))
                records.append(metadata(number + 1, number, f"portal: {portal.id}\r\n"))
                number += 2
    path.write_bytes(zipped(records))


@dataclass(frozen=True)
class Canary:
    """A server that nothing archived may ever call, and the paths that it was asked for all the same."""

    address: str
    asked: list[str] = field(default_factory=list)
    pages: dict[str, tuple[dict[str, str], bytes]] = field(default_factory=dict)  # what it serves itself, by path


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """Listening on loopback."""
    asked: list[str] = []
    pages: dict[str, tuple[dict[str, str], bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, body = pages.get(self.path, ({}, b""))
            if self.path not in pages:
                asked.append(self.path)
            self.send_response(200 if body else 204)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Canary(f"http://127.0.0.1:{server.server_port}", asked, pages)
        server.shutdown()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Iterator[Served]:
    """The server, ended by its process id."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "warc").mkdir()
    write_archive(folder / "warc" / "made-20230101000000000-00000-1.warc.gz")
    extras = folder / "warc" / "made-20230101000000000-00001-1.warc.gz"
    extras.write_bytes(zipped(write_extras(canary.address)))
    write_index(extras)
    places = ["-s", f"DATABASE_URL=sqlite:///{folder / 'kaijuan.db'}", "-s", f"ARCHIVE_DIR={folder / 'warc'}"]
    done = run_scrapy("replay", str(folder / "warc"), "--reports", str(folder / "reports.jsonl"), *places)
    assert done.returncode == 0, done.stderr
    command = [sys.executable, "-m", "scrapy", "serve", "--port", "0", "--catalogue", "demo", *places]
    command += ["--allowed-host", "kaijuan.example.org"]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
            assert found
            yield Served(found[0], read_lines(folder / "reports.jsonl"), folder)
        finally:
            process.terminate()
            process.wait(30)
