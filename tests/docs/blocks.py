"""The fenced blocks of the manual, and what the shell would run of them.

A block of commands runs in a test, or says in its first line why it cannot. Bash itself takes commands apart: it runs
a block with nothing on its path, and each command that it does not find is noted with its words.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.commands import PROJECT

SHELL = ("sh", "console")
CRON = "cron"
# Why a block is not run: its first line, for the reader as much as for the test.
REASONS = (
    "# needs the internet",
    "# needs several machines",
    "# changes the system",  # installs packages or services
    "# takes half an hour or more",
)
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(
    r"`((?:(?:scrapy|kaijuan|python -m|pip install|\.venv/bin/\w+) [^`|]+|make [a-z-]+(?: [A-Z]+=\S+)*))`"
)
_PROMPT = re.compile(r"^\$ (.*)$", re.MULTILINE)
_TIMES = re.compile(r"^(?:[\d*/,-]+ +){5}", re.MULTILINE)
_INTO = re.compile(r">\s*([\w.-][\w./-]*)/[\w.-]+")
_END, _BETWEEN = "\x1e", "\x1f"
# Builtins that would change the shell, or wait, are noted as commands are.
_PRELUDE = (
    f"""note() {{ local IFS='{_BETWEEN}'; printf '%s{_END}' "$*" >&9; }}"""
    '\ncommand_not_found_handle() { note "$@"; }'
    + "".join(f'\n{name}() {{ note {name} "$@"; }}' for name in ("cd", "kill", "wait", "source", "exec"))
    + "\nPATH=/nowhere\n"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the page, the line of its fence, its language and its text."""

    page: str
    line: int
    language: str
    text: str

    @property
    def reason(self) -> str | None:
        """Why its commands are not run, where it says so."""
        first = self.text.partition("\n")[0].strip()
        return first if first in REASONS else None

    @property
    def script(self) -> str:
        """What a shell is given: without prompts and outputs, without the times of a crontab."""
        if self.language == "console":
            return "\n".join(_PROMPT.findall(self.text)) + "\n"
        return _TIMES.sub("", self.text) if self.language == CRON else self.text

    def __str__(self) -> str:
        return f"{self.page}, line {self.line}"


def list_pages() -> list[Path]:
    """Every page of the manual, in the order of their names."""
    return [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]


def read_blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        lines = text.count("\n", 0, found.start()) + 1
        indent = len(found["indent"])
        body = "".join(line[indent:] for line in found["text"].splitlines(keepends=True))
        yield Block(page.relative_to(PROJECT).as_posix(), lines, found["language"].strip(), body)


def list_blocks(*languages: str) -> list[Block]:
    """The blocks of all pages, of some languages or of all."""
    return [
        block for page in list_pages() for block in read_blocks(page) if not languages or block.language in languages
    ]


def list_inline(page: Path) -> list[Block]:
    """Commands that stand in a page's sentences, each as a block; those with a gap in them are left out."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    found = (" ".join(command.split()) for command in _INLINE.findall(text))
    return [
        Block(page.relative_to(PROJECT).as_posix(), 0, "sh", f"{each}\n")
        for each in found
        if "…" not in each and "COMMAND" not in each
    ]


def list_commands(block: Block) -> list[list[str]]:
    """The words of each command of a block. Raises ``ValueError`` where it is no shell."""
    script = re.sub(r"(?<![\w/])(?:\./)?\.venv(?:-\w+)?/bin/", "", block.script)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as notes:
        for name in _INTO.findall(script):
            Path(folder, name).mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["/bin/bash", "-c", f"exec 9<&{notes.fileno()}\n{_PRELUDE}{script}"],
            cwd=folder,
            pass_fds=(notes.fileno(),),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
        if done.stderr:
            raise ValueError(f"{block}: {done.stderr.strip()}")
        notes.seek(0)
        told = notes.read().decode()
    return [words.split(_BETWEEN) for words in told.split(_END) if words]
