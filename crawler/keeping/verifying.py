"""Verification as years go by: each new file soon, and all of them again within a month, some at each turn.

``ARCHIVE_DIR/verified.json`` remembers of each file what was verified when, and what it came to::

    {"files": {"kaijuan-….warc.gz": {"size": 1048576, "mtime": 1674034200000000000, "digest": "sha256:…",
                                     "result": "sound", "at": "2023-01-18T09:30:00Z"}},
     "at": "2023-01-18T09:30:00Z"}

``result`` is ``sound``, or what is wrong. A file whose bytes are not those that were verified before is told, whatever
its form, for nothing changes a finished file; so is one that has vanished, unless its index is there, which stays where
a file was uploaded and removed. References between files are ``scrapy verify``'s: it reads them all together.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from archive.index.indexing import index_path, write_sorted
from archive.sources import SUFFIXES
from archive.verifying.files import FileReport, verify_file
from archive.verifying.trust import Trust
from crawler.errors import HousekeepingError
from crawler.keeping.backup import find_files
from crawler.keeping.copying import find_digest

NAME = "verified.json"
SOUND = "sound"
GONE = "gone: it was verified before, and neither the file nor its index is there"
_OFTEN = 10.0  # seconds between two writings

Tell = Callable[[str, str], None]  # a file and what it came to
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file came to when it was last read whole. ``mtime`` in nanoseconds; ``at`` as in journals."""

    size: int
    mtime: int
    digest: str
    result: str
    at: str


@dataclass(frozen=True, slots=True)
class Record:
    """All that was verified, by path within the archive; ``at``: when files were last chosen."""

    files: Mapping[str, Look]
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What one turn came to: files read, their bytes, and those that are not sound, now or from an earlier turn."""

    files: int
    size: int
    broken: Mapping[str, str]


def read_record(archive: Path) -> Record:
    """What is remembered; nothing where there is no such file yet. Raises ``HousekeepingError`` where it is damaged."""
    path = archive / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Record({name: Look(**look) for name, look in found["files"].items()}, found["at"])
    except FileNotFoundError:
        return Record({})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise HousekeepingError(
            f"{path}: cannot be read ({error}); remove it, and all files are verified anew"
        ) from error


def choose_files(archive: Path, record: Record, now: datetime, days: float) -> list[Path]:
    """The files that are new or touched, then of the others those read longest ago: their part of ``days``; 0: all."""
    paths = [path for path in find_files(archive)[0] if path.name.endswith(SUFFIXES)]
    stats = {path: path.stat() for path in paths}
    looks = {path: record.files.get(_name(archive, path)) for path in paths}
    known = {
        path: look
        for path, look in looks.items()
        if look and (look.size, look.mtime) == (stats[path].st_size, stats[path].st_mtime_ns)
    }
    since = now - datetime.fromisoformat(record.at) if record.at else timedelta()
    share = min(1.0, since / timedelta(days=days)) if days else 1.0
    left = sum(look.size for look in known.values()) * share
    again = []
    for path in sorted(known, key=lambda path: (known[path].at, path)):
        if left <= 0:
            break
        again.append(path)
        left -= known[path].size
    return [*(path for path in paths if path not in known), *again]


def verify_some(
    archive: Path, paths: list[Path], now: datetime, tell: Tell | None = None, advance: Advance | None = None
) -> Verified:
    """Read files whole and remember what they came to; what is not sound is told at once. Raises ``ArchiveError``."""
    record = _note_gone(archive, read_record(archive), now)
    files, written, done = dict(record.files), monotonic(), 0
    total = sum(path.stat().st_size for path in paths)
    for path in paths:
        name = _name(archive, path)
        files[name] = look = _look_at(path, files.get(name), now)
        if look.result != SOUND and tell:
            tell(name, look.result)
        done += look.size
        if advance:
            advance(done, total)
        if monotonic() - written > _OFTEN:  # what was read need not be read again, should this be killed
            _write(archive, Record(files, record.at))
            written = monotonic()
    _write(archive, Record(files, _write_time(now)))
    return Verified(len(paths), done, {name: look.result for name, look in files.items() if look.result != SOUND})


def _look_at(path: Path, before: Look | None, now: datetime) -> Look:
    status = path.stat()
    digest = find_digest(path, lambda size: None)
    reports = verify_file(str(path), Trust(), lambda _, at: None)
    result = _sum_up(reports)
    if before and before.digest != digest and before.result == SOUND:  # else it was mended
        result = f"changed: it is not what it was on {before.at}" + ("" if result == SOUND else f"; {result}")
    return Look(status.st_size, status.st_mtime_ns, digest, result, _write_time(now))


def _sum_up(reports: list[FileReport]) -> str:
    errors = sum(report.findings.count("error") for report in reports)
    if not errors:
        return SOUND
    codes = sorted({code for report in reports for severity, code in report.findings.counts if severity == "error"})
    return f"{errors} error{'s' * (errors > 1)}: {', '.join(codes)}"


def _note_gone(archive: Path, record: Record, now: datetime) -> Record:
    """Files that were there: those that were uploaded are forgotten, others are told as gone."""
    files = {}
    for name, look in record.files.items():
        path = archive / name
        if path.exists():
            files[name] = look
        elif not index_path(path).exists():
            files[name] = look if look.result == GONE else replace(look, result=GONE, at=_write_time(now))
    return Record(files, record.at)


def _write(archive: Path, record: Record) -> None:
    files = {name: asdict(look) for name, look in sorted(record.files.items())}
    text = json.dumps({"files": files, "at": record.at}, ensure_ascii=False, indent=1)
    write_sorted(archive / NAME, [text.encode(), b"\n"])


def _name(archive: Path, path: Path) -> str:
    return path.relative_to(archive).as_posix()


def _write_time(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
