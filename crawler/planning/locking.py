"""A crawl's locks in the store: asked for, kept alive and given back in a thread, and the store imported there.

A crawl that has no store (``DATABASE_URL`` empty) has no locks: the book of visits alone keeps two runs apart, which it
can wherever both see one ``ARCHIVE_DIR`` whose file system has locks.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.errors import PipelineError

if TYPE_CHECKING:
    from pipelines.store.locks import Locks, Taken

logger = logging.getLogger(__name__)

_BEATS = 10  # in the silence after which an owner counts as gone


class StoreLocks:
    """The locks of a run, in the store at ``address``. ``lose`` is told of those that another run has taken over."""

    def __init__(self, address: str, run: str, silence: float, lose: Callable[[Collection[str]], None]) -> None:
        self._address = address
        self._run = run
        self._silence = silence
        self._lose = lose
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="locks")
        self._locks: Locks | None = None
        self._beating: asyncio.Task[None] | None = None

    async def take(self, portals: Collection[str]) -> Mapping[str, str]:
        """Ask for portals; those that another run has, each with the words for whom. Raises ``PipelineError``."""
        taken: Taken = await self._in_thread(partial(self._open_and_take, portals))
        for portal, owner in taken.inherited.items():
            logger.warning("%s: its lock is taken over from %s, which is no more", portal, owner.words)
        self._beating = asyncio.ensure_future(self._beat())
        return {portal: owner.words for portal, owner in taken.others.items()}

    async def give_back(self, portals: Collection[str]) -> None:
        """Let go of portals; where the store cannot be written they stay locked until this process ends."""
        if portals and self._locks is not None:
            await self._try(partial(self._locks.give_back, portals))

    async def close(self) -> None:
        """Keep nothing alive any more."""
        if self._beating is not None:
            self._beating.cancel()
        if self._locks is not None:
            await self._try(self._locks.close)
        self._thread.shutdown(wait=False)

    def _open_and_take(self, portals: Collection[str]) -> "Taken":
        from pipelines.store.locks import Locks
        from pipelines.store.owners import Owner

        self._locks = Locks(self._address, Owner.of_this_process(self._run), self._silence)
        return self._locks.take(portals)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._silence / _BEATS)
            assert self._locks is not None
            lost = await self._try(self._locks.keep)
            if lost:
                self._lose(lost)

    async def _try(self, work: Callable[[], Any]) -> Any:
        try:
            return await self._in_thread(work)
        except PipelineError as error:
            logger.warning("locks: %s", error)
            return None

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
