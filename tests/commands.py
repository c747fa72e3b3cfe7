"""Runs the project's commands as a user does: real processes in the project's folder."""

import io
import json
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from scrapy.cmdline import execute

from pipelines.feeds import Line

PROJECT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("KAIJUAN_CORPUS", PROJECT.parent / "shared" / "corpus"))


def run_scrapy(*words: str, timeout: float = 180) -> subprocess.CompletedProcess[str]:
    """``scrapy WORD…`` with its output caught."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def call_scrapy(*words: str) -> subprocess.CompletedProcess[str]:
    """The same within this process, for commands that start no crawl: a second less each."""
    said, complained, code = io.StringIO(), io.StringIO(), 0
    with chdir(PROJECT), redirect_stdout(said), redirect_stderr(complained):
        try:
            execute(["scrapy", *words])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(words, code, said.getvalue(), complained.getvalue())


def crawl_settings(folder: Path) -> list[str]:
    """Settings of a crawl on loopback that keeps everything under ``folder``."""
    return [
        *("-s", f"ARCHIVE_DIR={folder / 'warc'}"),
        *("-s", f"DATABASE_URL=sqlite:///{folder / 'kaijuan.db'}"),
        *("-s", "ALLOW_LOOPBACK=1"),
        *("-s", "DOWNLOAD_DELAY=0"),
    ]


def read_lines(path: Path) -> list[Line]:
    """The lines of a feed."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def crawl_urls(folder: Path, urls: list[str], *more: str) -> subprocess.CompletedProcess[str]:
    """``scrapy crawl urls`` over a list, with both feeds under ``folder`` as ``live-*.jsonl``, and ``more`` words."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "urls.txt").write_text("\n".join(urls) + "\n", encoding="utf-8")
    return run_scrapy(
        *("crawl", "urls", "-a", f"file={folder / 'urls.txt'}"),
        *("-a", f"documents={folder / 'live-documents.jsonl'}", "-a", f"reports={folder / 'live-reports.jsonl'}"),
        *crawl_settings(folder),
        *more,
    )


def replay_archive(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """``scrapy replay`` of the crawl's WARC files, with both feeds under ``folder`` as ``replayed-*.jsonl``."""
    return run_scrapy(
        *("replay", str(folder / "warc"), "--no-store", *more),
        *("--documents", str(folder / "replayed-documents.jsonl")),
        *("--reports", str(folder / "replayed-reports.jsonl")),
    )


def assert_feeds_equal(folder: Path) -> None:
    """The law: live and replayed feeds are equal as sorted lines, byte for byte."""
    for feed in ("documents", "reports"):
        live = sorted((folder / f"live-{feed}.jsonl").read_bytes().splitlines())
        replayed = sorted((folder / f"replayed-{feed}.jsonl").read_bytes().splitlines())
        assert live == replayed, f"{feed}: live and replayed lines differ"
        assert live, f"{feed}: no lines"
