"""What the archive has of addresses over time, for crawls that come again: read-only, and nothing of the run that asks.

>>> history = History(Path("var/warc"))
>>> [(entry.timestamp, entry.status) for entry in history.answers("http://www.example.gov.cn/zfxxgknb/1.html")]
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.index.cdxj import Entry
from archive.index.lookup import Lookup
from archive.opening import final_name
from archive.reading.captures import Resolver, read_capture
from archive.writing.runbook import find_run_files

_OF_OTHER_METHODS = "__wb_method="


class History:
    """The answers of an archive's folder as it was when this was made.

    ``without`` is the id of a run whose own answers are left out: one that goes on must not take them for another's.
    """

    def __init__(self, folder: Path, without: str | None = None) -> None:
        self._lookup = Lookup(folder)
        self._resolver = Resolver([], archive=folder)
        own = find_run_files(folder) if without else []
        self._without = frozenset(final_name(str(file.path)) for file in own if file.run == without)

    def close(self) -> None:
        """Let the index go."""
        self._lookup.close()

    def answers(self, url: str) -> list[Entry]:
        """The answers to a GET of one address in the order of their time, whatever scheme it was asked by."""
        wanted = _drop_scheme(url)
        return [entry for entry in self._kept(self._lookup.captures(url)) if _drop_scheme(entry.url) == wanted]

    def addresses(self, url: str) -> Iterator[list[Entry]]:
        """The answers of each address that begins so, one list an address."""
        yield from _by_address(self._kept(self._lookup.prefix(url)))

    def everything(self) -> Iterator[list[Entry]]:
        """The answers of each address of the archive; reads its whole index."""
        yield from _by_address(self._kept(self._lookup.entries()))

    def read(self, entry: Entry) -> Capture | None:
        """An answer with the context beside it; ``None`` where its file is gone or damaged."""
        try:
            return read_capture(self._lookup.path_of(entry.filename), entry.offset, self._resolver)
        except ArchiveError:
            return None

    def _kept(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        for entry in entries:
            is_answer = entry.status is not None and _OF_OTHER_METHODS not in entry.key
            if is_answer and entry.filename not in self._without:
                yield entry


def _by_address(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    for _, alike in groupby(entries, key=lambda entry: entry.key):
        found: dict[str, list[Entry]] = {}
        for entry in alike:
            found.setdefault(_drop_scheme(entry.url), []).append(entry)
        yield from found.values()


def _drop_scheme(url: str) -> str:
    return url.partition("://")[2]
