"""One file verified: a WARC or ARC file from its first byte to its last, or a WACZ package and the files in it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import BadZipFile

from archive.errors import ArchiveError
from archive.format.members import GZIP_MAGIC, MemberSource
from archive.format.plain import PlainSource
from archive.opening import OPEN_SUFFIX, open_archive
from archive.verifying.facts import FactCollector, Facts
from archive.verifying.heads import Head
from archive.verifying.indexes import IndexCheck, find_index
from archive.verifying.labelled import Digest
from archive.verifying.packages import verify_package
from archive.verifying.problems import Findings, show_bytes
from archive.verifying.trust import Trust
from archive.verifying.walk import Walk, is_archive

_ZIP_MAGIC = b"PK\x03\x04"

Advance = Callable[[str, int], None]


@dataclass(slots=True)
class FileReport:
    """What one file came to. ``facts`` serve the comparison of files and are dropped after it."""

    path: str
    findings: Findings
    size: int = 0
    records: Counter[str] = field(default_factory=Counter)  # by type
    members: int = 0
    facts: Facts | None = None

    @property
    def verdict(self) -> str:
        """``error``, ``warning`` or ``sound``: notes do no harm."""
        if self.findings.count("error"):
            return "error"
        return "warning" if self.findings.count("warning") else "sound"


def verify_file(path: str, trust: Trust, advance: Advance) -> list[FileReport]:
    """The report of a file; of a package, its own and those of the files in it. Damage is told, never raised."""
    report = FileReport(path, Findings(path, unfinished=path.endswith(OPEN_SUFFIX)))
    try:
        with open_archive(path) as file:
            report.size = file.seek(0, 2)
            file.seek(0)
            first = file.read(len(_ZIP_MAGIC))
            file.seek(0)
            if first == _ZIP_MAGIC or path.endswith(".wacz"):
                return [report, *_verify_package(file, report, trust, advance)]
            verify_stream(file, report, find_index(path, report.findings), advance)
    except ArchiveError as error:
        report.findings.tell("file-unreadable", why=str(error))
    except (OSError, BadZipFile) as error:
        report.findings.tell("file-unreadable", why=str(error))
    return [report]


def _verify_package(file: IO[bytes], report: FileReport, trust: Trust, advance: Advance) -> Iterator[FileReport]:
    def verify_inside(inner: IO[bytes], path: str, size: int, index: IndexCheck | None) -> None:
        inside = FileReport(path, Findings(path), size)
        verify_stream(inner, inside, index, lambda _, at: None)
        reports.append(inside)

    reports: list[FileReport] = []
    verify_package(file, report.findings, trust, verify_inside)
    advance(report.path, report.size)
    yield from reports


def verify_stream(file: IO[bytes], report: FileReport, index: IndexCheck | None, advance: Advance) -> None:
    """Walk through an open file, and fill its report in."""
    findings = report.findings
    if report.path.endswith(OPEN_SUFFIX):
        findings.tell("still-open")
    first = file.read(len(GZIP_MAGIC))
    if not first:
        findings.tell("file-empty")
        return
    source: PlainSource | MemberSource
    source = MemberSource(file) if first.startswith(GZIP_MAGIC[: len(first)]) else PlainSource(file)
    if isinstance(source, PlainSource) and not is_archive(source):
        findings.tell("not-an-archive", found=show_bytes(source.peek(24)))
        return
    collector = FactCollector(findings)
    walk = Walk(source, report.size, findings, collector)

    def place(head: Head, length: int, readings: list[dict[str, Digest]]) -> None:
        if index:
            index.place(head, length, readings, findings)

    try:
        walk.run(place, lambda at: advance(report.path, at))
    except (OSError, BadZipFile) as error:  # a failing disk or connection, a package damaged inside
        findings.tell("file-unreadable", why=f"reading stops at {source.position()}: {error}")
    report.records, report.members = walk.records, walk.members
    report.facts = collector.finish()
    if index:
        index.finish(findings)
