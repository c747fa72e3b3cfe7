"""What a replay shows while it runs: how far it is in which file, pages a second, and how long still."""

from collections.abc import Callable, Mapping
from typing import Self

from rich.progress import TextColumn

from archive.opening import INSIDE
from crawler.telling.bars import make_bars
from pipelines.replay.tally import Tally

MOST_NAME = 24  # characters


class ReplayBars:
    """A bar over the bytes of all files, then one for settling. ``files``: sizes by path, in their order."""

    def __init__(self, files: Mapping[str, int]) -> None:
        self._bars = make_bars(TextColumn("{task.fields[rate]}"))
        self._files = files
        self._before: dict[str, int] = {}  # bytes of the files that come before each
        total = 0
        for path, size in files.items():
            self._before[path], total = total, total + size
        self._task = self._bars.add_task("replay", total=total, rate="")
        self._pages: int | None = None  # that were done when this run began

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def watch(self, path: str, offset: int | None, tally: Tally) -> None:
        """One more piece is done: of a file, up to an offset, or to its end."""
        file = path if path in self._files else path.partition(INSIDE)[0] + INSIDE[:-1]
        done = self._before[file] + (self._files[file] if offset is None and file == path else offset or 0)
        elapsed = self._bars.tasks[0].elapsed or 0.0
        if self._pages is None:
            self._pages = tally.pages
        rate = f"{(tally.pages - self._pages) / elapsed:.0f} pages/s" if elapsed > 1 else ""
        self._bars.update(self._task, completed=done, description=_shorten(path.rsplit("/", 1)[-1]), rate=rate)

    def settling(self) -> Callable[[int, int], None]:
        """The bar of what follows: to be called with how much is done, and of how much."""
        self._bars.update(self._task, completed=self._bars.tasks[0].total, description="replayed")
        task = self._bars.add_task("settling what captures say together", total=None, rate="")
        return lambda done, of: self._bars.update(task, completed=done, total=of)


def _shorten(name: str) -> str:
    """The end of a file's name, which tells it from the others, so that the times keep their place on the line."""
    return name if len(name) <= MOST_NAME else "…" + name[1 - MOST_NAME :]
