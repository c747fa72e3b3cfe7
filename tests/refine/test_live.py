"""The live pipeline when something behind it fails."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.commands import PROJECT, crawl_settings, read_lines, replay_archive, run_scrapy
from tests.loopback import Answer, serving

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
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not tell a process's children")
def test_killed_refining_process_stops_the_crawl_with_one_line_and_the_archive_is_whole(tmp_path: Path) -> None:
    answers = {f"/{number}.html": Answer(PAGE) for number in range(40)}
    words = ["crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path)]
    words += ["-a", f"documents={tmp_path / 'live-documents.jsonl'}"]
    with serving(answers) as address:
        (tmp_path / "urls.txt").write_text("".join(f"{address}{path}\n" for path in answers))
        command = [sys.executable, "-m", "scrapy", *words, "-s", "DOWNLOAD_DELAY=0.5"]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
            kill_children_once_refining(process.pid, tmp_path / "live-documents.jsonl")
            said = process.communicate(timeout=120)[1]
    assert process.returncode == 1
    assert "Traceback" not in said
    [line] = [line for line in said.splitlines() if "refining stopped" in line]
    assert "scrapy replay" in line
    assert replay_archive(tmp_path).returncode == 0
    assert read_lines(tmp_path / "replayed-documents.jsonl")


def kill_children_once_refining(process: int, documents: Path) -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline and not (documents.exists() and documents.stat().st_size):
        sleep(0.05)
    for child in children(process):
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"spawn_main" in command:
            os.kill(child, signal.SIGKILL)
