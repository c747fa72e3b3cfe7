"""The version of the steps that make a line: what is declared, and a digest of everything that they are written in.

A version that people have to raise is forgotten, and two parsers that bear one are taken for one. So the digest stands
beside it: over the modules that ``pipelines.refine`` imports, however far, and the data files of the steps. Any change
of theirs is another version, also one that changes no line; the same checkout has the same one on every machine. What
is installed (``requirements.lock``) is not in it.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

# Raised with each release; between releases the digest tells two parsers apart.
DECLARED = "0.1.0"

_ROOT = Path(__file__).resolve().parents[1]
_FIRST = "pipelines/refine.py"
_FOLDERS = ("pipelines/clean", "pipelines/forms", "pipelines/parse")  # in them everything counts: forms are data
_DATA = (".py", ".yaml", ".txt")
_IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n]*)|import\s+([\w.]+))", re.MULTILINE)
_LENGTH = 12  # hexadecimal digits: two of a million parsers share them with a chance of one in 500


@lru_cache(maxsize=1)
def name_steps() -> str:
    """The version of this checkout, like ``0.1.0-9f86d081884c``; read from its files once a process."""
    return f"{DECLARED}-{digest_steps(_ROOT)}"


def digest_steps(root: Path) -> str:
    """The digest of the steps in a checkout: their names and bytes, in the order of their names."""
    total = hashlib.sha256()
    for name in sorted(find_files(root)):
        total.update(f"{name}\n{hashlib.sha256((root / name).read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:_LENGTH]


def find_files(root: Path) -> set[str]:
    """The files that decide what a line says, by their names below ``root``."""
    folders = (path for folder in _FOLDERS for path in (root / folder).rglob("*") if path.suffix in _DATA)
    found = {_name(root, path) for path in folders if "__pycache__" not in path.parts}
    waiting = [_FIRST, *sorted(found)]
    found.add(_FIRST)
    while waiting:
        name = waiting.pop()
        for other in _find_imports(root, name) if name.endswith(".py") else ():
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _find_imports(root: Path, name: str) -> Iterator[str]:
    """The modules of this project that one names in an import, wherever in it that stands."""
    for module, names, plain in _IMPORT.findall((root / name).read_text(encoding="utf-8")):
        stem = module or plain
        if stem.partition(".")[0] not in ("archive", "pipelines"):
            continue
        for each in (stem, *(f"{stem}.{word}" for word in re.findall(r"\w+", names))):
            path = root.joinpath(*each.split(".")).with_suffix(".py")
            if path.is_file():
                yield _name(root, path)


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
