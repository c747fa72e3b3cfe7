"""All demo portals in one process: one port a portal on loopback, so that each is a host of its own.

macOS has no loopback address but 127.0.0.1, hence ports and not addresses.
"""

import errno
import socket
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from demo.errors import PortTakenError
from demo.portals import BASE_PORT, HOST, PORTALS, origin
from demo.site import Answer, Site, build_site
from demo.truth import make_reports


class _Server(ThreadingHTTPServer):
    """One portal's server; its threads die with the process."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        self.site = site
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for the host's name, which can take seconds off the network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    """GET, HEAD and POST of one portal; connections are kept alive."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Apache-Coyote/1.1", ""
    server: _Server

    def do_GET(self) -> None:
        self._send(self.server.site.answer(self.path))

    def do_HEAD(self) -> None:
        self._send(self.server.site.answer(self.path))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._send(self.server.site.answer(self.path, self.rfile.read(length).decode("utf-8", "replace")))

    def _send(self, answer: Answer) -> None:
        time.sleep(answer.delay)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the crawler reports what came."""


class Portals:
    """The servers of all portals. ``with Portals(base_port) as portals:`` serves until the block ends."""

    def __init__(self, base_port: int = BASE_PORT, seed: int = 1) -> None:
        reports = make_reports(seed, [portal.agency for portal in PORTALS])
        self.base_port = base_port
        self.sites = tuple(build_site(portal, origin(portal, base_port), reports, seed) for portal in PORTALS)
        self._servers: list[_Server] = []

    def __enter__(self) -> "Portals":
        """Bind every port, then serve; raises ``PortTakenError`` (and holds no port) where one is taken."""
        for number, site in enumerate(self.sites):
            self._servers.append(self._bind(self.base_port + number, site))
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def _bind(self, port: int, site: Site) -> _Server:
        try:
            return _Server((HOST, port), site)
        except (OSError, OverflowError) as error:
            close_all(self._servers)
            if isinstance(error, OSError) and error.errno != errno.EADDRINUSE:
                reason = f"cannot be opened ({error.strerror})"
            else:
                reason = "is in use" if isinstance(error, OSError) else "is not a port"
            last = self.base_port + len(self.sites) - 1
            raise PortTakenError(
                f"port {port} {reason}: the demo portals need {self.base_port} to {last}; "
                f"stop what listens there, or choose others with --port"
            ) from error

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
        close_all(self._servers)


def close_all(servers: Sequence[_Server]) -> None:
    """Give the ports back."""
    for server in servers:
        server.server_close()
