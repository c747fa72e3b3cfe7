"""One task at work: a ``scrapy crawl`` in a process of its own, gone on with where it dies."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

from archive.writing.runbook import find_run_files
from crawler.configuration.folders import PROJECT
from crawler.configuration.masking import holds_secret
from crawler.configuration.resolving import PREFIX
from crawler.many.tasks import Order, Task

HOUSE = Path(__file__).resolve().parents[2]
DONE, FAILED, MISUSED, LACKING = 0, 1, 2, 3  # exit codes of a crawl
MOST_DEATHS = 3  # of one task; a page that kills its crawl each time must not hold the others up for ever
_LOOK_AGAIN = 0.2  # seconds
_LONGEST_WAIT = 60.0  # seconds for a predecessor to let go of its files
_MOST_SAID = 40  # lines

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended. ``code``: its crawl's exit code; negative: a signal ended it; ``None``: it never began."""

    number: int
    code: int | None
    deaths: int = 0
    said: tuple[str, ...] = ()  # the last lines of its log, where nobody heard them


def run_task(order: Order, task: Task, say: Say | None = None) -> Outcome:
    """Crawl the task's portals. ``say`` hears each line of the log as it comes."""
    code, deaths, said = None, 0, deque[str](maxlen=_MOST_SAID)
    hear = say or said.append
    while not order.stop_file.exists():
        try:
            code = _run_once(order, task, hear)
        except OSError as error:  # of this task alone: the others go on, and are joined
            hear(f"cannot be begun ({error.strerror or error}); its portals are left")
            code = FAILED
        if code >= 0 or order.stop_file.exists():
            break
        deaths += 1
        if deaths == MOST_DEATHS:
            hear(f"its process died {deaths} times, lastly of {_name_signal(code)}; its portals are left")
            break
        hear(f"its process died of {_name_signal(code)}; another goes on from what it has archived")
    return Outcome(task.number, code, deaths, tuple(said))


def _run_once(order: Order, task: Task, hear: Say) -> int:
    resume = _has_archived(order, task)
    order.file(task, "begun").touch()
    process = subprocess.Popen(
        [*make_words(order, task), *(("-a", f"resume={task.run}") if resume else ())],
        cwd=os.environ.get(PROJECT) or HOUSE,
        env=os.environ | secret_variables(order),
        stdin=subprocess.PIPE,  # its end tells the crawl that we are gone
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C is passed on once, and by us alone
    )
    assert process.stderr is not None
    listening = Thread(target=_listen, args=(process.stderr, hear), daemon=True)
    listening.start()
    try:
        _attend(process, order.stop_file)
    finally:
        if process.poll() is None:
            process.kill()
        listening.join(timeout=5)
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
    return process.wait()


def _attend(process: "subprocess.Popen[str]", stop_file: Path) -> None:
    """Wait for the end; pass on the wish to stop, and the second, less patient one."""
    wishes = 0
    while process.poll() is None:
        wanted = _read_wishes(stop_file)
        if wishes < wanted:  # one a look: two signals at once arrive as one
            process.send_signal(signal.SIGINT)
            wishes += 1
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_AGAIN)


def _read_wishes(stop_file: Path) -> int:
    try:
        return 2 if stop_file.read_text().strip() == "now" else 1
    except OSError:
        return 0


def _has_archived(order: Order, task: Task) -> bool:
    """Whether an earlier process archived something of the task; waits until it has let go of its files."""
    if not order.file(task, "begun").exists():
        return False
    deadline = time.monotonic() + _LONGEST_WAIT
    while True:
        files = [file for file in find_run_files(Path(order.archive)) if file.run == task.run]
        if not any(file.is_being_written for file in files) or time.monotonic() > deadline:
            return bool(files)
        time.sleep(_LOOK_AGAIN)


def make_words(order: Order, task: Task) -> list[str]:
    """The command of a task, without secrets: everybody on the machine can read it."""
    arguments = {**order.arguments, "portal": ",".join(task.portals)}
    arguments |= {feed: str(order.part(feed, task)) for feed in order.feeds}
    settings = {
        **{name: value for name, value in order.settings.items() if not holds_secret(name, value)},
        "ARCHIVE_DIR": order.archive,
        "ARCHIVE_PREFIX": f"{order.prefix}-{task.name}",
        "RUN_ID": task.run,
        "PROGRESS_ENABLED": "0",
        "MANY_TASK": str(order.file(task, "task")),
        "ADDRESS_LOCKS": str(order.folder / "addresses"),
        "DOWNLOADER": "crawler.many.sharing.SharingDownloader",
    }
    return [sys.executable, "-m", "scrapy", "crawl", task.spider, *_flags("-a", arguments), *_flags("-s", settings)]


def secret_variables(order: Order) -> dict[str, str]:
    """The settings that no command line may show, as variables of the environment."""
    return {f"{PREFIX}{name}": value for name, value in order.settings.items() if holds_secret(name, value)}


def _flags(flag: str, pairs: dict[str, str]) -> Iterator[str]:
    for name, value in pairs.items():
        yield from (flag, f"{name}={value}")


def _listen(log: IO[str], hear: Say) -> None:
    with suppress(OSError, ValueError):
        for line in log:
            hear(line.rstrip("\n"))


def _name_signal(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
