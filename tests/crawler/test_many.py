"""Many crawls as one: what each does, what happens when one dies, and that the server is spared by all together."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from archive.reading.captures import read_captures
from crawler.errors import OutputError
from crawler.many.joining import join_feeds, prepare_parts
from crawler.many.running import find_worst
from crawler.many.sharing import AddressLocks
from crawler.many.tasks import Order, Task, make_tasks
from crawler.many.working import make_words, secret_variables
from tests.archive.building import warcs
from tests.commands import PROJECT, assert_feeds_equal, crawl_settings, read_lines, replay_archive, run_scrapy
from tests.crawler.grouped import walk
from tests.crawler.manyportals import YEARS, Log, serving_portals, write_portals

DELAY = 0.25
CLOCK = 0.005  # seconds


def test_worst_exit_code_is_that_of_the_whole() -> None:
    assert find_worst([0, 0]) == 0
    assert find_worst([0, 3, 0]) == 3
    assert find_worst([3, 2]) == 2
    assert find_worst([2, 1, 3]) == 1
    assert find_worst([0, -9]) == 1


def make_order(folder: Path) -> Order:
    return Order("RUN", str(folder), {}, {}, {"documents": str(folder / "documents.jsonl")}, "kaijuan")


def test_each_task_has_its_own_run_files_and_part_of_the_feed(tmp_path: Path) -> None:
    tasks = make_tasks("RUN", [[(walk("a", "a.gov.cn"),)], [(walk("b", "b.gov.cn"), walk("c", "b.gov.cn"))]])
    assert [task.portals for task in tasks] == [("a",), ("b", "c")]
    words = [" ".join(make_words(make_order(tmp_path), task)) for task in tasks]
    for word, found in zip(("RUN.001", "RUN.002"), words, strict=True):
        assert f"RUN_ID={word}" in found
        assert f"documents.jsonl.parts/{word}.jsonl" in found
    assert "portal=b,c" in words[1]


def test_secrets_go_to_a_task_through_its_environment_and_no_command_line(tmp_path: Path) -> None:
    secret = {"DATABASE_URL": "postgresql://u:geheim@db/k", "ALERT_TOKEN": "geheim", "DOWNLOAD_DELAY": "5"}
    order = replace(make_order(tmp_path), settings=secret)
    (task,) = make_tasks("RUN", [[(walk("a", "a.gov.cn"),)]])
    words = make_words(order, task)
    assert not [word for word in words if "geheim" in word]
    assert "DOWNLOAD_DELAY=5" in words
    assert secret_variables(order) == {
        "KAIJUAN_DATABASE_URL": secret["DATABASE_URL"],
        "KAIJUAN_ALERT_TOKEN": secret["ALERT_TOKEN"],
    }


def test_feeds_are_joined_in_the_order_of_a_replay(tmp_path: Path) -> None:
    order, tasks = make_order(tmp_path), [Task(number, f"RUN.{number}", "provincial", (), 1) for number in (1, 2, 3)]
    lines = [("b.warc.gz", 10), ("a.warc.gz", 200), ("a.warc.gz", 30), ("a-1.warc.gz", 5)]
    for task, some in zip(tasks, (lines[:2], lines[2:]), strict=False):  # the third wrote none
        order.part("documents", task).parent.mkdir(exist_ok=True)
        text = "".join(json.dumps({"url": "年报 ", "warc": warc, "offset": offset}) + "\n" for warc, offset in some)
        order.part("documents", task).write_text(text, encoding="utf-8")
    join_feeds(order, tasks)
    found = [(line["warc"], line["offset"]) for line in read_lines(tmp_path / "documents.jsonl")]
    assert found == sorted(lines)
    assert [path.name for path in tmp_path.iterdir()] == ["documents.jsonl"]


def test_an_address_is_asked_by_one_at_a_time_and_rests_for_all(tmp_path: Path) -> None:
    spans: list[tuple[float, float]] = []

    async def ask(locks: AddressLocks, address: str) -> None:
        for _ in range(4):
            async with locks.turn(address, 60) as turn:
                began = time.monotonic()
                await asyncio.sleep(0.01)
                spans.append((began, time.monotonic()))
                turn.put_off(0.1)

    async def ask_from_two() -> None:
        await asyncio.gather(*(ask(AddressLocks(tmp_path), "192.0.2.1") for _ in range(2)))

    asyncio.run(ask_from_two())
    spans.sort()
    assert len(spans) == 8
    assert all(later[0] - earlier[1] >= 0.1 - CLOCK for earlier, later in pairwise(spans))


# With a server, processes, and their deaths


@dataclass(frozen=True)
class Crawled:
    """A whole crawl and what the server saw of it; ``died``: what was said until it was stopped."""

    folder: Path
    log: Log
    died: str
    code: int
    said: str


def many_words(folder: Path, log: Log, *more: str) -> list[str]:
    catalogue = write_portals(folder / "catalogue", log.port, 5, shared=1)
    feeds = [word for feed in ("documents", "reports") for word in ("-a", f"{feed}={folder / f'live-{feed}.jsonl'}")]
    words = ["crawl-many", "provincial", "municipal", "-a", f"catalogue={catalogue}", *feeds, *crawl_settings(folder)]
    return [*words, "-s", f"DOWNLOAD_DELAY={DELAY}", *more]


@contextmanager
def running(words: list[str], heard: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with (
        heard.open("ab") as file,
        subprocess.Popen(words, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=file, stderr=file) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def await_that(holds: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.01)


def find_crawls(parent: int) -> list[int]:
    """The processes of ``scrapy crawl`` that a process began."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_child = int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent
            if is_child and b"RUN_ID=" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (OSError, ValueError, IndexError):
            continue
    return found


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One crawl of two is killed; then the whole is stopped by Ctrl-C, and gone on with."""
    folder = tmp_path_factory.mktemp("many")
    with serving_portals() as log:
        words = many_words(folder, log, "--workers", "2")
        with running([sys.executable, "-m", "scrapy", *words], folder / "heard.txt") as process:
            await_that(lambda: len(log.asked) >= 10 and len(find_crawls(process.pid)) == 2)
            os.kill(find_crawls(process.pid)[0], signal.SIGKILL)
            before = len(log.asked)
            log.most = before + 12  # else it might be over before it is stopped
            await_that(lambda: len(log.asked) >= log.most and len(find_crawls(process.pid)) == 2)
            process.send_signal(signal.SIGINT)
            await_that(lambda: "Stopping" in (folder / "heard.txt").read_text())
            time.sleep(2)  # the crawls look a few times a second
            log.goes_on.set()
            assert process.wait(timeout=120) == 1
        assert len(log.asked) < 5 + 6 * (1 + len(YEARS)), "it was over before it was stopped"
        done = run_scrapy(*words, "-a", "resume=last")
        yield Crawled(folder, log, (folder / "heard.txt").read_text(), done.returncode, done.stderr)


def assert_whole(crawled: Crawled) -> None:
    """Every page is archived once, in the files of several crawls, and the feeds are those of a replay."""
    paths = warcs(crawled.folder / "warc")
    found = Counter(capture.url for path in paths for capture in read_captures(path))
    reports = {url for url in found if "/r20" in url}
    assert len(reports) == 6 * len(YEARS)
    assert set(found.values()) == {1}
    assert not [path for path in paths if path.name.endswith(".open")]
    assert len({path.name.split("-")[1] for path in paths}) == 2
    assert replay_archive(crawled.folder).returncode == 0
    assert_feeds_equal(crawled.folder)
    for feed in ("documents", "reports"):
        live, replayed = (crawled.folder / f"{name}-{feed}.jsonl" for name in ("live", "replayed"))
        assert live.read_bytes() == replayed.read_bytes()  # in the same order too


def assert_spared(log: Log, lost: int) -> None:
    """No page was asked for twice but what was under way when a process died; every address had its rest."""
    twice = [place for place, times in log.times_asked().items() if times > 1]
    assert max(log.times_asked().values()) <= 2
    assert len(twice) <= lost, twice
    assert log.least_rest() >= DELAY - CLOCK


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_killed_and_stopped_crawls_are_gone_on_with_from_what_they_archived(killed: Crawled) -> None:
    assert killed.code == 0, killed.said
    assert "its process died of SIGKILL" in killed.died
    assert "resume=last" in killed.died
    assert_whole(killed)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_no_address_is_asked_sooner_or_twice_by_all_processes_together(killed: Crawled) -> None:
    assert_spared(killed.log, lost=5)


def test_one_table_tells_of_all_tasks(killed: Crawled) -> None:
    for number in range(1, 6):
        assert f"云岭省第{number}A局" in killed.said
    assert killed.said.count("What came") == 1
    assert "2 files" in killed.said or "files of 2 crawls" in killed.said


def test_workers_of_a_cluster_take_over_from_one_that_is_killed(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    beginning = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    worker = [*dask, "worker", "--scheduler-file", str(beginning), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    scheduler = [*dask, "scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(beginning)]
    with (
        serving_portals() as log,
        running(scheduler, tmp_path / "dask.txt"),
        running(worker, tmp_path / "dask.txt") as first,
        running(worker, tmp_path / "dask.txt") as second,
    ):
        await_that(lambda: beginning.exists() and beginning.read_text().endswith("}"))  # it is written in pieces
        address = json.loads(beginning.read_text())["address"]
        await_that(lambda: (tmp_path / "dask.txt").read_text().count("Registered to:") >= 2)
        words = many_words(tmp_path, log, "--dask", address)
        with running([sys.executable, "-m", "scrapy", *words], tmp_path / "heard.txt") as whole:
            await_that(lambda: len(log.asked) >= 10 and find_crawls(first.pid) and find_crawls(second.pid))
            first.kill()
            code = whole.wait(timeout=180)
        crawled = Crawled(tmp_path, log, "", code, (tmp_path / "heard.txt").read_text())
    assert code == 0, crawled.said
    assert_spared(log, lost=5)
    assert_whole(crawled)


def test_feed_that_cannot_be_written_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    order = Order("RUN", str(tmp_path), {}, {}, {"documents": str(tmp_path / "file" / "documents.jsonl")}, "kaijuan")
    with pytest.raises(OutputError, match="name another file"):
        prepare_parts(order)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name one spider or several: district, municipal, provincial"),
        (("provinical",), "did you mean provincial"),
        (("urls",), "'urls' is no spider of the catalogue's portals"),
        (("provincial", "--workers", "0"), "--workers needs a whole number"),
        (("provincial", "--dask", "host:8786"), "--dask needs the scheduler's address"),
        (("provincial", "-s", "JOBDIR=x"), "JOBDIR is of a single crawl"),
        (("provincial", "-a", "resume=last"), "holds no such run"),
        (("provincial", "-a", "portal=nowhere"), "portal=nowhere: not in catalogue"),
        (("provincial", "-O", "pages.jsonl"), "unknown option -O"),
    ],
)
def test_mistakes_are_said_in_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run_scrapy("crawl-many", *words, "-s", f"ARCHIVE_DIR={tmp_path / 'warc'}")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "warc").exists()
