"""A real HTTP server on loopback for tests: each path answers with the bytes it is given, or as a function decides."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6
from ssl import SSLContext
from threading import Thread
from time import monotonic


@dataclass(frozen=True)
class Answer:
    """What one path answers."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it: when (monotonic seconds), for what, with which headers."""

    at: float
    path: str
    headers: Mapping[str, str]


@contextmanager
def serving(
    answers: Mapping[str, Answer | Callable[[], Answer]],
    log: list[Asked] | None = None,
    host: str = "127.0.0.1",
    tls: SSLContext | None = None,
) -> Iterator[str]:
    """Serve ``answers`` while the block runs; gives the server's address, like ``http://127.0.0.1:40123``.

    Requests are noted in ``log``. A request that names the ``ETag`` of its answer gets a 304.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if log is not None:
                log.append(Asked(monotonic(), self.path, dict(self.headers)))
            found = answers.get(self.path, Answer(b"not here", "text/plain", 404))
            answer = found if isinstance(found, Answer) else found()
            tag = answer.headers.get("ETag")
            if tag and self.headers.get("If-None-Match") == tag:
                answer = Answer(b"", answer.content_type, 304, answer.headers)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        address_family = AF_INET6 if ":" in host else AF_INET

    server = Server((host, 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
