"""Where lines go: the two feed files and the store, any of which may be left out."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from pipelines.errors import PipelineError
from pipelines.feedfiles import require_feeds
from pipelines.feeds import Line, Refined, write_line
from pipelines.sightings import Sighting
from pipelines.store import Store


class Sink:
    """Writes refined captures; one thread at a time.

    ``documents`` and ``reports`` are paths of feed files, which are written anew. Raises ``PipelineError``, one line
    that names the file or database and the way out.
    """

    def __init__(
        self, documents: str | None = None, reports: str | None = None, database_url: str | None = None
    ) -> None:
        require_feeds(documents, reports)
        self._documents = _open_feed(documents)
        self._reports = _open_feed(reports)
        self._store = Store(database_url) if database_url else None

    def write(self, lines: Refined) -> None:
        """Write one capture's lines to all that is open."""
        _write(self._documents, lines.document)
        if lines.report is not None:
            _write(self._reports, lines.report)
        if self._store is not None:
            self._store.write(lines)

    def note(self, sighting: Sighting) -> None:
        """Tell the store of an answer that makes no line."""
        if self._store is not None:
            self._store.note(sighting)

    def settle(self, advance: Callable[[int, int], None] | None = None) -> None:
        """Have the store make anew what depends on several captures; ``advance(done, of)`` as it goes."""
        if self._store is not None:
            self._store.settle(advance)

    def close(self) -> None:
        """Flush and close everything."""
        for feed in (self._documents, self._reports):
            if feed is not None:
                with suppress(OSError):  # each line was flushed, or its failure told
                    feed.close()
        if self._store is not None:
            self._store.close()


def _open_feed(path: str | None) -> IO[str] | None:
    if not path:
        return None
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # A lone surrogate cannot be UTF-8: it becomes "?" on both roads alike.
        return Path(path).open("w", encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise PipelineError(f"{path}: the feed cannot be written ({error.strerror}); name another file") from error


def _write(feed: IO[str] | None, line: Line) -> None:
    if feed is None:
        return
    try:
        feed.write(write_line(line))
        feed.flush()
    except OSError as error:
        raise PipelineError(
            f"{feed.name}: writing the feed failed ({error.strerror}); make room, then replay the archive"
        ) from error
