"""Files that a crawl is to write: looked at before it begins, so that nothing is fetched in vain."""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.errors import OutputError


def require_writable(targets: Iterable[str]) -> None:
    """Raise ``OutputError`` for the first local file that cannot come to be; other places speak for themselves."""
    for target in targets:
        path = _local_path(target)
        if path is None:
            continue
        existing = next(place for place in (path, *path.parents) if place.exists())
        if path.is_dir() or (existing != path and not existing.is_dir()) or not os.access(existing, os.W_OK):
            raise OutputError(f"{target}: cannot be written; name another file")


def _local_path(target: str) -> Path | None:
    """The path of a feed's address; ``None`` for other schemes, standard output and addresses with parameters."""
    parts = urlsplit(target)
    if target == "-" or parts.scheme not in {"", "file"} or "%(" in target:
        return None
    return Path(unquote(parts.path) if parts.scheme else target).absolute()
