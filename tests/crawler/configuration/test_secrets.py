"""Secrets come from the environment alone, and are shown and written nowhere."""

import gzip
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.configuration import masking
from tests.commands import crawl_urls, run_scrapy
from tests.crawler.configuration.folders import SECRET, read
from tests.loopback import Answer, serving


@pytest.mark.parametrize(
    "toml",
    [
        f"DATABASE_URL = 'postgresql://u:{SECRET}@db/k'",
        f"DATABASE_URL = 'postgresql://u@db/k?password={SECRET}'",
        f"[scrapy]\nFTP_PASSWORD = '{SECRET}'",
        f"[archive.ARCHIVE_WARCINFO]\nTOKEN = '{SECRET}'",
    ],
)
def test_secret_in_the_file_is_refused_unshown_with_the_variable_to_set(tmp_path: Path, toml: str) -> None:
    (problem,) = read(tmp_path, toml).problems
    assert "in the environment" in problem or "environment's KAIJUAN_" in problem
    assert SECRET not in problem


@pytest.fixture
def covered() -> Iterator[None]:
    """Logging as it was, afterwards."""
    factory, hook, held = logging.getLogRecordFactory(), sys.excepthook, set(masking._held)
    masking._held.clear()
    yield
    logging.setLogRecordFactory(factory)
    sys.excepthook = hook
    masking._held.clear()
    masking._held.update(held)


def test_secrets_are_kept_out_of_messages_and_tracebacks(covered: None, caplog: pytest.LogCaptureFixture) -> None:
    masking.hold_secrets("DATABASE_URL", "postgresql://u:s%2Fgeheim@db/k")
    try:
        raise ValueError("cannot log in with s/geheim")
    except ValueError:
        logging.getLogger("x").exception("as %s", "s%2Fgeheim")
    assert "cannot log in with ***" in caplog.text
    assert "geheim" not in caplog.text


def test_secret_of_a_crawl_is_nowhere_in_archive_store_logs_or_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password of a database that nobody can log in to, and one that Scrapy's own log would list."""
    monkeypatch.setenv("KAIJUAN_FTP_PASSWORD", SECRET)
    words = ("-L", "DEBUG", "-s", "FEED_TEMPDIR=" + str(tmp_path))
    with serving({"/1": Answer("<p>本年度没有收到申请。</p>".encode())}) as origin:
        stored = crawl_urls(tmp_path / "stored", [f"{origin}/1"], *words)
        monkeypatch.setenv("KAIJUAN_DATABASE_URL", f"postgresql://u:{SECRET}@127.0.0.1:9/k")
        settings = ("-s", f"ARCHIVE_DIR={tmp_path / 'unstored'}", "-s", "ALLOW_LOOPBACK=1", "-s", "DOWNLOAD_DELAY=0")
        unstored = run_scrapy("crawl", "urls", "-a", f"file={tmp_path / 'stored' / 'urls.txt'}", *settings, *words)
    assert stored.returncode == 0, stored.stderr
    assert "Overridden settings" in stored.stderr
    assert "FTP_PASSWORD" in stored.stderr
    assert unstored.returncode == 1, unstored.stderr
    assert "u:***@127.0.0.1:9" in unstored.stderr.splitlines()[-1]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {".gz", ".db", ".cdxj", ".jsonl"} <= {path.suffix for path in files}
    written = b"".join(gzip.decompress(path.read_bytes()) for path in files if path.suffix == ".gz")
    assert b"isPartOf" in written  # warcinfo
    written += b"".join(path.read_bytes() for path in files)
    assert SECRET.encode() not in written + (stored.stderr + stored.stdout + unstored.stderr + unstored.stdout).encode()
