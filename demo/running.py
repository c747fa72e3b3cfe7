"""``python -m demo run``: serve the portals, crawl them, replay the archive, compare both with the truth, show it.

Everything lies under ``var/demo/``, which each run makes anew. The crawl is the real one, in processes of its own.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from rich.console import Console

from demo.catalogue import write_catalogue
from demo.errors import DemoError, PortTakenError
from demo.judging import Line, find_strays, judge_reports
from demo.kinds import find_missing_kinds
from demo.panorama import ALL, SECOND_DAY, THIRD_DAY
from demo.portals import BASE_PORT, HOST, PORTALS
from demo.server import Portals
from demo.showing import PLACE, ROOT, Outcome, Step, show_outcome

FOLDER = PLACE / "var" / "demo"
FEEDS = ("documents", "reports")
AGAIN = {"second-day": SECOND_DAY, "third-day": THIRD_DAY}  # whose portals are crawled again
_TIMEOUT = 600  # seconds for one command
_RANGE = 1200  # ports from the default ones on among which free ones are looked for
_KEPT = ("KAIJUAN_PROJECT", "KAIJUAN_OCR", "KAIJUAN_SOFFICE")

# The spiders, and the exit codes that the portals of their levels must lead to. 3: a portal refuses (provincial),
# a portal has nothing (municipal); a county portal of which only the home page is known may count as either.
SPIDERS = {"provincial": (3,), "municipal": (3,), "district": (0, 3)}


def run_demo(port: int | None, seed: int) -> int:
    """Exit code 0 only if everything came out as the truth says; ``port`` is the first portal's, or found."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped on the way out
    base_port = find_ports(len(ALL)) if port is None else port
    with serve_portals(base_port, seed) as server:
        _clear_folder()
        write_catalogue(FOLDER / "catalogue", base_port, ALL)
        count = len(ALL)
        console.print(f"[bold]1[/] {count} made-up portals on http://{HOST}:{base_port}/ to :{base_port + count - 1}/")
        crawls = run_steps([_plan_crawl(spider) for spider in SPIDERS], "2", console)
        for day, portals in AGAIN.items():
            begin_day(server)
            crawls += run_steps([_plan_crawl_again(day, portals)], "2", console)
    console.print("[bold]3[/] portals stopped; now from the archive alone")
    (replay,) = run_steps([_plan_replay()], "4", console)
    outcome = _compare(base_port, seed, crawls, replay)
    show_outcome(console, outcome)
    return 0 if outcome.good else 1


def _clear_folder() -> None:
    try:
        if FOLDER.exists():
            shutil.rmtree(FOLDER)
        FOLDER.mkdir(parents=True)
    except OSError as error:
        name = error.filename or FOLDER
        raise DemoError(
            f"cannot make var/demo/ anew: {error.strerror} ({name}); remove it, or make var/ writable"
        ) from error


def find_ports(count: int = len(PORTALS)) -> int:
    """The default ports, else the first free run of ports after them."""
    for base in range(BASE_PORT, BASE_PORT + _RANGE, 100):
        try:
            for number in range(count):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((HOST, base + number))
        except OSError:
            continue
        return base
    raise PortTakenError(f"no {count} free ports in a row from {BASE_PORT} on: name others with --port")


@contextmanager
def serve_portals(base_port: int, seed: int) -> Iterator["subprocess.Popen[str]"]:
    """The portals in a child process that lives as long as the block; it ends with this process, come what may."""
    words = [sys.executable, "-m", "demo", "serve", "--all", "--port", str(base_port), "--seed", str(seed)]
    words.append("--until-eof")
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            if not server.stdout.readline():  # its one line says that it is ready; without it, it said why
                sys.exit(server.wait())
            yield server
        finally:
            server.terminate()


def begin_day(server: "subprocess.Popen[str]") -> None:
    """The portals' next day: a page is gone here, a number another there."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write("\n")
    server.stdin.flush()
    server.stdout.readline()


def _plan_crawl_again(day: str, portals: Sequence[str]) -> Step:
    """The portals that have such a day, asked for everything once more."""
    return _plan_crawl("district", name=day, more=(f"portal={','.join(portals)}", "visit=all"))


def _plan_crawl(spider: str, name: str = "", more: Sequence[str] = ()) -> Step:
    name = name or spider
    feeds = [f"{feed}={FOLDER / f'live-{feed}-{name}.jsonl'}" for feed in FEEDS]
    settings = {
        "ALLOW_LOOPBACK": "1",
        "DOWNLOAD_DELAY": "0.005",
        # The portals share one address, so the pauses of one are waited out by all: nobody watches a demo wait.
        "BACKOFF_MOST": "0.5",
        "LIST_BARREN_PAGES": "10",
        "PAGE_PARTS": "images,styles",  # so that archived pages look like themselves
        "ARCHIVE_DIR": str(FOLDER / "warc"),
        "DATABASE_URL": f"sqlite:///{FOLDER / 'kaijuan.db'}",
    }
    words = ["scrapy", "crawl", spider, "-a", f"catalogue={FOLDER / 'catalogue'}"]
    words += [word for argument in (*feeds, *more) for word in ("-a", argument)]
    words += [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return Step(tuple(words), 0, FOLDER / f"crawl-{name}.log")


def _plan_replay() -> Step:
    feeds = [word for feed in FEEDS for word in (f"--{feed}", str(FOLDER / f"replayed-{feed}.jsonl"))]
    return Step(("scrapy", "replay", str(FOLDER / "warc"), "--no-store", *feeds), 0, FOLDER / "replay.log")


def run_steps(steps: Sequence[Step], number: str, console: Console) -> list[Step]:
    """Run commands of the project beside each other, since each waits much of its time; they end with this process."""
    with ExitStack() as stack:
        running = [(step, stack.enter_context(_start(step, number, console))) for step in steps]
        return [_await(step, process) for step, process in running]


@contextmanager
def _start(step: Step, number: str, console: Console) -> Iterator["subprocess.Popen[bytes]"]:
    """A command at work; what it says goes to its log."""
    console.print(f"[bold]{number}[/] {step.shown}", highlight=False, soft_wrap=True)
    with step.log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *step.words],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _await(step: Step, process: "subprocess.Popen[bytes]") -> Step:
    """The step with its exit code."""
    try:
        return replace(step, code=process.wait(_TIMEOUT))
    except subprocess.TimeoutExpired as error:
        raise DemoError(f"{step.shown} did not end within {_TIMEOUT} s; what it said is in {step.log}") from error


def _environment() -> dict[str, str]:
    """That of a crawl which nobody configured: a demo must not write where the real crawls do, nor alert anybody."""
    kept = {name: text for name, text in os.environ.items() if name in _KEPT or not name.startswith("KAIJUAN_")}
    return kept | {"KAIJUAN_CONFIG": os.devnull}


def _compare(base_port: int, seed: int, crawls: Sequence[Step], replay: Step) -> Outcome:
    sites = Portals(base_port, seed, ALL).sites
    first = {feed: [line for spider in SPIDERS for line in _raw(f"live-{feed}-{spider}")] for feed in FEEDS}
    again = {feed: [line for day in AGAIN for line in _raw(f"live-{feed}-{day}")] for feed in FEEDS}
    live = {feed: first[feed] + again[feed] for feed in FEEDS}
    replayed = {feed: _raw(f"replayed-{feed}") for feed in FEEDS}
    documents, reports = (_parse(first[feed]) for feed in FEEDS)
    wanted = [*SPIDERS.values(), *((0, 3) for _ in AGAIN), (0,)]
    missing, kinds = find_missing_kinds(FOLDER / "kaijuan.db")
    steps = [*crawls, replay]
    return Outcome(
        folder=FOLDER,
        base_port=base_port,
        verdicts=judge_reports(sites, documents, reports),
        strays=find_strays(sites, reports),
        documents=tuple(documents),
        unequal=tuple(feed for feed in FEEDS if sorted(live[feed]) != sorted(replayed[feed])),
        failed=tuple(step for step, codes in zip(steps, wanted, strict=True) if step.code not in codes),
        kinds=kinds,
        unseen=missing,
        codes=tuple((step.words[2], step.code) for step in crawls[: len(SPIDERS)]),
    )


def _raw(name: str) -> list[bytes]:
    """The lines of a feed, byte for byte; none where a command left no feed."""
    file = FOLDER / f"{name}.jsonl"
    return file.read_bytes().splitlines() if file.exists() else []


def _parse(lines: Sequence[bytes]) -> list[Line]:
    return [json.loads(line) for line in lines]
