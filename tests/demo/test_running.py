"""The demo's commands run beside each other, and none outlives it."""

import os
from pathlib import Path

import pytest
from rich.console import Console

from demo import running
from demo.errors import DemoError
from demo.running import run_steps
from demo.showing import Step

QUIET = Console(quiet=True)


def step(folder: Path, own: str, other: str) -> Step:
    """A command that writes its process id, and ends once the other one has."""
    code = f"""
import os, pathlib, time
pathlib.Path(r"{folder / own}").write_text(str(os.getpid()))
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
    monkeypatch.setattr(running, "_TIMEOUT", 4)
    with pytest.raises(DemoError, match=r"did not end within 4 s.*a\.log"):
        run_steps([step(tmp_path, "a", "never"), step(tmp_path, "b", "never")], "2", QUIET)
    for name in ("a", "b"):
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / name).read_text()), 0)
