"""The walk-through of the manual as a program: its blocks in order, each with what it is said to print.

``python -m tests.web.walking`` writes the outputs into the page anew; look at what changed.
"""

import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

from tests.commands import PROJECT, run_scrapy
from tests.web.conftest import write_archive

PAGE = PROJECT / "docs" / "walkthrough.md"
PYTHON = PROJECT / ".venv-judges" / "bin" / "python"
_BLOCK = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"^\$ scrapy (.*)$", re.MULTILINE)
_MARK = "\x1e"


def read_blocks() -> list[tuple[str, str]]:
    """Code and output of each block."""
    return _BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def make_store(folder: Path) -> str:
    """The address of a store of the demo's portals that have pages of their own, filled by a replay."""
    write_archive(folder / "made-20230101000000000-00000-1.warc.gz")
    address = f"sqlite:///{folder / 'kaijuan.db'}"
    done = run_scrapy("replay", str(folder), "-s", f"DATABASE_URL={address}")
    assert done.returncode == 0, done.stderr
    return address


def walk(database_url: str, folder: Path) -> list[str]:
    """What each block prints, after the page's commands were run."""
    for words in _COMMAND.findall(PAGE.read_text(encoding="utf-8")):
        option, name = words.split()[-2:]
        done = run_scrapy(*words.split()[:-2], option, str(folder / name), "-s", f"DATABASE_URL={database_url}")
        assert done.returncode == 0, done.stderr
        zipfile.ZipFile(folder / name).extractall(folder / Path(name).stem)
    code = f"\nprint({_MARK!r})\n".join(block for block, _ in read_blocks())
    command = [str(PYTHON), "-X", "utf8", "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return [part.lstrip("\n") for part in done.stdout.split(_MARK)]


def write_outputs() -> None:
    """Put what is printed now into the page."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = iter(walk(make_store(Path(folder)), Path(folder)))
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        _BLOCK.sub(lambda block: f"```python\n{block[1]}```\n\n```text\n{next(outputs)}```", page), encoding="utf-8"
    )


if __name__ == "__main__":
    write_outputs()
