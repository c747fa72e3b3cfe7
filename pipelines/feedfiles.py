"""Files that feeds are written to: never one that holds something else, and never one for two."""

import os
from pathlib import Path

from pipelines.errors import PipelineError


def require_feeds(documents: str | None, reports: str | None) -> None:
    """Raise ``PipelineError`` for the first of two feeds that must not be written anew, before anything is.

    A file that is there and has something in it is a feed if it begins as one: what is named by mistake may be an
    archive, of which there is no other copy.
    """
    for name in (documents, reports):
        if name and _read_beginning(Path(name)) not in (b"", b"{"):
            raise PipelineError(
                f"{name}: holds something that is no feed, and would be lost; name another file, or remove this one"
            )
    if documents and reports and _is_same(documents, reports) and not _is_special(documents):
        raise PipelineError(f"{documents}: named for both feeds; name another file for one of them")


def _is_same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:  # one of them is not there yet
        return os.path.realpath(one) == os.path.realpath(other)


def _is_special(name: str) -> bool:
    """Pipes, terminals, ``/dev/null``: what is written there is not in a file."""
    path = Path(name)
    return path.exists() and not path.is_file()


def _read_beginning(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(1)
    except OSError:  # whoever opens it to write says why
        return b""
