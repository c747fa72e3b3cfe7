"""What holds for the whole run: processes beside each other, the long files first, bytecode made for commands."""

import compileall
import fcntl
import os
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from demo import running
from tests.commands import PROJECT

# Files that take longest, the longest first: begun last, they would leave the other processes idle at the end.
_LONG = (
    "archive/writing/test_crashes.py",
    "archive/writing/test_power.py",
    "archive/writing/test_crashes_disk.py",
    "spiders/test_cruelties.py",
    "docs/test_tutorial.py",
    "spiders/test_crawl.py",
    "test_quality.py",
    "test_round_trip.py",
    "test_resume.py",
    "test_second_crawl.py",
    "store/test_settling.py",
    "store/test_postgresql.py",
    "clean/test_fuzz.py",
    "archive/wire/test_wire.py",
    "archive/wacz/test_wacz_command.py",
    "archive/writing/test_durability.py",
)
_ROOMS = ("archive", "crawler", "spiders", "pipelines", "web", "demo", "benchmarks", "tests")
# What the person who runs the tests has configured is none of the tests' business.
for _name in [name for name in os.environ if name.startswith("KAIJUAN_") and name != "KAIJUAN_CORPUS"]:
    del os.environ[_name]
os.environ["KAIJUAN_CONFIG"] = os.devnull
_PORTS, _SLICES = 200, 24  # ports of a process, and processes that have ports of their own at once


# An example that takes long says that the machine is busy, not that it is wrong.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_configure(config: pytest.Config) -> None:
    """Ports of its own for each process; before the first, the bytecode of what they will start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as shells begin what runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)  # else no command that is begun here hears Ctrl-C
    running.__dict__["BASE_PORT"] += _PORTS * (1 + take_slice(config))
    if "PYTEST_XDIST_WORKER" not in os.environ and sys.dont_write_bytecode:
        # Commands are started by the hundred, and compiling the project anew costs each a third of its time.
        for room in _ROOMS:
            compileall.compile_dir(PROJECT / room, quiet=2)


def take_slice(config: pytest.Config) -> int:
    """A number that no other process of this user's tests has, as long as this one lives."""
    for at in range(_SLICES):
        path = Path(tempfile.gettempdir(), f"kaijuan-tests-{os.getuid()}-{at}.lock")
        lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            config.add_cleanup(partial(os.close, lock))
            return at
    pytest.exit(f"{_SLICES} processes of tests are at work already", 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; otherwise in the order in which they were found."""
    items.sort(key=lambda item: next((at for at, name in enumerate(_LONG) if item.path.match(name)), len(_LONG)))
