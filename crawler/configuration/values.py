"""A setting's value as it was written becomes what the code reads, or ``Unfit`` says what was expected."""

import json
import math
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from crawler.configuration.bounds import BOUNDS, DATABASES, DAYS, FOLDERS, ROOMS, Bound
from crawler.configuration.known import SCRAPY, Setting
from crawler.configuration.masking import mask_value
from crawler.planning.arguments import FALSE, TRUE

_DATABASE = re.compile(
    r"(?P<kind>sqlite|postgres|postgresql)(?:\+\w+)?://(?:(?P<user>[^\s/@]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:@?]*)(?::(?P<port>\d{1,5}))?(?:/(?P<name>[^?]*)(?:\?\S*)?)?"
)
_ROOM = re.compile(r"\d+(?:\.\d+)?\s*(?:%|[kKMGT]i?B?|B)?")
_DATABASE_WANTED = "sqlite:///FILE (four slashes before an absolute path) or postgresql://USER@HOST/NAME"


class Unfit(Exception):  # noqa: N818 - no error of the program: what a person wrote, judged
    """A value that a setting cannot have; the text says what it expects."""


def read_text(setting: Setting, text: str) -> Any:
    """A value as it stands in the environment or behind ``-s``: text, to be read by the setting's type."""
    read = _READERS.get(type(setting.default))
    if setting.table == SCRAPY and type(setting.default) not in (bool, int, float):
        return text  # Scrapy reads it by its own rules
    return check_value(setting, read(setting, text) if read else text)


def check_value(setting: Setting, value: Any) -> Any:
    """The value of a setting, of TOML's types. Raises ``Unfit``."""
    bound = BOUNDS.get(setting.name, Bound(is_whole=setting.table != SCRAPY))
    if isinstance(value, date) and setting.name in DAYS:
        value = value.isoformat()[:10]
    if not _is_fit(setting.default, value, bound.is_whole and not isinstance(setting.default, float)):
        raise Unfit(_describe(setting, bound))
    _check_bound(setting, bound, value)
    for names, check in _CHECKS:
        if setting.name in names and value:
            check(value)
    return value


def write_text(value: Any) -> str:
    """A value as the environment and ``-s`` take it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list) and not any("," in str(one) for one in value):
        return ",".join(map(str, value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def write_shown(name: str, value: Any) -> str:
    """A value for people to read, as TOML writes it where it can; secrets are masked."""
    shown = mask_value(name, value)
    if isinstance(shown, bool):
        return str(shown).lower()
    if isinstance(shown, str | list | dict | tuple):
        return json.dumps(shown, ensure_ascii=False, default=str)
    return str(shown)


def is_polite(name: str, value: Any) -> bool:
    """Whether servers can be asked to bear it, as far as the table of bounds knows."""
    bound = BOUNDS.get(name, Bound())
    least, most = bound.polite_least, bound.polite_most
    return not ((least is not None and value < least) or (most is not None and value > most))


def _is_fit(default: Any, value: Any, is_whole: bool) -> bool:
    if default is None:
        return isinstance(value, str | int | float | list | dict)
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int if is_whole else int | float) and math.isfinite(value)
    if isinstance(default, list | tuple):
        return isinstance(value, list) and all(isinstance(one, str | int) for one in value)
    return isinstance(value, type(default))


def _check_bound(setting: Setting, bound: Bound, value: Any) -> None:
    for one in value if isinstance(value, list) else [value]:
        if bound.choices and one not in bound.choices and not (setting.name == "LOG_LEVEL" and one.isdigit()):
            raise Unfit(_describe(setting, bound))
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_low = bound.least is not None and (value <= bound.least if bound.is_above else value < bound.least)
        if is_low or (bound.most is not None and value > bound.most):
            raise Unfit(_describe(setting, bound))


def _describe(setting: Setting, bound: Bound) -> str:
    """What is expected, as in "a number of seconds, 0 or more"."""
    if bound.choices:
        several = "a list of " if isinstance(setting.default, list) else ""
        return f"expected {several}{', '.join(bound.choices[:-1])} or {bound.choices[-1]}"
    what = next((what for kind, what in _KINDS if isinstance(setting.default, kind)), "a text")
    if setting.name in DAYS:
        what = "a date as 2026-01-31"
    if what == "a number" and bound.is_whole and not isinstance(setting.default, float):
        what = "a whole number"
    unit = f" of {bound.unit}" if bound.unit and not bound.unit.startswith("of ") else f" {bound.unit}".rstrip()
    return f"expected {what}{unit}{_describe_ends(bound)}"


def _describe_ends(bound: Bound) -> str:
    if bound.least is None:
        return ""
    if bound.most is not None:
        return f", {bound.least:g} to {bound.most:g}"
    return f", more than {bound.least:g}" if bound.is_above else f", {bound.least:g} or more"


def _read_switch(setting: Setting, text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise Unfit("expected 1 (on) or 0 (off)")


def _read_number(setting: Setting, text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise Unfit(_describe(setting, BOUNDS.get(setting.name, Bound()))) from None


def _read_list(setting: Setting, text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        found = _read_json(text)
        if isinstance(found, list):
            return found
    return [part.strip() for part in text.split(",") if part.strip()]


def _read_table(setting: Setting, text: str) -> dict[str, Any]:
    found = _read_json(text) if text else {}
    if not isinstance(found, dict):
        raise Unfit('expected a JSON object, like {"isPartOf": "a collection"}')
    return found


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Unfit("expected a date as 2026-01-31") from None


def _check_database(text: str) -> None:
    match = _DATABASE.fullmatch(text)
    if match is None or int(match["port"] or 0) > 65535:
        raise Unfit(f"expected the address of a database: {_DATABASE_WANTED}")
    if match["kind"] == "sqlite" and (match["host"] or match["user"]):
        raise Unfit(f"a SQLite file has no host: {_DATABASE_WANTED}")
    if match["kind"] == "sqlite" and match["name"] and Path(match["name"]).is_dir():
        raise Unfit(f"{match['name']} is a folder; expected {_DATABASE_WANTED}")


def _check_room(text: str) -> None:
    if not all(_ROOM.fullmatch(part.strip()) for part in text.split(",")):
        raise Unfit("expected how much must stay free, like 5GiB, 300MB, 5% or 1GiB,5%; 0 for no bound")


def _check_folder(text: str) -> None:
    if Path(text).exists() and not Path(text).is_dir():
        raise Unfit("expected a folder, and a file is there; name another, or move the file")


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list of texts"),
    (dict, "a table"),
)
_READERS: dict[type, Callable[[Setting, str], Any]] = {
    bool: _read_switch,
    int: _read_number,
    float: _read_number,
    list: _read_list,
    dict: _read_table,
}
_CHECKS: tuple[tuple[frozenset[str], Callable[[str], None]], ...] = (
    (DAYS, _check_day),
    (DATABASES, _check_database),
    (FOLDERS, _check_folder),
    (ROOMS, _check_room),
)
