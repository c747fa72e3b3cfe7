"""What holds for the whole run: processes beside each other, the long files first, bytecode made for commands."""

import compileall
import os
import sys

import pytest

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
_WORKER = "PYTEST_XDIST_WORKER"
_PORTS = 200  # between the ports where two processes begin to look for free ones, for five of them


def pytest_configure(config: pytest.Config) -> None:
    """Ports of its own for each process; before the first, the bytecode of what they will start."""
    worker = os.environ.get(_WORKER)
    if worker is not None:
        running.__dict__["BASE_PORT"] += _PORTS * (1 + int(worker.removeprefix("gw")) % 5)
    elif sys.dont_write_bytecode:
        # Commands are started by the hundred, and compiling the project anew costs each a third of its time.
        for room in _ROOMS:
            compileall.compile_dir(PROJECT / room, quiet=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; otherwise in the order in which they were found."""
    items.sort(key=lambda item: next((at for at, name in enumerate(_LONG) if item.path.match(name)), len(_LONG)))
