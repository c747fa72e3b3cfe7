"""The demo's commands run beside each other, and none outlives it."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from demo import running
from demo.errors import DemoError
from demo.running import run_steps
from demo.showing import Step

QUIET = Console(quiet=True)


def step(folder: Path, own: str, other: str) -> Step:
    """A command that leaves a file, and ends once the other one has."""
    code = f"""
import pathlib, time
pathlib.Path(r"{folder / own}").touch()
while not pathlib.Path(r"{folder / other}").exists(): time.sleep(0.01)
"""
    return Step(("timeit", "-n", "1", "-r", "1", code), 0, folder / f"{own}.log")


def test_commands_run_beside_each_other_and_keep_their_order_and_exit_codes(tmp_path: Path) -> None:
    failing = Step(("timeit", "-n", "1", "-r", "1", "raise ValueError"), 0, tmp_path / "failing.log")
    done = run_steps([step(tmp_path, "a", "b"), failing, step(tmp_path, "b", "a")], "2", QUIET)
    assert [each.code for each in done] == [0, 1, 0]
    assert [each.log.name for each in done] == ["a.log", "failing.log", "b.log"]
    assert all(each.log.exists() for each in done)


def test_no_command_outlives_one_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*words: Any, **more: Any) -> "subprocess.Popen[bytes]":
        begun.append(popen(*words, **more))
        return begun[-1]

    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", begin)
    monkeypatch.setattr(running, "_TIMEOUT", 4)
    with pytest.raises(DemoError, match=r"did not end within 4 s.*a\.log"):
        run_steps([step(tmp_path, "a", "never"), step(tmp_path, "b", "never")], "2", QUIET)
    assert [process.wait(30) for process in begun] == [-signal.SIGKILL] * 2
