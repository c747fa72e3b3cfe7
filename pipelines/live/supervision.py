"""The crawl's side of the refining process: starts it, hears what it says, knows when it has ended."""

import asyncio
import atexit
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess

from pipelines.errors import PipelineError
from pipelines.live.backlog import Backlog
from pipelines.live.messages import Closed, Done, Failed, Opened, Remark, hear_messages
from pipelines.live.process import RefiningPlan, start_process

logger = logging.getLogger(__name__)


class RefiningProcess:
    """The process at work. ``take`` gets each ``Done``, ``fail`` the one error that ends it; both in the event loop."""

    def __init__(
        self,
        plan: RefiningPlan,
        backlog: Backlog,
        take: Callable[[Done], None],
        fail: Callable[[PipelineError], None],
    ) -> None:
        self._plan = plan
        self._backlog = backlog
        self._take = take
        self._fail = fail
        self._process: BaseProcess
        self._line: socket.socket
        self._opened: asyncio.Future[None]
        self._closed: asyncio.Future[Closed | None]  # None where it failed

    async def open(self) -> None:
        """Return once feeds and store are open. Raises ``PipelineError`` where they cannot be."""
        loop = asyncio.get_running_loop()
        self._opened, self._closed = loop.create_future(), loop.create_future()
        self._process, self._line = start_process(self._plan, self._backlog)
        atexit.register(self._process.terminate)  # a crawl that is cut short does not wait for it
        self._listening = asyncio.ensure_future(self._listen(self._line))
        await self._opened

    async def close(self, *, kill: bool = False) -> Closed | None:
        """Wait until it has done what is in the backlog and ended; its last word, ``None`` where it failed."""
        with suppress(OSError):  # where it has ended already
            self._line.shutdown(socket.SHUT_WR)
        if kill:
            self._process.terminate()
        closed = await self._closed
        await asyncio.get_running_loop().run_in_executor(None, self._process.join)
        atexit.unregister(self._process.terminate)
        return closed

    async def _listen(self, line: socket.socket) -> None:
        try:
            async for message in hear_messages(line):
                match message:
                    case Opened():
                        self._opened.set_result(None)
                    case Done():
                        self._take(message)
                    case Remark(name, level, text):
                        logging.getLogger(name).log(level, "%s", text)
                    case Failed(text):
                        self._end(PipelineError(text))
                    case Closed():
                        self._closed.set_result(message)
        except Exception as error:
            logger.exception("Refining failed")
            self._end(PipelineError(f"refining stopped: {type(error).__name__}: {error}"))
        if not self._closed.done():
            self._end(PipelineError("refining stopped: its process was killed; the archive is whole: scrapy replay"))

    def _end(self, error: PipelineError) -> None:
        if self._closed.done():
            return
        self._closed.set_result(None)
        if self._opened.done():
            self._fail(error)
        else:
            self._opened.set_exception(error)
