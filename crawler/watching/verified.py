"""What the verification of the archive's files last came to, as it is kept beside them."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.watching.facts import Verified

FILE = "verified.json"


def read_verified(archive: Path) -> Verified | None:
    """The result of the last looks; ``None`` where nothing was ever verified, or the file is none of ours."""
    try:
        found: dict[str, Any] = json.loads((archive / FILE).read_text(encoding="utf-8"))
        return _make(found["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _make(files: Mapping[str, Mapping[str, Any]]) -> Verified:
    times = [datetime.fromisoformat(file["at"]) for file in files.values()]
    failed = {name: str(file["result"]) for name, file in sorted(files.items()) if file["result"] != "sound"}
    return Verified(len(files), max(times, default=None), failed)
