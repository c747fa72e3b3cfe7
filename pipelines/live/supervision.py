"""The crawl's side of the refining process: starts it, hears what it says, knows when it has ended."""

import asyncio
import atexit
import logging
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess

from pipelines.errors import PipelineError
from pipelines.feeds import Refined
from pipelines.live.backlog import Backlog
from pipelines.live.messages import Closed, Done, Failed, Opened, Remark, Wished, hear_messages, write_wish
from pipelines.live.plan import RefiningPlan
from pipelines.live.process import PATIENCE, end_process, start_process

logger = logging.getLogger(__name__)


class RefiningProcess:
    """The process at work. All that is called back is called in the event loop.

    ``take`` gets each ``Done``, ``send_on`` the lines that were wished for, ``fail`` the one error that ends it.
    """

    def __init__(
        self,
        plan: RefiningPlan,
        backlog: Backlog,
        take: Callable[[Done], None],
        send_on: Callable[[Refined], None],
        fail: Callable[[PipelineError], None],
    ) -> None:
        self._plan = plan
        self._backlog = backlog
        self._take = take
        self._send_on = send_on
        self._fail = fail
        self._process: BaseProcess
        self._writer: asyncio.StreamWriter
        self._opened: asyncio.Future[None]
        self._closed: asyncio.Future[Closed | None]  # None where it failed

    async def open(self) -> None:
        """Return once feeds and store are open. Raises ``PipelineError`` where they cannot be."""
        loop = asyncio.get_running_loop()
        self._opened, self._closed = loop.create_future(), loop.create_future()
        atexit.register(end_process)  # a crawl that is cut short does not wait for it
        self._process, line = start_process(self._plan, self._backlog)
        reader, self._writer = await asyncio.open_connection(sock=line, limit=1 << 20)
        self._listening = asyncio.ensure_future(self._listen(reader))
        try:
            await self._opened
        except PipelineError:
            self._listening.cancel()  # else the loop ends around it, and asyncio complains after the message
            await asyncio.wait([self._listening])
            self._writer.close()
            raise

    def wish(self, record_id: str) -> None:
        """Have the lines of a record sent on, now or when they are there."""
        if not self._writer.is_closing():
            self._writer.write(write_wish(record_id))

    async def close(self, *, kill: bool = False) -> Closed | None:
        """Wait until it has done what is in the backlog and ended; its last word, ``None`` where it failed."""
        with suppress(OSError):  # where it has ended already
            self._writer.write_eof()
        if kill:
            self._process.terminate()
            asyncio.get_running_loop().call_later(PATIENCE, self._process.kill)
        closed = await self._closed
        await asyncio.get_running_loop().run_in_executor(None, self._process.join)
        atexit.unregister(end_process)
        return closed

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            async for message in hear_messages(reader):
                match message:
                    case Opened():
                        self._opened.set_result(None)
                    case Done():
                        self._take(message)
                    case Wished(lines):
                        self._send_on(lines)
                    case Remark(name, level, text):
                        logging.getLogger(name).log(level, "%s", text)
                    case Failed(text):
                        self._end(PipelineError(text))
                    case Closed():
                        self._closed.set_result(message)
        except Exception as error:
            logger.exception("Refining failed")
            self._end(PipelineError(f"refining stopped: {type(error).__name__}: {error}"))
        self._writer.close()
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
