"""The refining process: beside the crawl it refines what is archived and writes feeds and store.

The crawl's own process only fetches and archives: here are the worker processes, the lines on their way to the disk and
the transactions, all of it behind the crawl in the queue for the processor. It lags as far as it must and holds a few
captures a worker; the rest lies in the archive, and the backlog says where.
"""

import logging
import os
import signal
import socket
import threading
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic

from archive.ending import end_with_parent, exit_on_signal
from archive.reading.captures import read_capture
from pipelines.errors import PipelineError
from pipelines.feeds import Refined
from pipelines.live.backlog import BacklogReader, Entry
from pipelines.live.messages import Closed, Done, Failed, Opened, Speaker, SpeakingHandler, hear_wishes
from pipelines.live.pace import Pace, read_spent
from pipelines.live.plan import RefiningPlan
from pipelines.live.shelf import Shelf
from pipelines.refine import give_up, refine_at
from pipelines.sightings import find_sighting
from pipelines.sink import Sink
from pipelines.workers import WorkerDiedError, Workers

logger = logging.getLogger(__name__)

NICENESS = 10  # behind the crawl, whose servers and time-outs do not wait
_LOOK_AGAIN = 0.05  # seconds until an idle process looks for more


def refine_backlog(plan: RefiningPlan, backlog: int, line: socket.socket) -> None:
    """Refine what the backlog names until the crawl has no more to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the crawl decides what becomes of us
    os.nice(NICENESS)
    # First, while there is one thread here: they are forked, and the line ends with this process alone.
    workers = Workers(plan.workers, closing=(line.fileno(), backlog))
    end_with_parent()
    signal.signal(signal.SIGTERM, exit_on_signal)
    ended = threading.Event()
    speaker = Speaker(line)
    shelf = Shelf(speaker)
    threading.Thread(target=_await_end, args=(line, shelf, ended), daemon=True).start()
    logging.getLogger().addHandler(SpeakingHandler(speaker))
    is_done = False
    try:
        is_done = _refine_or_tell(plan, workers, BacklogReader(backlog, ended.is_set), speaker, shelf)
    finally:  # told to end, too: what is written is closed by now, and a page at work is not waited for
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)  # raises SystemExit where the signal came just before
        finally:
            if not is_done:
                try:
                    workers.end()
                finally:  # without Python's farewells, amid which a signal leaves one waiting for ever
                    os._exit(1)


def _refine_or_tell(
    plan: RefiningPlan, workers: Workers, backlog: BacklogReader, speaker: Speaker, shelf: Shelf
) -> bool:
    """Whether everything is refined; where it cannot be, the crawl is told why."""
    try:
        _refine_all(plan, workers, backlog, speaker, shelf)
    except PipelineError as error:
        speaker.say(Failed(str(error)))
    except Exception as error:
        logger.exception("Refining failed")
        speaker.say(Failed(f"refining stopped: {type(error).__name__}: {error}; the archive is whole: scrapy replay"))
    else:
        return True
    return False


def _await_end(line: socket.socket, shelf: Shelf, ended: threading.Event) -> None:
    """Hear the crawl's wishes; by closing its end of the line it says that the backlog has ended."""
    for record_id in hear_wishes(line):
        shelf.wish(record_id)
    ended.set()


def _refine_all(plan: RefiningPlan, workers: Workers, backlog: BacklogReader, speaker: Speaker, shelf: Shelf) -> None:
    sink = Sink(plan.documents, plan.reports, plan.database_url)
    bench = _Bench(backlog, workers, sink, speaker, shelf)
    try:
        speaker.say(Opened())
        bench.work()
        sink.settle()
    except BaseException:
        bench.stop()
        with suppress(PipelineError):  # the first word of a disk or database says enough
            sink.close()
        raise
    sink.close()
    speaker.say(Closed(bench.seconds))


class _Bench:
    """Takes from the backlog, has it refined, writes what comes back, in the order in which it comes."""

    def __init__(self, backlog: BacklogReader, workers: Workers, sink: Sink, speaker: Speaker, shelf: Shelf) -> None:
        self._backlog = backlog
        self._workers = workers
        self._sink = sink
        self._speaker = speaker
        self._shelf = shelf
        self._pace = Pace(partial(read_spent, os.getppid()))
        self._under_way = 0
        self._finished: SimpleQueue[tuple[Entry, Future[Refined]]] = SimpleQueue()
        self.seconds = 0.0  # of work

    def work(self) -> None:
        """Until the backlog ends. Raises ``PipelineError`` where nothing can be written."""
        while True:
            self._begin_more()
            if not self._under_way and self._backlog.is_ended:
                self._workers.close()
                return
            began = monotonic()
            try:
                entry, future = self._finished.get(timeout=_LOOK_AGAIN)
            except Empty:
                self.seconds += (monotonic() - began) * bool(self._under_way)
                continue
            self._write(entry, future)
            self.seconds += monotonic() - began

    def stop(self) -> None:
        """Begin nothing more."""
        self._workers.end()

    def _begin_more(self) -> None:
        while self._under_way < 2 * self._workers.count and not self._pace.is_resting():
            entry = self._backlog.take()
            if entry is None:
                return
            if entry.status == 200:
                future = self._workers.submit(refine_at, entry.path, entry.offset, entry.original)
                self._under_way += 1
                future.add_done_callback(partial(self._note_finished, entry))
            else:
                self._note(entry)

    def _note_finished(self, entry: Entry, future: "Future[Refined]") -> None:
        self._finished.put((entry, future))

    def _note(self, entry: Entry) -> None:
        sighting = find_sighting(read_capture(entry.path, entry.offset))
        if sighting is not None:
            self._sink.note(sighting)
        self._speaker.say(Done())

    def _write(self, entry: Entry, future: "Future[Refined]") -> None:
        self._under_way -= 1
        try:
            lines = future.result()
        except WorkerDiedError:
            logger.error("%s at %s: the page killed its process twice; it is given up", entry.path, entry.offset)
            lines = give_up(read_capture(entry.path, entry.offset))
        if not entry.again:
            self._sink.write(lines)
        self._shelf.put(lines)
        self._speaker.say(Done.of(lines, again=entry.again))
