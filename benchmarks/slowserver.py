"""A loopback server for the crash campaign: pages of every size and framing, some slow; it counts what it hears.

What a path answers follows from the seed alone, so that the campaign knows what each capture must hold.
"""

import gzip
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep

_FRAMINGS = ("length", "length", "gzip", "chunked", "gzip chunked", "close")
_WORDS = "信息公开年度报告主动公开依申请公开行政许可处罚规范性文件办理结果复议诉讼机构保障平台建设"


@dataclass(frozen=True)
class Answer:
    """One page: its text in UTF-8, how it is sent, and how long the server thinks first."""

    body: bytes = field(repr=False)
    framing: str
    seconds: float


def make_answers(count: int, seed: int) -> dict[str, Answer]:
    """Answers by path, of 100 bytes to 100 kB."""
    chance = random.Random(seed)
    return {f"/p{number}.html": _make_answer(number, chance) for number in range(count)}


def _make_answer(number: int, chance: random.Random) -> Answer:
    letters = "".join(chance.choices(_WORDS, k=int(10 ** chance.uniform(1.5, 4.5))))
    body = f"<html><head><title>第{number}页</title></head><body><p>{letters}</p></body></html>".encode()
    slow = chance.random() < 0.2
    return Answer(body, chance.choice(_FRAMINGS), chance.uniform(0.05, 0.3) if slow else 0.0)


class Heard:
    """The paths asked for, counted; safe from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._paths: Counter[str] = Counter()

    def add(self, path: str) -> None:
        """One more request."""
        with self._lock:
            self._paths[path] += 1

    def take(self) -> Counter[str]:
        """What was heard since the last time."""
        with self._lock:
            heard, self._paths = self._paths, Counter()
        return heard

    def __len__(self) -> int:
        with self._lock:
            return self._paths.total()


@contextmanager
def serve(answers: Mapping[str, Answer]) -> Iterator[tuple[str, Heard]]:
    """Serve while the block runs; gives ``http://127.0.0.1:PORT`` and what it hears."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            heard.add(self.path)
            answer = answers.get(self.path)
            try:
                if answer is None:
                    self.send_error(404)
                else:
                    sleep(answer.seconds)
                    self._send(answer)
            except OSError:
                self.close_connection = True  # the crawl was killed

        def _send(self, answer: Answer) -> None:
            body = gzip.compress(answer.body, mtime=0) if "gzip" in answer.framing else answer.body
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if "gzip" in answer.framing:
                self.send_header("Content-Encoding", "gzip")
            if "chunked" in answer.framing:
                self.send_header("Transfer-Encoding", "chunked")
                body = _chunk(body)
            elif answer.framing == "close":
                self.send_header("Connection", "close")
            else:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = _QuietServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A connection that a killed crawl tore."""


def _chunk(body: bytes) -> bytes:
    pieces = (body[at : at + 4000] for at in range(0, len(body), 4000))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
