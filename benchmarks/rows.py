"""What a long list takes: ``python -m benchmarks.rows [--rows 1000 10000] [--every N]``.

A portal on loopback lists so many rows, twenty a page, every ``N``-th a report (by default each) that is fetched and
archived; refining is off, because it runs in processes of its own. Peak memory of the crawling process by the number of
rows: it is to be flat. The walk itself keeps eight bytes and a set's slot for each row, the archive's marks the same
for each capture, and nothing else.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qs, urlsplit

PER_PAGE = 20
MOST_GROWTH = 1.10  # of the peak at the fewest rows
_AGENCY = "云岭省民政厅"
_SECTIONS = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "六、其他需要报告的事项")


@dataclass(frozen=True)
class Peak:
    """One crawl: rows of its list, answers, seconds of CPU, peak memory in MB."""

    rows: int
    answers: int
    cpu: float
    memory: float


def make_handler(rows: int, every: int, asked: list[str]) -> type[BaseHTTPRequestHandler]:
    """A portal whose list has ``rows`` rows, every ``every``-th a report; what is asked is noted."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            body = write_page(self.path, rows, every).encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def write_page(target: str, rows: int, every: int) -> str:
    """The home page, a page of the list, or a report; nothing for anything else."""
    parts = urlsplit(target)
    if parts.path == "/":
        return f'<title>{_AGENCY}</title><a href="/xxgk/nb/">政府信息公开年报</a>'
    if parts.path == "/xxgk/nb/":
        return _write_list(int(parse_qs(parts.query).get("page", ["1"])[0]), rows, every)
    if parts.path.startswith("/xxgk/nb/t"):
        prose = "".join(f"<p>{section}</p><p>{parts.path}，全年按照要求公开。</p>" for section in _SECTIONS)
        return (
            f"<title>{parts.path}</title><h1>{_AGENCY}政府信息公开工作年度报告</h1><div class=TRS_Editor>{prose}</div>"
        )
    return ""


def _write_list(page: int, rows: int, every: int) -> str:
    numbers = range((page - 1) * PER_PAGE, min(page * PER_PAGE, rows))
    listed = "".join(_write_row(number, number % every == 0) for number in numbers)
    more = f'<a href="?page={page + 1}">下一页</a>' if page * PER_PAGE < rows else ""
    return f"<title>政府信息公开年报</title><ul>{listed}</ul>{more}"


def _write_row(number: int, is_report: bool) -> str:
    year = 2008 + number % 16
    title = f"第{number}号单位{year}年政府信息公开工作年度报告" if is_report else f"第{number}号工作动态"
    return f'<li><a href="/xxgk/nb/t{year + 1}0120_{number}.html">{title}</a><span>{year + 1}-01-20</span></li>'


@contextmanager
def serve(rows: int, every: int, asked: list[str]) -> Iterator[str]:
    """The portal's address, while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(rows, every, asked))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def crawl(home: str, folder: Path) -> tuple[float, float]:
    """Seconds of CPU and peak memory in MB of a crawl from a home page alone."""
    settings = {
        **{"ALLOW_LOOPBACK": "1", "DOWNLOAD_DELAY": "0", "ITEM_PIPELINES": "{}", "PROGRESS_ENABLED": "0"},
        **{"ARCHIVE_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'rows.db'}", "LIST_BARREN_PAGES": "1000"},
    }
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "portal", "-a", f"home={home}", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    memory = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return used.ru_utime + used.ru_stime, memory


def measure(rows: int, every: int) -> Peak:
    """A crawl of a list of so many rows; raises ``SystemExit`` where it did not walk all of it, or twice."""
    asked: list[str] = []
    with tempfile.TemporaryDirectory() as folder, serve(rows, every, asked) as home:
        cpu, memory = crawl(home, Path(folder))
    pages = {target for target in asked if target.startswith("/xxgk/nb/") and "/t" not in target}
    reports = {target for target in asked if "/t" in target}
    if (len(pages), len(reports), len(set(asked))) != (-(-rows // PER_PAGE), -(-rows // every), len(asked)):
        sys.exit(f"rows: {rows} rows, but {len(pages)} pages and {len(reports)} reports in {len(asked)} answers")
    return Peak(rows, len(asked), cpu, memory)


def main() -> int:
    """0 where memory is flat, 1 where it is not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rows", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th row is a report")
    options = parser.parse_args()
    peaks = []
    began = monotonic()
    for rows in sorted(options.rows):
        peaks.append(measure(rows, options.every))
        print(
            f"{peaks[-1].rows:>7,} rows {peaks[-1].answers:>7,} answers {peaks[-1].cpu:7.1f} s CPU"
            f" {peaks[-1].memory:7.1f} MB peak  ({monotonic() - began:.0f} s so far)",
            flush=True,
        )
    growth = peaks[-1].memory / peaks[0].memory
    print(f"{growth:.3f} times the memory for {peaks[-1].rows / peaks[0].rows:.0f} times the rows")
    return 0 if growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
