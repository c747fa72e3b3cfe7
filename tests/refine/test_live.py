"""The live pipeline when something behind it fails."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from crawler.settings import EXTENSIONS, ITEM_PIPELINES
from tests.commands import PROJECT, crawl_settings, crawl_urls, read_lines, replay_archive, run_scrapy
from tests.loopback import Answer, Asked, serving

PAGE = (
    "<html><head><title>通知</title></head><body><p>关于办公时间调整的通知，自下周一起执行。</p></body></html>".encode()
)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_feed_on_a_full_disk_stops_the_crawl_with_one_line_and_the_archive_is_whole(tmp_path: Path) -> None:
    answers = {f"/{number}.html": Answer(PAGE) for number in range(8)}
    with serving(answers) as address:
        (tmp_path / "urls.txt").write_text("".join(f"{address}{path}\n" for path in answers))
        done = run_scrapy(
            *("crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", "-a", "documents=/dev/full"),
            *crawl_settings(tmp_path),
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [line for line in done.stderr.splitlines() if "/dev/full" in line and "No space left" in line]
    replayed = replay_archive(tmp_path)
    assert replayed.returncode == 0
    assert {line["kind"] for line in read_lines(tmp_path / "replayed-documents.jsonl")} == {"other"}


def children(process: int) -> list[int]:
    return [int(child) for told in read_all(Path(f"/proc/{process}/task").glob("*/children")) for child in told.split()]


def read_all(paths: Iterable[Path]) -> Iterator[str]:
    """What Linux tells of threads and processes; one that has ended meanwhile tells nothing."""
    for path in paths:
        with suppress(FileNotFoundError, ProcessLookupError):
            yield path.read_text(errors="replace")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not tell a process's children")
def test_killed_refining_process_stops_the_crawl_with_one_line_and_the_archive_is_whole(tmp_path: Path) -> None:
    # More than are fetched before the first line, even where refining rests for a crawl that is short of a processor;
    # and more than could be fetched in the time that is given to the end.
    answers = {f"/{number}.html": Answer(PAGE) for number in range(240)}
    words = ["crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path)]
    words += ["-a", f"documents={tmp_path / 'live-documents.jsonl'}"]
    with serving(answers) as address:
        (tmp_path / "urls.txt").write_text("".join(f"{address}{path}\n" for path in answers))
        command = [sys.executable, "-m", "scrapy", *words, "-s", "DOWNLOAD_DELAY=0.5"]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
            with killing_once_refining(process.pid, tmp_path / "live-documents.jsonl"):
                try:
                    process.wait(timeout=60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise
            said = process.communicate(timeout=60)[1]  # all of it: the workers have ended too
    assert process.returncode == 1
    assert "Traceback" not in said
    [line] = [line for line in said.splitlines() if "refining stopped" in line]
    assert "scrapy replay" in line
    assert replay_archive(tmp_path).returncode == 0
    assert read_lines(tmp_path / "replayed-documents.jsonl")


@contextmanager
def killing_once_refining(process: int, documents: Path) -> Iterator[None]:
    """The refining process dies at work; its workers, held up within, have not heard of it."""
    wait_for(lambda: documents.exists() and documents.stat().st_size)
    [refining] = spawned(children(process))
    workers = spawned(children(refining))
    assert workers
    hold(workers)
    try:
        os.kill(refining, signal.SIGKILL)
        yield
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)


def spawned(processes: Iterable[int]) -> list[int]:
    return [each for each in processes if "spawn_main" in "".join(read_all([Path(f"/proc/{each}/cmdline")]))]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not tell a process's children")
def test_first_ctrl_c_says_what_is_left_and_the_second_leaves_it_to_replay(tmp_path: Path) -> None:
    answers = {f"/{number}.html": Answer(PAGE) for number in range(12)}
    words = ["crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path)]
    words += ["-a", f"documents={tmp_path / 'live-documents.jsonl'}", "-s", "REFINE_WORKERS=1"]
    log: list[Asked] = []
    with serving(answers, log) as address:
        (tmp_path / "urls.txt").write_text("".join(f"{address}{path}\n" for path in answers))
        command = [sys.executable, "-m", "scrapy", *words, "-s", "DOWNLOAD_DELAY=0.2"]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            try:
                wait_for((tmp_path / "live-documents.jsonl").exists)  # then the workers have begun
                stop_workers(process.pid)
                wait_for(lambda: len(log) > 5)
                process.send_signal(signal.SIGINT)
                said = next(line for line in process.stderr if line.startswith("Stopping"))
                process.send_signal(signal.SIGINT)
                rest = process.stderr.read()
                process.wait(timeout=60)
            finally:
                process.kill()
    assert re.search(r"then \d+ captures are refined\. Ctrl-C again .* scrapy index .* scrapy replay", said)
    assert (process.returncode, "Traceback" in rest) == (1, False), rest
    assert run_scrapy("index", str(tmp_path / "warc")).returncode == 0
    assert replay_archive(tmp_path).returncode == 0
    replayed = {line["url"] for line in read_lines(tmp_path / "replayed-documents.jsonl")}
    live = {line["url"] for line in read_lines(tmp_path / "live-documents.jsonl")}
    assert live < replayed <= {f"{address}{path}" for path in answers}


def test_page_that_comes_while_the_last_exchange_is_counted_off_gets_its_lines_and_the_crawl_ends(
    tmp_path: Path,
) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.refine.latepages.LatePages": 950})
    with serving({"/a.html": Answer(PAGE)}) as address:
        done = crawl_urls(
            *(tmp_path, [f"{address}/a.html"], "-s", f"EXTENSIONS={extensions}", "-o", str(tmp_path / "items.jsonl"))
        )
    assert (done.returncode, done.stderr.count("Error")) == (0, 0)
    items = read_lines(tmp_path / "items.jsonl")
    assert [item["document"]["url"] for item in items] == [f"{address}/a.html"] * 2
    assert len(read_lines(tmp_path / "live-documents.jsonl")) == 1


def test_crawl_that_is_told_to_end_while_the_last_page_is_in_a_pipeline_ends(tmp_path: Path) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.refine.slowitems.Ending": 950})
    pipelines = json.dumps(ITEM_PIPELINES | {"tests.refine.slowitems.SlowItems": 200})
    words = ("-s", f"EXTENSIONS={extensions}", "-s", f"ITEM_PIPELINES={pipelines}", "-o", str(tmp_path / "items.jsonl"))
    with serving({"/a.html": Answer(PAGE)}) as address:
        done = crawl_urls(tmp_path, [f"{address}/a.html"], *words)
    assert (done.returncode, done.stderr.count("Error")) == (0, 0)
    assert [item["document"]["url"] for item in read_lines(tmp_path / "items.jsonl")] == [f"{address}/a.html"]


def stop_workers(process: int) -> None:
    """Let the refining process wait for its worker for ever."""

    def workers() -> list[int]:
        return spawned(worker for child in children(process) for worker in children(child))

    wait_for(workers)
    hold(workers())


def hold(processes: Iterable[int]) -> None:
    """Stop them, and return when all their threads stand: a signal is taken later than it is sent."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
        wait_for(lambda: all(state == "T" for state in thread_states(process)))  # noqa: B023 called at once


def thread_states(process: int) -> list[str]:
    return [told.rpartition(")")[2].split()[0] for told in read_all(Path(f"/proc/{process}/task").glob("*/stat"))]


def wait_for(happened: Callable[[], object]) -> None:
    deadline = monotonic() + 120
    while not happened():
        assert monotonic() < deadline, "it did not happen within two minutes"
        sleep(0.02)
