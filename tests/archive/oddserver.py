"""A raw socket server on loopback that sends exactly the bytes it is told to, and remembers what it was sent."""

import socket
import ssl
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Self

After = Literal["keep", "close", "drop", "reset", "hang"]  # drop: close without a word within TLS


@dataclass(frozen=True)
class Script:
    """What to answer. ``slowly`` sends byte groups apart, so that the client sees them in several reads."""

    answer: bytes
    after: After = "keep"
    slowly: bool = False
    stale: bool = False  # close unanswered unless it is the connection's first request


class OddServer:
    """Serves ``scripts`` by path until closed; ``heard`` holds the requests of each path as they came."""

    def __init__(self, scripts: Mapping[str, Script], context: ssl.SSLContext | None = None) -> None:
        self.heard: defaultdict[str, list[bytes]] = defaultdict(list)
        self._scripts = scripts
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            count = 0
            while request := _read_request(connection.recv):
                count += 1
                if not self._answer(connection, request, count):
                    return
        except OSError:
            pass
        finally:
            connection.close()

    def _answer(self, connection: socket.socket, request: bytes, count: int) -> bool:
        if request.startswith(b"\x16"):  # a TLS handshake on a plain port
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return False
        path = request.split(b" ", 2)[1].decode("ascii")
        self.heard[path].append(request)
        script = self._scripts.get(path, Script(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
        if script.stale and count > 1:
            return False
        _send(connection, script)
        if script.after == "hang":
            time.sleep(30)
        if script.after == "reset":
            time.sleep(0.2)  # what was sent must be read before the reset throws it away
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if script.after == "close" and isinstance(connection, ssl.SSLSocket):
            connection.unwrap()
        return script.after == "keep"


def _send(connection: socket.socket, script: Script) -> None:
    if not script.slowly:
        connection.sendall(script.answer)
        return
    for at in range(0, len(script.answer), 7):
        connection.sendall(script.answer[at : at + 7])
        time.sleep(0.002)


def _read_request(receive: Callable[[int], bytes]) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and not request.startswith(b"\x16"):
        piece = receive(65536)
        if not piece:
            return b""
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        piece = receive(65536)
        request += piece
        body += piece
    return request
