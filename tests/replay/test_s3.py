"""An archive in a store like S3 (moto's server on loopback): written to it, read from it, replayed from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveError
from archive.reading.captures import read_captures
from archive.sources import find_archives
from archive.uploading import Remote
from tests.commands import crawl_urls, run_scrapy
from tests.loopback import Answer, serving

moto = pytest.importorskip("moto.server", reason="moto (of the development group) is not installed")
s3fs = pytest.importorskip("s3fs", reason="the extra `s3` is not installed")

S3Files = Any  # s3fs ships no types

TEXT = "政府信息公开工作年度报告" * 400
PAGES = {f"/{number}.html": Answer(f"<p>{TEXT}{number}</p>".encode()) for number in range(5)}
UPLOAD = "s3://archive/kaijuan/warc"


@pytest.fixture(scope="module")
def store() -> Iterator[S3Files]:
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "made")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "up")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3fs.S3FileSystem.clear_instance_cache()
        files = s3fs.S3FileSystem()
        files.mkdir("archive")
        yield files
    server.stop()


@pytest.fixture(scope="module")
def crawled(store: S3Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("s3")
    with serving(PAGES) as address:
        urls = [address + path for path in PAGES]
        done = crawl_urls(folder, urls, "-s", f"ARCHIVE_UPLOAD={UPLOAD}", "-s", "ARCHIVE_ROTATE_BYTES=6000")
    assert done.returncode == 0, done.stderr
    return folder


def local_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "warc").iterdir() if path.is_file()}


def remote_files(store: S3Files) -> dict[str, bytes]:
    store.invalidate_cache()
    return {name.rpartition("/")[2]: store.cat_file(name) for name in store.find(UPLOAD)}


def test_archive_written_to_the_store_is_the_local_one(crawled: Path, store: S3Files) -> None:
    uploaded = remote_files(store)
    assert len([name for name in uploaded if name.endswith(".warc.gz")]) > 1
    assert uploaded == local_files(crawled)


def test_captures_read_from_the_store_are_those_of_the_file(crawled: Path) -> None:
    (first, *_) = find_archives([UPLOAD])
    assert first.startswith(UPLOAD)
    local = crawled / "warc" / first.rpartition("/")[2]
    assert list(read_captures(first)) == list(read_captures(local))


def test_replay_from_the_store_gives_the_lines_of_the_crawl(crawled: Path, tmp_path: Path) -> None:
    feeds = [tmp_path / "documents.jsonl", tmp_path / "reports.jsonl"]
    done = run_scrapy(
        *("replay", UPLOAD, "--no-store", "--workers", "2", "--documents", str(feeds[0]), "--reports", str(feeds[1])),
    )
    assert done.returncode == 0, done.stderr
    for feed, live in zip(feeds, ("live-documents.jsonl", "live-reports.jsonl"), strict=True):
        assert sorted(feed.read_bytes().splitlines()) == sorted((crawled / live).read_bytes().splitlines())


def test_next_crawl_uploads_what_a_crash_left_and_may_remove_it(crawled: Path, store: S3Files, tmp_path: Path) -> None:
    names = sorted(name for name in store.find(UPLOAD) if name.endswith(".warc.gz"))
    before = remote_files(store)
    store.rm_file(names[0])
    store.pipe_file(names[1], b"half")
    with serving(PAGES) as address:
        done = crawl_urls(
            *(crawled, [address + "/1.html"]),
            *("-s", f"ARCHIVE_UPLOAD={UPLOAD}", "-s", "ARCHIVE_UPLOAD_KEEP=0"),
        )
    assert done.returncode == 0, done.stderr
    after = remote_files(store)
    assert {name: after[name] for name in before} == before
    assert len(after) > len(before)
    assert not [name for name in local_files(crawled) if name.endswith(".warc.gz")]
    with serving(PAGES) as address:
        again = crawl_urls(crawled, [address + "/1.html"], "-s", f"ARCHIVE_UPLOAD={UPLOAD}")
    assert again.returncode == 0, again.stderr


def test_upload_that_arrives_otherwise_is_not_counted(
    store: S3Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "made.warc.gz"
    path.write_bytes(b"whole")
    remote = Remote("s3://archive/other")
    assert remote.find_missing(tmp_path) == [path]
    monkeypatch.setattr(Remote, "_put", lambda self, path, name: self._files.pipe_file(name, b"wrong"))
    with pytest.raises(ArchiveError, match="what arrived is not what was sent"):
        remote.upload(path)


def test_large_file_in_parts_is_known_by_its_digest(
    store: S3Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.uploading.PART", 5 << 20)
    path = tmp_path / "made.warc.gz"
    path.write_bytes(bytes(range(256)) * (48 << 10))
    remote = Remote("s3://archive/large")
    remote.find_missing(tmp_path)
    remote.upload(path)
    assert "-3" in store.info("archive/large/made.warc.gz")["ETag"]
    assert remote.find_missing(tmp_path) == []


@pytest.mark.usefixtures("store")
def test_bucket_that_is_not_there_is_said_in_one_line() -> None:
    done = run_scrapy("replay", "s3://nowhere/warc", "--no-store")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "s3://nowhere/warc" in done.stderr
