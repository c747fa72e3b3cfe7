"""What a crash left is cut after the last whole exchange of ours, after the last whole record of others."""

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.opening import OPEN_SUFFIX
from archive.reading.captures import read_captures
from archive.verifying import verify_archives
from archive.writing.recovery import recover_folder
from archive.writing.wreckage import survey_wreckage
from tests.archive.building import warcs
from tests.archive.crawling import PROJECT, crawl
from tests.archive.oddserver import OddServer, Script
from tests.archive.wreckage import HEAD, foreign_records, leave_foreign_file, leave_open_file, member_offsets

RUBBISH = [b"\0" * 5000, b"garbage after the crash", b"\x1f\x8b\x08\x00rubbish"]


@contextmanager
def running(program: str, path: Path, word: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of that program which has said the word."""
    words = [sys.executable, "-c", program, str(path)]
    process = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == f"{word}\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def leave_own_file(folder: Path) -> tuple[Path, bytes]:
    left, _ = leave_open_file(folder, 2)
    return left, left.read_bytes()


def test_file_cut_anywhere_in_an_exchange_ends_with_the_one_before(tmp_path: Path) -> None:
    left, positions = leave_open_file(tmp_path, 2)
    content = left.read_bytes()
    last = positions[-1].offset
    for cut in range(last, len(content)):
        left.write_bytes(content[:cut])
        found = survey_wreckage(left, cut)
        assert found is not None
        assert (found.end, [part.type for part in found.parts]) == (
            last,
            ["warcinfo", "response", "request", "metadata"],
        )


def test_file_cut_at_a_border_of_members_is_mended_and_indexed(tmp_path: Path) -> None:
    left, positions = leave_open_file(tmp_path, 2)
    content = left.read_bytes()
    last = positions[-1].offset
    for cut in (
        at + step for at in member_offsets(content)[4:] for step in (-1, 0, 1) if last <= at + step < len(content)
    ):
        left.write_bytes(content[:cut])
        [found] = recover_folder(tmp_path)
        assert found.path is not None
        assert (found.kept, found.dropped) == (last, cut - last)
        assert found.path.read_bytes() == content[:last]
        [capture] = read_captures(found.path)
        assert capture.context["run"] == "r1"
        assert "127.0.0.1/0" in found.path.with_name(found.path.name.replace(".warc.gz", ".cdxj")).read_text()
        found.path.unlink()


def test_file_cut_at_the_end_of_an_exchange_is_kept_whole(tmp_path: Path) -> None:
    left, _ = leave_open_file(tmp_path, 2)
    content = left.read_bytes()
    [found] = recover_folder(tmp_path)
    assert (found.kept, found.dropped, found.url) == (len(content), 0, None)


def test_file_cut_before_its_first_exchange_keeps_who_wrote_it(tmp_path: Path) -> None:
    left, positions = leave_open_file(tmp_path, 1)
    content, first = left.read_bytes(), positions[0].offset
    for cut in range(first + 1):
        left.write_bytes(content[:cut])
        found = survey_wreckage(left, cut)
        assert found is not None
        assert found.end == (first if cut == first else 0)
    for cut in (0, 1, 30, first - 1, first):
        left.write_bytes(content[:cut])
        [mended] = recover_folder(tmp_path)
        assert mended.kept == (first if cut == first else 0)
        assert [path.read_bytes() for path in warcs(tmp_path)] == ([content[:first]] if cut == first else [])


def test_answer_without_its_metadata_is_named_and_fetched_again(tmp_path: Path) -> None:
    answer = HEAD % 4 + b"page"
    with OddServer({"/a": Script(answer), "/b": Script(answer[:-1] + b"!")}) as server:
        requests = [
            {"url": f"http://127.0.0.1:{server.port}/{name}", "meta": {"context": {"name": name}}} for name in "ab"
        ]
        [path] = crawl(tmp_path, requests, RUN_ID="r1").files
        content = path.read_bytes()
        path.with_name(path.name + OPEN_SUFFIX).write_bytes(content[: member_offsets(content)[-2]])
        path.unlink()
        path.with_name(path.name.replace(".warc.gz", ".cdxj")).unlink()
        again = crawl(tmp_path, requests, RUN_ID="r1", ARCHIVE_RESUME="r1")
        assert [len(server.heard[f"/{name}"]) for name in "ab"] == [1, 2]
    assert "/b was not kept with all that belongs to it" in again.errors
    captures = [capture for path in again.files for capture in read_captures(path)]
    assert [(capture.url[-1], capture.context["name"]) for capture in captures] == [("a", "a"), ("b", "b")]


def test_file_of_another_tool_keeps_every_whole_record_wherever_it_is_cut(tmp_path: Path) -> None:
    left, content = leave_foreign_file(tmp_path)
    members = member_offsets(content)
    for cut in range(members[1], len(content) + 1):
        left.write_bytes(content[:cut])
        found = survey_wreckage(left, cut)
        assert found is not None
        assert found.end == max(at for at in members if at <= cut)
    left.write_bytes(content[: members[-2] - 1])
    [recovered] = recover_folder(tmp_path)
    assert recovered.path is not None
    assert recovered.path.read_bytes() == content[: members[-3]]


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize("leave", [leave_own_file, leave_foreign_file])
def test_rubbish_at_the_end_is_dropped(
    tmp_path: Path, rubbish: bytes, leave: Callable[[Path], tuple[Path, bytes]]
) -> None:
    left, _ = leave(tmp_path)
    content = left.read_bytes()
    left.write_bytes(content + rubbish)
    [found] = recover_folder(tmp_path)
    assert found.path is not None
    assert found.path.read_bytes() == content


def test_damage_within_a_file_of_ours_leaves_a_sound_file_and_loses_nothing(tmp_path: Path) -> None:
    left, positions = leave_open_file(tmp_path, 4)
    content = bytearray(left.read_bytes())
    second = positions[1].offset
    content[second : second + 40] = b"\0" * 40
    left.write_bytes(content)
    [found] = recover_folder(tmp_path)
    assert found.path is not None
    assert found.aside is not None
    assert found.path.read_bytes() + found.aside.read_bytes() == bytes(content)
    assert found.kept == second
    assert verify_archives([str(found.path)]).is_sound()
    behind = found.aside.rename(tmp_path / "behind.warc.gz").read_bytes()
    (tmp_path / "behind.warc.gz").write_bytes(behind[positions[2].offset - second :])
    assert len(list(read_captures(tmp_path / "behind.warc.gz"))) == 2


def test_damage_within_a_file_of_another_tool_is_told_and_costs_one_record(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    left, content = leave_foreign_file(tmp_path)
    second = member_offsets(content)[1]
    damaged = content[:second] + b"\0" * 40 + content[second + 40 :]
    left.write_bytes(damaged)
    [found] = recover_folder(tmp_path)
    assert found.path is not None
    assert found.path.read_bytes() == damaged
    assert found.damaged
    assert "damaged places stay" in caplog.text
    assert [capture.url[-1] for capture in read_captures(found.path)] == ["5", "7"]


HOLDING = """
import fcntl, sys, time
with open(sys.argv[1], "rb+") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print("holding", flush=True)
    time.sleep(60)
"""


def test_file_that_another_tool_is_writing_is_left_alone(tmp_path: Path) -> None:
    left, content = leave_foreign_file(tmp_path)
    with running(HOLDING, left, "holding"):
        assert recover_folder(tmp_path) == []
        assert left.read_bytes() == content
    assert len(recover_folder(tmp_path)) == 1


def test_file_of_another_tool_with_one_member_for_all_is_not_cut(tmp_path: Path) -> None:
    content = gzip.compress(b"".join(foreign_records()), mtime=0)
    for cut in (len(content) - 1, len(content) - 20):
        left = tmp_path / f"other.warc.gz{OPEN_SUFFIX}"
        left.write_bytes(content[:cut])
        [found] = recover_folder(tmp_path)
        assert found.path is not None
        assert found.path.read_bytes() == content[:cut]
        assert len(list(read_captures(found.path))) >= 2
        found.path.unlink()


def test_file_that_is_no_archive_is_left_alone_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    left = tmp_path / f"notes.warc.gz{OPEN_SUFFIX}"
    left.write_text("not a WARC file at all", encoding="utf-8")
    assert recover_folder(tmp_path) == []
    assert left.read_text(encoding="utf-8") == "not a WARC file at all"
    assert str(left) in caplog.text


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"\x1f\x8b\x08"])
def test_file_that_never_held_a_record_is_removed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"crashed.warc.gz{OPEN_SUFFIX}").write_bytes(content)
    [found] = recover_folder(tmp_path)
    assert found.path is None
    assert warcs(tmp_path) == []


WRITING = """
import itertools, sys, time
from pathlib import Path
from archive.index.indexing import write_sorted

def lines():
    for number in itertools.count():
        yield b"a line of an index %d\\n" % number
        if number == 100_000:
            print("writing", flush=True)
            time.sleep(60)

write_sorted(Path(sys.argv[1]), lines())
"""


def test_index_that_a_crash_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for path in (tmp_path / "a.cdxj", tmp_path / "inner" / "b.cdxj"):
        with running(WRITING, path, "writing") as process:
            process.kill()
    assert len(list(tmp_path.rglob(".*.cdxj.*.tmp"))) == 2
    recover_folder(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["inner"]


def test_index_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    with running(WRITING, tmp_path / "a.cdxj", "writing"):
        recover_folder(tmp_path)
        assert len(list(tmp_path.glob(".a.cdxj.*.tmp"))) == 1


def test_temporary_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".notes.tmp").write_text("mine", encoding="utf-8")
    recover_folder(tmp_path)
    assert (tmp_path / ".notes.tmp").exists()
