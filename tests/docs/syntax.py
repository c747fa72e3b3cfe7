"""Whether a command of the manual could be run: the command is there, and takes these options and values."""

import argparse
import ast
import importlib
import importlib.util
import re
import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from benchmarks.nightly.campaigns import read_campaigns
from crawler.planning.arguments import read_arguments
from tests.commands import PROJECT

# Programs of others that pages may name.
OTHERS = frozenset((Path(__file__).parent / "programs.txt").read_text(encoding="utf-8").split())
_SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def check_command(words: Sequence[str]) -> str | None:
    """What is wrong with a command, or nothing."""
    name, *rest = words
    if "=" in name and not rest:
        return None  # an assignment
    check = _CHECKS.get(name)
    try:
        if check is None:
            return None if name in OTHERS else f"no program of this name is known here: {name}"
        check(rest)
    except (ValueError, UsageError) as error:
        return f"{' '.join(words)}: {error}"
    return None


def _check_scrapy(words: Sequence[str]) -> None:
    if not words or words[0].startswith("-"):
        return
    command = _find_command(words[0])
    parser = _Parser(conflict_handler="resolve")
    command.settings = get_project_settings()
    command.add_options(parser)
    options, rest = parser.parse_known_args([word for word in words[1:] if word != "--help"])
    if strange := [word for word in rest if word.startswith("-") and word != "-"]:
        raise ValueError(f"unknown option {strange[0]}")
    if strange := [name for name in _names(options.set) if name not in list_settings()]:
        raise ValueError(f"unknown setting {strange[0]}")
    if words[0] in ("crawl", "crawl-many") and len(words) > 1 and "--help" not in words:
        _check_spiders(words[0], rest, dict(pair.split("=", 1) for pair in options.spargs))


def _check_kaijuan(words: Sequence[str]) -> None:
    rest = list(words[2:] if words[:1] == ["--project"] else words)
    if rest[:1] != ["demo"]:
        _check_scrapy(rest)


def _find_command(name: str) -> ScrapyCommand:
    for room in ("crawler.commands", "scrapy.commands"):
        if importlib.util.find_spec(f"{room}.{name}"):
            command: ScrapyCommand = importlib.import_module(f"{room}.{name}").Command()
            return command
    raise ValueError(f"no command {name}")


def _check_spiders(command: str, names: Sequence[str], given: dict[str, str]) -> None:
    loader = SpiderLoader.from_settings(get_project_settings())
    if not names and command == "crawl":
        raise ValueError("names no spider")
    for name in names:
        if name not in loader.list():
            raise ValueError(f"no spider {name}")
        spider = loader.load(name)
        read_arguments(given, spider.known)  # type: ignore[attr-defined]


def _names(pairs: Sequence[str]) -> list[str]:
    return [pair.partition("=")[0] for pair in pairs]


@lru_cache(maxsize=1)
def list_settings() -> frozenset[str]:
    """Names of settings: Scrapy's, the project's, and those that its code asks for."""
    asked: set[str] = set()
    for room in ("archive", "crawler", "spiders", "pipelines", "web"):
        for path in (PROJECT / room).rglob("*.py"):
            asked.update(re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"', path.read_text(encoding="utf-8")))
    known = {name for name in get_project_settings() if _SETTING.fullmatch(str(name))}
    return frozenset(asked | known | {"TODAY"})


def _check_python(words: Sequence[str]) -> None:
    if words[:1] == ["-c"]:
        ast.parse(words[1])
    elif words[:1] == ["-m"]:
        _check_module(words[1], words[2:])
    elif words and not words[0].startswith("-") and not (PROJECT / words[0]).exists():
        raise ValueError("no such program")


def _check_module(name: str, words: Sequence[str]) -> None:
    if importlib.util.find_spec(name) is None:
        raise ValueError(f"no module {name}")
    if name == "scrapy":
        _check_scrapy(words)
    elif name == "pip":
        _check_pip(words)
    elif (PROJECT / name.replace(".", "/")).with_suffix("").exists() or (PROJECT / name.replace(".", "/")).with_suffix(
        ".py"
    ).exists():
        known = _list_options(name)
        if strange := [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]:
            raise ValueError(f"unknown option {strange[0]}")


def _list_options(module: str) -> set[str]:
    """The options that a module of ours adds to its parser."""
    path = PROJECT / module.replace(".", "/")
    file = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    words = (word for call in calls for word in call.args if isinstance(word, ast.Constant))
    return {str(word.value) for word in words if str(word.value).startswith("-")} | {"--help"}


def _check_make(words: Sequence[str]) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for word in words:
        name, given, _ = word.partition("=")
        if given and f"$({name})" not in makefile and f"$(or $({name})" not in makefile and name != "PYTHON":
            raise ValueError(f"the Makefile asks for no {name}")
        if not given and word not in targets:
            raise ValueError(f"no target {word}")


def list_made() -> frozenset[str]:
    """The targets of make that CI or the nightly campaigns run, so that no test of the manual need."""
    ci = re.findall(r"^make ([a-z-]+)$", (PROJECT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    nights = [campaign.words(1) for campaign in read_campaigns()]
    return frozenset([*ci, *(words[1] for words in nights if words[0] == "make")])


def _check_pip(words: Sequence[str]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(project["optional-dependencies"])
    for word in words:
        for name in re.findall(r"^\.\[([\w,]+)\]$", word):
            if unknown := set(name.split(",")) - extras:
                raise ValueError(f"no extra {', '.join(unknown)}")


_CHECKS: dict[str, Callable[[Sequence[str]], None]] = {
    "scrapy": _check_scrapy,
    "kaijuan": _check_kaijuan,
    "python": _check_python,
    "python3": _check_python,
    "make": _check_make,
    "pip": _check_pip,
}
