"""The socket under the application: loopback unless told otherwise, its address told once it answers."""

import socket
import sys
from contextlib import suppress
from typing import Any

import uvicorn

from crawler.telling.jsonlog import is_json
from pipelines.errors import PipelineError
from web.application import OWN_NAMES, make_application
from web.figures import drawing
from web.queries.coverage import Filters, read_matrix
from web.sources import Sources

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Says where it is once it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and self.started:
            host, port = sockets[0].getsockname()
            print(f"http://{host}:{port}/  (Ctrl-C ends it)", file=sys.stderr, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        drawing.close()  # here, for a signal that ends the server ends the process right after


def serve(sources: Sources, port: int, names: tuple[str, ...] = (), host: str = HOST) -> None:
    """Serve until Ctrl-C; ``names``: further ones it answers to; ``host``: the address of version 4 to listen on.

    Raises ``PipelineError`` where the port cannot be had.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PipelineError(
            f"port {port} on {host} cannot be had ({error.strerror}); name another with --port"
        ) from error
    application = make_application(sources, (*OWN_NAMES, *names))
    own: dict[str, Any] = {"log_config": None} if is_json() else {}  # else the server's words come as it writes them
    _read_ahead(sources)
    config = uvicorn.Config(application, log_level="warning", access_log=False, server_header=False, **own)
    try:
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal anew once all is closed
            _Server(config).run([listening])
    finally:
        listening.close()


def _read_ahead(sources: Sources) -> None:
    """The matrix, which takes a second of a large store and is remembered: no reader shall wait for it."""
    with suppress(PipelineError), sources.store.reading() as connection:  # the pages say what is wrong with the store
        read_matrix(sources, connection, Filters())
