"""The bars that commands show while they read archives: what is read, how far, how long, how long still."""

import sys

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


def make_bars(*more: ProgressColumn) -> Progress:
    """Bars on standard error, with ``more`` columns at their end; none where that is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        *more,
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
