"""Many files verified, one after another or in several processes, and held together at the end."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from archive.ending import end_pool, follow_parent, shielding, undisturbed
from archive.errors import ArchiveError
from archive.verifying.files import FileReport, verify_file
from archive.verifying.problems import Severity
from archive.verifying.relations import check_relations
from archive.verifying.trust import Trust

# The path of a file, and how far it was read in bytes.
Advance = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What all files came to, in the order in which they were given; a package is followed by the files in it."""

    files: Sequence[FileReport]

    def count(self, severity: Severity) -> int:
        """How many problems of that severity there are."""
        return sum(file.findings.count(severity) for file in self.files)

    @property
    def errors(self) -> int:
        """How many errors."""
        return self.count("error")

    @property
    def warnings(self) -> int:
        """How many warnings."""
        return self.count("warning")

    @property
    def records(self) -> Counter[str]:
        """How many records of each type."""
        return sum((file.records for file in self.files), Counter())

    @property
    def kinds(self) -> Counter[tuple[Severity, str]]:
        """How many problems of each severity and code."""
        return sum((file.findings.counts for file in self.files), Counter())

    def is_sound(self, *, strict: bool = False) -> bool:
        """No errors; with ``strict``, no warnings either."""
        return not self.errors and not (strict and self.warnings)


def verify_archives(
    paths: Sequence[str], *, trust: Trust | None = None, workers: int = 1, advance: Advance | None = None
) -> Report:
    """Verify archive files, named one by one (``archive.sources.find_archives`` finds those of a folder).

    Damage is told in the report and never raised. The report does not depend on ``workers``. Raises ``ArchiveError``
    where a worker was killed.
    """
    advance = advance or (lambda path, at: None)
    reports = list(_verify_each(list(paths), trust or Trust(), min(workers, len(paths)), advance))
    check_relations([(report.facts, report.findings) for report in reports if report.facts])
    for report in reports:
        report.facts = None
        report.findings.problems.sort(key=lambda problem: -1 if problem.offset is None else problem.offset)
    return Report(reports)


def _verify_each(paths: list[str], trust: Trust, workers: int, advance: Advance) -> Iterator[FileReport]:
    if workers <= 1:
        for path in paths:
            yield from verify_file(path, trust, advance)
        return
    # Not forked: the caller may have threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=follow_parent) as pool, _ending(pool):
        with shielding():
            futures = [pool.submit(_verify_apart, path, trust) for path in paths]
        for path, future in zip(paths, futures, strict=True):
            try:
                reports = future.result()
            except BrokenProcessPool as error:
                raise ArchiveError(f"{path}: the process that read it was killed; try --workers 1") from error
            advance(path, reports[0].size)
            yield from reports


@contextmanager
def _ending(pool: ProcessPoolExecutor) -> Iterator[None]:
    """What is interrupted waits for no file that is read or queued."""
    try:
        yield
    except BaseException:
        with undisturbed():
            end_pool(pool)
        raise


def _verify_apart(path: str, trust: Trust) -> list[FileReport]:
    return verify_file(path, trust, lambda path, at: None)
