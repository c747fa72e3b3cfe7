"""One bar for work that says how far it is."""

from typing import Self

from rich.progress import TaskID

from crawler.telling.bars import make_bars


class Bar:
    """A bar on a terminal, nothing elsewhere; it appears with the first ``advance``."""

    def __init__(self, title: str) -> None:
        self._bars = make_bars()
        self._title = title
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def advance(self, done: int, of: int) -> None:
        """So much is done."""
        if self._task is None:
            self._bars.start()
            self._task = self._bars.add_task(self._title, total=of)
        self._bars.update(self._task, completed=done, total=of)
