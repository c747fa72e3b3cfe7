"""``kaijuan``: every command from any folder; says first which project folder it uses.

The project folder holds ``kaijuan.toml`` and ``var/``. Names of files on the command line are those of the current
folder, as with any other program.
"""

import json
import os
import runpy
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.configuration.folders import MODULE, PROJECT, find_upward, is_project
from crawler.configuration.resolving import CONFIG

HOUSE = Path(__file__).resolve().parents[1]
_MODULE_VARIABLE = "SCRAPY_SETTINGS_MODULE"
_MISUSED = 2
_USAGE = """\
kaijuan [--project FOLDER] COMMAND [options]

  kaijuan demo                                 made-up portals on loopback: crawled, read, shown
  kaijuan crawl provincial -a dry_run=1        what a crawl would fetch
  kaijuan config                               the settings in force, and from where
  kaijuan COMMAND --help                       what a command takes

The project folder, with kaijuan.toml and var/, is the one that --project names, else KAIJUAN_PROJECT, else the next
one upward from here with our scrapy.cfg, else the one that Kaijuan was installed from, else the current one.

Commands:
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Find the project folder, say it, and hand over to the command; ends the process with its exit code."""
    named, words = _take_project(list(sys.argv[1:] if arguments is None else arguments))
    folder, why = find_folder(named, Path.cwd())
    if not folder.is_dir():
        _refuse(f"{folder} ({why}) is no folder; make it first, or name another with --project")
    _prepare(folder)
    if words[:1] == ["--version"]:
        print(f"kaijuan {_find_version()}")
        return
    print(f"kaijuan: project folder {folder} ({why})", file=sys.stderr)
    if not words or words[0] in ("-h", "--help", "help"):
        _print_help()
    elif words[0] == "demo":
        _run_demo(words[1:])
    else:
        _run_command(words)


def find_folder(named: str | None, here: Path) -> tuple[Path, str]:
    """The project folder, and in a few words why it is that one."""
    if named is not None:
        return (here / Path(named).expanduser()).resolve(), "--project"
    if named := os.environ.get(PROJECT):
        return (here / Path(named).expanduser()).resolve(), PROJECT
    if found := find_upward(here):
        return found, "its scrapy.cfg is the next upward from here"
    if found := _find_source():
        return found, "Kaijuan was installed from it"
    return here, "the current one; --project FOLDER names another"


def _find_source() -> Path | None:
    """The folder that we were installed from, as pip writes it down (PEP 610), or that we run from."""
    if is_project(HOUSE):
        return HOUSE
    try:
        address = urlsplit(json.loads(distribution("kaijuan").read_text("direct_url.json") or "{}").get("url", ""))
    except (PackageNotFoundError, ValueError):
        return None
    folder = Path(unquote(address.path))
    return folder if address.scheme == "file" and is_project(folder) else None


def _find_version() -> str:
    try:
        return version("kaijuan")
    except PackageNotFoundError:
        return f"of {HOUSE}, not installed"


def _take_project(words: list[str]) -> tuple[str | None, list[str]]:
    """``--project FOLDER`` or ``--project=FOLDER`` in front of the command, and the rest."""
    if not words or not words[0].startswith("--project"):
        return None, words
    option, is_joined, named = words[0].partition("=")
    if option != "--project" or not (named if is_joined else words[1:]):
        _refuse(f"{words[0]}: write --project FOLDER")
    return (named, words[1:]) if is_joined else (words[1], words[2:])


def _prepare(folder: Path) -> None:
    """Tell this process and its children where they are at home."""
    os.environ[PROJECT] = str(folder)
    os.environ[_MODULE_VARIABLE] = MODULE
    if is_project(HOUSE):  # not installed: processes that begin elsewhere find us all the same
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(HOUSE), os.environ.get("PYTHONPATH"))))
    if config := os.environ.get(CONFIG):
        os.environ[CONFIG] = str(Path(config).expanduser().absolute())


def _run_command(words: list[str]) -> None:
    from scrapy.cmdline import execute

    sys.argv = ["kaijuan", *words]
    execute(sys.argv)


def _run_demo(words: list[str]) -> None:
    """``python -m demo run``, or another of its commands."""
    sys.argv = ["kaijuan demo", *(words if words[:1] in (["run"], ["serve"], ["catalogue"]) else ["run", *words])]
    runpy.run_module("demo", run_name="__main__")


def _print_help() -> None:
    """Usage, and a line for each command of ours."""
    from scrapy.utils.misc import walk_modules_iter

    from crawler.deferred import Deferred

    print(_USAGE, end="")
    for module in sorted(walk_modules_iter("crawler.console"), key=lambda module: module.__name__):
        if issubclass(getattr(module, "Command", object), Deferred):
            print(f"  {module.__name__.rpartition('.')[2]:<13} {module.Command().short_desc()}")
    print(f"  {'demo':<13} Crawl made-up portals on loopback, read, replay and judge them")


def _refuse(why: str) -> None:
    print(f"kaijuan: {why}", file=sys.stderr)
    raise SystemExit(_MISUSED)


if __name__ == "__main__":
    main()
