"""All demo portals in one process: one port a portal on loopback, so that each is a host of its own.

macOS has no loopback address but 127.0.0.1, hence ports and not addresses.
"""

import errno
import socket
import struct
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from demo.answers import Answer
from demo.cruelties.manners import Asked, Guard
from demo.errors import PortTakenError
from demo.panorama import ALL
from demo.portals import BASE_PORT, HOST, PORTALS, Portal, origin
from demo.site import build_site
from demo.truth import make_reports

PIECES = 5  # of an answer that drips


class _Server(ThreadingHTTPServer):
    """One portal's server; its threads die with the process."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], house: "House") -> None:
        self.house = house
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
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(self.rfile.read(length).decode("utf-8", "replace"))

    def _answer(self, body: str = "") -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.house.answer(Asked(self.command, self.path, body, headers)))

    def _send(self, answer: Answer) -> None:
        time.sleep(answer.delay)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        if answer.broken == "chunk":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(answer.body)))
        if answer.location:
            self.send_header("Location", answer.location)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and answer.broken:
            self._break(answer)
        elif self.command != "HEAD":
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        size = max(1, len(answer.body) // PIECES) if answer.piece else len(answer.body) or 1
        for at in range(0, len(answer.body), size):
            self.wfile.write(answer.body[at : at + size])
            time.sleep(answer.piece)

    def _break(self, answer: Answer) -> None:
        """Half of the body, then the end of the connection."""
        half = answer.body[: len(answer.body) // 2]
        self.wfile.write(b"%x\r\n%s" % (len(answer.body), half) if answer.broken == "chunk" else half)
        self.close_connection = True
        if answer.broken == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the crawler reports what came."""


class House:
    """One portal as it is served: its pages day by day, its manners, and what it was asked."""

    def __init__(self, portal: Portal, base_port: int, seed: int) -> None:
        self.portal = portal
        self.day = 1
        self.asked: list[Asked] = []
        first = next(other.agency for other in ALL if other.id == portal.source)
        self.days = tuple(
            build_site(portal, origin(portal, base_port, ALL), make_reports(seed, [agency]), seed, day=day)
            for day, agency in enumerate((first, *portal.agencies[1:]), start=1)
        )
        paths = (url for site in self.days for url, _ in site.addresses())
        self._guard = Guard(portal, frozenset(urlsplit(url).path for url in paths))

    def answer(self, asked: Asked) -> Answer:
        """What is sent for a request."""
        self.asked.append(asked)
        site = self.days[self.day - 1]
        return self._guard.answer(asked, lambda request: site.answer(request.target, request.body))


class Portals:
    """The servers of all portals. ``with Portals(base_port) as portals:`` serves until the block ends."""

    def __init__(self, base_port: int = BASE_PORT, seed: int = 1, portals: Sequence[Portal] = PORTALS) -> None:
        self.base_port = base_port
        self.houses = {portal.id: House(portal, base_port, seed) for portal in portals}
        self.sites = tuple(house.days[0] for house in self.houses.values())
        self._servers: list[_Server] = []

    def begin_day(self, day: int) -> None:
        """From now on the portals that have such a day show it."""
        for house in self.houses.values():
            house.day = min(day, len(house.days))

    def __enter__(self) -> "Portals":
        """Bind every port, then serve; raises ``PortTakenError`` (and holds no port) where one is taken."""
        for house in self.houses.values():
            self._servers.append(self._bind(house))
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def _bind(self, house: "House") -> _Server:
        port = int(house.days[0].chrome.origin.rpartition(":")[2])
        try:
            return _Server((HOST, port), house)
        except (OSError, OverflowError) as error:
            close_all(self._servers)
            if isinstance(error, OSError) and error.errno != errno.EADDRINUSE:
                reason = f"cannot be opened ({error.strerror})"
            else:
                reason = "is in use" if isinstance(error, OSError) else "is not a port"
            last = self.base_port + len(self.houses) - 1
            raise PortTakenError(
                f"port {port} {reason}: the demo portals need {self.base_port} to {last}; "
                f"stop what listens there, or choose others with --port"
            ) from error

    def __exit__(self, *_: object) -> None:
        with ThreadPoolExecutor(len(self._servers)) as pool:  # each comes to its end at its next look
            list(pool.map(_Server.shutdown, self._servers))
        close_all(self._servers)


def close_all(servers: Sequence[_Server]) -> None:
    """Give the ports back."""
    for server in servers:
        server.server_close()
