"""Commands that a person stops with Ctrl-C while they work: one line, at once, and nothing that goes on by itself."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from benchmarks.ports import find_port
from pipelines.store.database import Database
from pipelines.store.tables import metadata
from tests.commands import PROJECT

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Archive files that nobody writes: whoever opens one waits."""
    found = [tmp_path / f"{name}.warc.gz" for name in "abcd"]
    for path in found:
        os.mkfifo(path)
    return found


@contextmanager
def running(*words: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """A command at work, in a group of its own: it is asked afterwards who is left of it."""
    command = [sys.executable, "-m", "scrapy", *map(str, words)]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def find_group(group: int) -> list[int]:
    """The processes of a group; without those that have ended and only wait to be counted off."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, member = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(member) == group and state != "Z":
                found.append(int(folder.name))
    return found


def let_open(path: Path) -> bool:
    """Whether somebody waited to open the file; he finds it empty, and goes on to the next."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        return True
    return False


def await_that(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = monotonic() + seconds
    while not holds():
        assert monotonic() < deadline, "it did not come to be"
        sleep(0.02)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("words", [("verify",), ("replay", "--no-store")])
def test_ctrl_c_ends_workers_amid_a_file(files: list[Path], words: tuple[str, ...], times: int) -> None:
    with running(*words, *files, "--workers", "2") as process:
        await_that(lambda: let_open(files[0]))
        for _ in range(times):
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
            sleep(0.1)
        out, said = process.communicate(timeout=30)
        await_that(lambda: not find_group(process.pid), 30)
    assert process.returncode == 1, said
    assert f"{words[0]}: stopped" in said
    assert "Traceback" not in said + out


def test_ctrl_c_ends_the_server_well(tmp_path: Path) -> None:
    store = Database(f"sqlite:///{tmp_path / 'kaijuan.db'}", metadata)
    store.close()
    port = find_port()
    settings = ("-s", f"DATABASE_URL=sqlite:///{tmp_path / 'kaijuan.db'}", "-s", f"ARCHIVE_DIR={tmp_path / 'warc'}")
    with running("serve", "--port", str(port), *settings) as process:

        def answers() -> bool:
            assert process.poll() is None
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/en/coverage", timeout=10):
                return True
            return False

        await_that(answers)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (0, False), said
