"""A copy of the project in which the manual's commands are run: made-up portals stand for the real ones.

Its catalogue ``real`` holds portals on loopback, under the ids and regions that the pages name; its settings admit them
and wait for nothing. ``var/`` holds what one crawl of them brought, so that pages about archives have one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ports import find_port
from demo.catalogue import write_catalogue
from demo.portals import EASY, HOST, PORTALS
from demo.running import find_ports
from demo.server import Portals
from tests.commands import PROJECT
from tests.docs.blocks import SHELL, Block

LEFT = {"var", "site", "tutorial"}
# What runs until it is stopped is stopped once it says where it is, unless the page puts it behind the others.
_SCRAPY = """#!/bin/bash
if [ "$1" = serve ] && [[ " $* " != *" --port "* ]]; then set -- "$@" --port "$STAGE_PORT"; fi
if [ "$1" = serve ] && [ ! /dev/stdin -ef /dev/null ]; then
    exec {python} -m tests.docs.stopping "$@"
fi
exec {python} -m scrapy "$@"
"""
_SETTINGS = """
ALLOW_LOOPBACK = True
DOWNLOAD_DELAY = 0
BACKOFF_MOST = 1
PROGRESS_ENABLED = False
"""
_OWN = Path(sys.executable).parent
_NOTED = "failed-commands"
_PRELUDE = f"""set -E
trap 'code=$?; printf "%s\\t%s\\t%s\\n" "$code" "$AT" "$BASH_COMMAND" >> {_NOTED}' ERR
"""
_FINALE = "\ntrap - ERR\nkill $(jobs -p) 2> /dev/null\nwait\n"


@dataclass(frozen=True, slots=True)
class Failed:
    """A command that ended with an exit code that its page does not tell of."""

    code: int
    at: str
    command: str

    @property
    def is_meant(self) -> bool:
        """3: done, but a portal brought nothing, something would change, or something is wrong."""
        told = ("scrapy crawl", "--compare", "scrapy status", "scrapy alerts")
        return self.code == 3 and any(words in self.command for words in told)


@contextmanager
def staging(folder: Path) -> Iterator[Portals]:
    """The project's copy in ``folder``, with portals for its catalogue, served while the block runs."""
    copy_project(folder)
    with (folder / "crawler" / "settings.py").open("a", encoding="utf-8") as file:
        file.write(_SETTINGS)
    base_port = find_ports(len(PORTALS))
    _write_catalogue(folder, base_port)
    with Portals(base_port, portals=PORTALS) as portals:
        yield portals


def copy_project(folder: Path) -> None:
    """The project as it is, and programs for its environment."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in PROJECT.iterdir():
        if path.is_dir() and not path.name.startswith(".") and path.name not in LEFT:
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.is_file():
            shutil.copy(path, folder / path.name)
    _write_programs(folder / ".venv" / "bin")


def _write_programs(folder: Path) -> None:
    """The programs of an environment: ours, and for ``make`` one that does nothing."""
    folder.mkdir(parents=True)
    programs = {
        "scrapy": _SCRAPY.format(python=sys.executable),
        "python": f'#!/bin/sh\nexec {sys.executable} "$@"\n',
        "make": "#!/bin/sh\n",
        **{name: f'#!/bin/sh\nexec {_OWN / name} "$@"\n' for name in ("alembic", "kaijuan", "dask")},
    }
    for name, text in programs.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)


def _write_catalogue(folder: Path, base_port: int) -> None:
    """Made-up rows for ``real``; the first portal also under the id, and in the region, that the pages name."""
    real = folder / "crawler" / "catalogue" / "real"
    shutil.rmtree(real)
    changing = tuple(portal for portal in PORTALS if portal.later)  # with a second day
    made = write_catalogue(real, base_port, (*EASY, *changing))
    text = made.read_text(encoding="utf-8")
    row = text[text.index("  - id: ") : text.index("  - id: ", text.index("  - id: ") + 1)]
    row = row.replace("yunling-yjt", "zhejiang-yjt").replace('"990000"', '"330000"')
    head = 'province: "330000"\nname: 浙江省\nportals:\n'
    (real / "330000-zhejiang.yaml").write_text(head + row, encoding="utf-8")
    (folder / "urls.txt").write_text(f"http://{HOST}:{base_port}/zfxxgk/zfxxgknb/\n", encoding="utf-8")
    (folder / "homes.txt").write_text(f"http://{HOST}:{base_port}/\n", encoding="utf-8")


def play(blocks: Sequence[Block], folder: Path, ports: Mapping[str, int] | None = None) -> list[Failed]:
    """Run blocks one after another in one shell in ``folder``; what failed and was not meant to.

    ``ports`` that a page names are others here. What was said is in ``page.log``.
    """
    parts = [f"AT={str(block)!r}\n{block.script}" for block in blocks if block.language in SHELL and not block.reason]
    text = "\n".join(parts)
    ports = {"8000": find_port(), **(ports or {})}
    for named, free in ports.items():
        text = text.replace(f":{named}", f":{free}").replace(f"--port {named}", f"--port {free}")
    text = text.replace("/mnt/", f"{folder}/mnt/")  # another disk, on the pages
    script = folder / "page.sh"
    script.write_text(_PRELUDE + text + _FINALE, encoding="utf-8")
    path = f"{folder / '.venv' / 'bin'}:{os.environ['PATH']}"
    with (folder / "page.log").open("wb") as log:
        done = subprocess.run(
            ["/bin/bash", script.name],
            cwd=folder,
            env={**os.environ, "PATH": path, "STAGE_PORT": str(ports["8000"])},
            input=b"",  # what stands behind the others gets /dev/null from bash, which tells the two apart
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=900,
            check=False,
        )
    return [failed for failed in _read_failed(folder / _NOTED, done.returncode) if not failed.is_meant]


def _read_failed(notes: Path, code: int) -> list[Failed]:
    """The commands that failed; the shell itself where it did not come to its end."""
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    notes.unlink(missing_ok=True)
    found = [line.split("\t", 2) for line in lines if line.count("\t") >= 2]
    shell = [Failed(code, "the shell", "its end")] if code else []
    return [*(Failed(int(number), at, command) for number, at, command in found), *shell]
