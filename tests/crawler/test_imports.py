import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Each room may import itself and the rooms below it.
ORDER = ("archive", "pipelines", "crawler", "spiders", "web", "crawler.commands")
CONSOLE = PROJECT / "crawler" / "console"
# Where Scrapy and Twisted enter the rooms that run without them.
DOORS = ("archive/addon.py", "archive/uploading.py", "archive/wire/", "archive/rewalk/", "pipelines/live/")
OUTSIDE = ("demo", "benchmarks", "tests")


def room_of(module: str) -> str:
    return "crawler.commands" if module.startswith("crawler.commands") else module.partition(".")[0]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("room", ORDER)
def test_imports_fall_one_way(room: str) -> None:
    above = {*ORDER[ORDER.index(room) + 1 :], *OUTSIDE}
    climbs = []
    for path in sorted((PROJECT / room.replace(".", "/")).rglob("*.py")):
        module = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        if room_of(module) == room:
            climbs += [f"{module} imports {name}" for name in sorted(imported(path)) if room_of(name) in above]
    assert not climbs


def test_scrapy_enters_archive_and_pipelines_by_their_doors_alone() -> None:
    entered = set()
    for room in ("archive", "pipelines"):
        for path in sorted((PROJECT / room).rglob("*.py")):
            if {room_of(name) for name in imported(path)} & {"scrapy", "twisted"}:
                entered.add(path.relative_to(PROJECT).as_posix())
    assert not [name for name in entered if not name.startswith(DOORS)]
    assert all(any(name.startswith(door) for name in entered) for door in DOORS)


def test_each_command_has_its_name_on_the_console() -> None:
    names = {path.name for path in (PROJECT / "crawler" / "commands").glob("*.py")}
    assert names == {path.name for path in CONSOLE.glob("*.py")}


def test_process_of_a_crawl_holds_neither_parser_nor_store_nor_server() -> None:
    program = (
        "import sys; from scrapy.cmdline import execute; sys.argv = ['scrapy', 'crawl', 'urls']\n"
        "try: execute()\n"
        "except SystemExit: import archive.addon, pipelines.live.pipeline; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"sqlalchemy", "fastapi", "pipelines.refine", "pipelines.parse", "pipelines.store"}
    assert "needs a list" in done.stderr
