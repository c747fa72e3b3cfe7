"""What the environment and ``kaijuan.toml`` give, each value with where it stands, and everything wrong with them."""

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.configuration.bounds import DATABASES, EXPORTED, PLACES
from crawler.configuration.folders import PROJECT, anchor, find_project
from crawler.configuration.known import INTERNAL, SCRAPY, WIRING, Setting, read_known, read_tables
from crawler.configuration.masking import holds_secret
from crawler.configuration.tomlfile import NAME, ConfigurationError, Entry, read_entries
from crawler.configuration.values import Unfit, check_value, read_text, write_shown, write_text
from crawler.planning.arguments import near

PREFIX = "KAIJUAN_"
CONFIG = "KAIJUAN_CONFIG"
# Variables that are no settings, and what each is for.
VARIABLES = {
    CONFIG: "another file in place of kaijuan.toml",
    PROJECT: "the project folder",
    "KAIJUAN_CORPUS": "the folder of real reports that tests read",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A value and where it stands: ``kaijuan.toml:12`` or ``KAIJUAN_DOWNLOAD_DELAY``."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """``file``: that was read, if any; ``given``: by name; ``anchored``: defaults that lie in a project elsewhere."""

    project: Path
    file: Path | None
    given: Mapping[str, Given]
    anchored: Mapping[str, Any]
    problems: tuple[str, ...]

    @property
    def values(self) -> dict[str, Any]:
        """What differs from ``crawler/settings.py``."""
        return {**self.anchored, **{name: given.value for name, given in self.given.items()}}


def read_configuration(environ: Mapping[str, str], here: Path) -> Configuration:
    """What is in force before the command line, seen from a folder; never raises, tells ``problems``."""
    project, problems = find_project(environ, here), list[str]()
    if not project.is_dir():
        problems.append(f"{PROJECT}={project}: no folder; name the one that holds kaijuan.toml and var/")
    file = find_file(environ, project)
    given = read_file(file, project, here, problems) if file else {}
    given |= read_environment(environ, problems)
    anchored = {name: anchor(name, read_known()[name].default, project, here) for name in _places()}
    return Configuration(project, file, given, anchored if project != here else {}, tuple(problems))


def find_file(environ: Mapping[str, str], project: Path) -> Path | None:
    """The file that ``KAIJUAN_CONFIG`` names, else the project folder's, if there is one."""
    if named := environ.get(CONFIG):
        return Path(named).expanduser()
    return project / NAME if (project / NAME).exists() else None


def read_file(path: Path, project: Path, here: Path, problems: list[str]) -> dict[str, Given]:
    """The values of a file; what is wrong is added to ``problems``."""
    try:
        entries = read_entries(path, frozenset(name for name in read_known()))
    except ConfigurationError as error:
        problems.append(str(error))
        return {}
    given: dict[str, Given] = {}
    for entry in entries:
        found = _judge(entry, given) if entry.value is not None else _judge_table(entry.name)
        if found is None:
            setting = read_known()[entry.name]
            value = anchor(entry.name, entry.value, project, here)
            try:
                given[entry.name] = Given(check_value(setting, value), f"{path.name}:{entry.line}")
                continue
            except Unfit as unfit:
                found = f"{entry.name} = {write_shown(entry.name, entry.value)}: {unfit}"
        if found:
            problems.append(f"{path} line {entry.line}: {found}")
    return given


def read_environment(environ: Mapping[str, str], problems: list[str]) -> dict[str, Given]:
    """The values of variables ``KAIJUAN_…``; an empty one counts as not set. What is wrong is added to ``problems``."""
    given: dict[str, Given] = {}
    for variable in sorted(name for name, text in environ.items() if name.startswith(PREFIX) and text):
        name = variable.removeprefix(PREFIX)
        if variable in VARIABLES:
            continue
        setting = read_known().get(name)
        if setting is None or _is_ours_alone(setting):
            problems.append(f"{variable}: {_unknown(name, PREFIX)}; unset it, or correct its name")
            continue
        try:
            given[name] = Given(read_text(setting, environ[variable]), variable)
        except Unfit as unfit:
            problems.append(f"{variable}={write_shown(name, environ[variable])}: {unfit}")
    return given


def export_values(values: Mapping[str, Any], environ: MutableMapping[str, str]) -> None:
    """Hand on what processes that refine read from their environment, and from nothing else."""
    for name in EXPORTED & values.keys():
        environ[f"{PREFIX}{name}"] = write_text(values[name])


def find_slip(name: str) -> str:
    """Names that an unknown one is almost, as a hint; nothing where it is nothing like ours."""
    known = [one for one, setting in read_known().items() if not _is_ours_alone(setting)]
    return near(name.upper(), known)


def _places() -> Iterator[str]:
    yield from sorted(name for name in PLACES | DATABASES if name in read_known() and read_known()[name].default)


def _is_ours_alone(setting: Setting) -> bool:
    return setting.table == WIRING or setting.name in INTERNAL


def _unknown(name: str, prefix: str = "") -> str:
    setting = read_known().get(name)
    if setting is not None:
        return "a part of how Kaijuan is put together, and no setting to change"
    hint = find_slip(name)
    return "no such setting" + (hint.replace("mean ", f"mean {prefix}").replace(", ", f", {prefix}") if hint else "")


def _judge_table(name: str) -> str | None:
    if name in read_tables():
        return ""
    return f"[{name}]: no such table{near(name, read_tables())} Tables: {', '.join(read_tables())}"


def _judge(entry: Entry, given: Mapping[str, Given]) -> str | None:
    """What is wrong with where a value stands, whatever it is."""
    setting = read_known().get(entry.name)
    if entry.table and entry.table not in read_tables():
        return ""  # told of its table
    if setting is None or _is_ours_alone(setting):
        return f"{entry.name}: {_unknown(entry.name)}"
    if entry.name in given:
        return f"{entry.name}: given twice (see {given[entry.name].origin}); keep one"
    if entry.table not in (setting.table, "") or (not entry.table and setting.table == SCRAPY):
        return f"{entry.name}: belongs under [{setting.table}]"
    if holds_secret(entry.name, entry.value):
        return (
            f"{entry.name}: holds a secret, which files are no place for; take the line out and set the environment's "
            f"{PREFIX}{entry.name}"
        )
    return None
