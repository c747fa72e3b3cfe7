"""Finished WARC files on their way to a store like S3: uploaded beside the crawl, checked there, and only then counted.

Scrapy extension; ``ARCHIVE_UPLOAD = "s3://bucket/prefix"`` (any fsspec URL) turns it on. The writer needs a disk that
can sync and rename, so a file is written locally and uploaded once it is closed, its index after it. What a crash left
behind goes first when the next crawl begins: what the store lacks is found by asking it, so no note of ours can be
wrong. With ``ARCHIVE_UPLOAD_KEEP = False`` a crawl that ends removes the local files that the store has (revisits may
point to them until then, so no other crawl should be writing into the folder); their indexes stay.
"""

import asyncio
import fcntl
import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

import fsspec
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request

from archive.errors import ArchiveError
from archive.index.indexing import index_path
from archive.opening import say_reason
from archive.position import Position
from archive.signals import exchange_archived

logger = logging.getLogger(__name__)

PART = 16 << 20  # bytes of one part of a large upload; S3 has at most 10,000 of them
_TRIES = 3


class Uploader:
    """Uploads the files of a crawl as they are closed, one after another, in a thread of its own."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        target = settings.get("ARCHIVE_UPLOAD")
        if not target:
            raise NotConfigured
        self._crawler = crawler
        self._folder = Path(settings.get("ARCHIVE_DIR", "var/warc"))
        self._keep = settings.getbool("ARCHIVE_UPLOAD_KEEP", True)
        self._remote = Remote(target)
        self._works: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        # Waited for by nobody but ``_finish``: a crawl that is ended at once does not wait for a store.
        Thread(target=self._work, name="archive-uploading", daemon=True).start()
        self._current: str | None = None  # base name of the file that is being written
        crawler.signals.connect(self._begin, signals.engine_started)
        crawler.signals.connect(self._note, exchange_archived)
        crawler.signals.connect(self._finish, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its extensions. Raises ``ArchiveError`` where the store cannot be reached."""
        return cls(crawler)

    def _begin(self) -> None:
        self._works.put(self._upload_all)

    def _note(self, position: Position, request: Request) -> None:
        """An exchange in another file means that the one before is closed."""
        if self._current not in (None, position.warc):
            self._works.put(self._upload_all)
        self._current = position.warc

    async def _finish(self) -> None:
        """The crawl ends when its files are there, or cannot be brought there."""
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        self._works.put(self._upload_all)
        if not self._keep:
            self._works.put(self._remove_all)
        self._works.put(lambda: _tell_ended(loop, ended))
        self._works.put(None)
        await ended

    def _work(self) -> None:
        while (work := self._works.get()) is not None:
            try:
                work()
            except BaseException as error:  # what a library's depths raise must be told of, and what comes next be done
                logger.exception("Uploading failed")
                self._fail(ArchiveError(str(error)))

    def _upload_all(self) -> None:
        try:
            for path in self._remote.find_missing(self._folder):
                self._upload(path)
        except ArchiveError as error:
            self._fail(error)

    def _upload(self, path: Path) -> None:
        with _locked(path) as is_ours:
            if not is_ours:
                return
            self._remote.upload(path)
            self._crawler.stats.inc_value("archive/uploaded/files")
            self._crawler.stats.inc_value("archive/uploaded/bytes", path.stat().st_size)

    def _remove_all(self) -> None:
        try:
            missing = set(self._remote.find_missing(self._folder))
            for path in sorted(self._folder.rglob("*.warc.gz")):
                if path not in missing:
                    path.unlink()
        except (ArchiveError, OSError) as error:
            logger.warning("Files that are uploaded could not be removed: %s", error)

    def _fail(self, error: ArchiveError) -> None:
        logger.error("%s. The files are whole in %s; the next crawl uploads them", error, self._folder)
        self._crawler.stats.inc_value("archive/uploaded/failed")


def _tell_ended(loop: asyncio.AbstractEventLoop, ended: "asyncio.Future[None]") -> None:
    with suppress(RuntimeError):  # the crawl was ended at once
        loop.call_soon_threadsafe(ended.set_result, None)


class Remote:
    """A folder in a store. Raises ``ArchiveError``, one line that names the address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        try:
            self._files, self._root = fsspec.url_to_fs(self._url)
        except Exception as error:  # a store behind fsspec has errors of its own
            hint = "; pip install '.[s3]' brings what it needs" if isinstance(error, ImportError) else ""
            raise ArchiveError(f"ARCHIVE_UPLOAD={url}: cannot be used ({say_reason(error)}){hint}") from error

    def find_missing(self, folder: Path) -> list[Path]:
        """The closed files of a local folder and their indexes that the store has not, or of another size."""
        there = self._list()
        files = [
            each
            for path in sorted(folder.rglob("*.warc.gz"))
            for each in (path, index_path(path))
            if each.is_file() and there.get(each.relative_to(folder).as_posix()) != each.stat().st_size
        ]
        self._folder = folder
        return files

    def upload(self, path: Path) -> None:
        """Bring one file there and make sure that it is there as it is here."""
        name = f"{self._root.rstrip('/')}/{path.relative_to(self._folder).as_posix()}"
        last: Exception | None = None
        for _ in range(_TRIES):
            try:
                self._files.makedirs(name.rpartition("/")[0], exist_ok=True)
                self._put(path, name)
                if self._is_same(path, name):
                    return
                last = ArchiveError("what arrived is not what was sent")
            except Exception as error:  # noqa: BLE001 - as above; told below
                last = error
        assert last is not None
        raise ArchiveError(f"{path}: cannot be uploaded to {self._url} ({say_reason(last)})") from last

    def _put(self, path: Path, name: str) -> None:
        if "s3" in _protocols(self._files):
            self._files.put_file(str(path), name, chunksize=PART)
        else:
            self._files.put_file(str(path), name)

    def _list(self) -> dict[str, int]:
        """Sizes of the store's files by their name below the folder."""
        try:
            self._files.invalidate_cache()
            found = self._files.find(self._root, detail=True)
        except FileNotFoundError:
            return {}
        except Exception as error:  # as above
            raise ArchiveError(f"ARCHIVE_UPLOAD={self._url}: cannot be listed ({say_reason(error)})") from error
        root = self._root.rstrip("/") + "/"
        return {name.removeprefix(root): int(info.get("size") or 0) for name, info in found.items()}

    def _is_same(self, path: Path, name: str) -> bool:
        """By size and by the store's own digest; where that says nothing, by reading the file back."""
        self._files.invalidate_cache()
        info: dict[str, Any] = self._files.info(name)
        if info.get("size") != path.stat().st_size:
            return False
        stated = str(info.get("ETag") or "").strip('"')
        if stated == _make_etag(path, in_parts="-" in stated):
            return True
        with path.open("rb") as ours, self._files.open(name, "rb") as theirs:
            return hashlib.file_digest(ours, "sha256").digest() == hashlib.file_digest(theirs, "sha256").digest()


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)


def _make_etag(path: Path, *, in_parts: bool) -> str:
    """The ETag that S3 gives a file: its MD5, or where it came in parts that of their digests, and their number."""
    with path.open("rb") as file:
        if not in_parts:
            return hashlib.file_digest(file, "md5").hexdigest()
        digests = [hashlib.md5(piece, usedforsecurity=False).digest() for piece in iter(lambda: file.read(PART), b"")]
    return f"{hashlib.md5(b''.join(digests), usedforsecurity=False).hexdigest()}-{len(digests)}"


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Whether this process alone has the file for now: crawls beside it upload the same folder."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
