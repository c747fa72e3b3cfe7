"""A Dask cluster on loopback, of Dask's own commands: a scheduler and workers, each a process with a nanny."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.commands import PROJECT

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

_PATIENCE = 120  # seconds, on a busy machine


@contextmanager
def dask_cluster(folder: Path, workers: int = 2, failures: int = 3) -> Iterator[str]:
    """The scheduler's address while the block runs; ``failures``: how many workers a piece may cost and one more."""
    file = folder / "scheduler.json"
    log = (folder / "dask.log").open("wb")
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    here = ["--host", "127.0.0.1"]
    words = [["scheduler", *common, *here, "--port", "0"]]
    words += [["worker", *common, *here, "--nthreads", "1", "--local-directory", str(folder)]] * workers
    environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(failures)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *each],
            cwd=PROJECT,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
        for each in words
    ]
    try:
        address = str(json.loads(_wait_for(file))["address"])
        with distributed.Client(address, set_as_default=False, timeout=_PATIENCE) as client:
            client.wait_for_workers(workers, timeout=_PATIENCE)
        yield address
    finally:
        for process in reversed(processes):
            _end(process)
        log.close()


def _wait_for(file: Path) -> str:
    began = monotonic()
    while monotonic() - began < _PATIENCE:
        if file.is_file() and (text := file.read_text()).rstrip().endswith("}"):
            return text
        sleep(0.1)
    raise TimeoutError(f"{file}: no scheduler came up")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The process and those that it started."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
