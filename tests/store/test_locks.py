"""Locks of portals: one owner each, taken over from the dead and from nobody else, the same in both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from pipelines.store.database import read_address
from pipelines.store.locks import Locks
from pipelines.store.owners import Owner, read_start
from tests.commands import PROJECT

US = Owner.of_this_process("r1")
SILENCE = 600.0


@pytest.fixture
def address(database_url: str) -> str:
    """An address of a store without locks."""
    Locks(database_url, US, SILENCE).close()
    execute(database_url, "DELETE FROM locks")
    return database_url


def execute(address: str, statement: str) -> None:
    engine = create_engine(read_address(address))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def take(address: str, owner: Owner, *portals: str) -> tuple[list[str], list[str], list[str]]:
    """Who asks gets; the portals held, those of others, those inherited."""
    locks = Locks(address, owner, SILENCE)
    taken = locks.take(portals)
    locks.close()
    return list(taken.held), sorted(taken.others), sorted(taken.inherited)


def test_portal_has_one_owner(address: str) -> None:
    other = replace(US, run="r2")
    assert take(address, US, "a", "b") == (["a", "b"], [], [])
    assert take(address, other, "b", "c") == (["c"], ["b"], [])


def test_own_lock_is_taken_again(address: str) -> None:
    take(address, US, "a")
    assert take(address, US, "a") == (["a"], [], [])


def test_what_was_given_back_is_free(address: str) -> None:
    locks = Locks(address, US, SILENCE)
    locks.take(["a", "b"])
    locks.give_back(["a"])
    locks.close()
    assert take(address, replace(US, run="r2"), "a", "b") == (["a"], ["b"], [])


def test_lock_of_a_dead_process_is_taken_over_at_once(address: str) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    gone = replace(US, run="r0", pid=int(dead.stdout))
    take(address, gone, "a")
    assert take(address, US, "a") == (["a"], [], ["a"])


def test_process_that_got_the_number_of_a_dead_one_is_not_its_heir(address: str) -> None:
    take(address, replace(US, run="r0", started="1"), "a")
    assert take(address, US, "a") == (["a"], [], ["a"])


def test_process_that_waits_for_its_parent_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert read_start(child.pid) is None
    finally:
        child.wait()


def test_lock_from_before_the_machine_was_started_anew_is_taken_over(address: str) -> None:
    take(address, replace(US, run="r0", boot="another"), "a")
    assert take(address, US, "a") == (["a"], [], ["a"])


@pytest.mark.parametrize("elsewhere", [("other", "another", US.space), (US.host, US.boot, "pid:[1]")])
def test_lock_of_another_machine_or_container_is_left_until_its_owner_was_silent_for_long(
    address: str, elsewhere: tuple[str, str, str]
) -> None:
    host, boot, space = elsewhere
    owner = replace(US, run="r0", host=host, boot=boot, space=space)
    take(address, owner, "a")
    execute(address, f"UPDATE locks SET heard = heard - {SILENCE - 60}")
    assert take(address, US, "a") == ([], ["a"], [])
    execute(address, "UPDATE locks SET heard = heard - 61")
    assert take(address, US, "a") == (["a"], [], ["a"])


def test_owner_that_says_it_lives_keeps_its_lock(address: str) -> None:
    far = Locks(address, replace(US, run="r0", host="other", boot="another"), SILENCE)
    far.take(["a"])
    execute(address, "UPDATE locks SET heard = heard - 7200")
    assert far.keep() == frozenset()
    far.close()
    assert take(address, US, "a") == ([], ["a"], [])


def test_owner_hears_that_its_lock_was_taken_over(address: str) -> None:
    far = Locks(address, replace(US, run="r0", host="other", boot="another"), SILENCE)
    far.take(["a", "b"])
    execute(address, "UPDATE locks SET heard = heard - 7200 WHERE portal = 'a'")
    assert take(address, US, "a") == (["a"], [], ["a"])
    assert [sorted(far.keep()), sorted(far.keep())] == [["a"], []]
    far.give_back(["a", "b"])
    far.close()
    assert take(address, replace(US, run="r2"), "a", "b") == (["b"], ["a"], [])


def test_of_processes_that_ask_at_once_one_gets_each_portal(address: str) -> None:
    names = [f"p{number}" for number in range(40)]
    program = (
        "import sys; from pipelines.store.locks import Locks; from pipelines.store.owners import Owner\n"
        "locks = Locks(sys.argv[1], Owner.of_this_process(sys.argv[2]), 600); print('ready', flush=True)\n"
        "sys.stdin.readline(); print(*locks.take(sys.argv[3:]).held, flush=True); sys.stdin.readline()"
    )
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", program, address, f"r{number}", *order],
            cwd=PROJECT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number, order in enumerate((names, names[::-1], names[20:] + names[:20]))
    ]
    try:
        held = list(read_answers(asking))
    finally:
        for process in asking:
            process.communicate("\n")
    assert sorted(name for line in held for name in line.split()) == sorted(names)


def read_answers(asking: list[subprocess.Popen[str]]) -> Iterator[str]:
    """What each got, after all were told to begin."""
    for process in asking:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in asking:
        assert process.stdout is not None
        yield process.stdout.readline()
