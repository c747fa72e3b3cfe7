"""The configuration as people and scripts read it: what is in force and from where, and a file to begin with."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy.settings import BaseSettings

from crawler.configuration.known import SCRAPY, WIRING, Setting, read_known, read_tables
from crawler.configuration.masking import is_secret_name, mask_value
from crawler.configuration.origins import DEFAULT, find_origin
from crawler.configuration.resolving import PREFIX, VARIABLES
from crawler.configuration.values import write_shown

_WIDEST = 60  # columns of a value, beyond which its origin stands on a line of its own
_HEAD = """\
# The configuration of Kaijuan. Take the # away before a name to set it; what stands here is the default.
# Each name is also a variable of the environment (KAIJUAN_DOWNLOAD_DELAY=5) and an option (-s DOWNLOAD_DELAY=5):
# the option goes before the variable, the variable before this file.
# Passwords, tokens and webhook addresses stand in the environment alone."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting, its value (secrets masked) and where that comes from."""

    setting: Setting
    value: Any
    origin: str


def find_settings(settings: BaseSettings, changed: bool = False) -> list[InForce]:
    """Ours, and of Scrapy's own and the wiring those that somebody gave; ``changed``: of ours, too."""
    found = []
    for name, setting in read_known().items():
        origin = find_origin(settings, name)
        if origin != DEFAULT or not (changed or setting.table in (SCRAPY, WIRING)):
            found.append(InForce(setting, mask_value(name, _plain(settings.get(name))), origin))
    return found


def write_lines(rows: Sequence[InForce]) -> Iterator[str]:
    """For people: under the heading of each table, name, value, origin."""
    for table in (*read_tables(), WIRING):
        shown = [(f"{row.setting.name} = {_write(row)}", row.origin) for row in rows if row.setting.table == table]
        width = max((len(text) for text, _ in shown if len(text) <= _WIDEST), default=0)
        if shown:
            yield f"[{table}]"
            yield from (f"{text:<{width}}  {origin}" for text, origin in shown)
            yield ""


def write_json(rows: Sequence[InForce], **more: Any) -> str:
    """For scripts: an object with ``settings``, one object a setting."""
    listed = [
        {
            "name": row.setting.name,
            "table": row.setting.table,
            "value": row.value,
            "default": mask_value(row.setting.name, row.setting.default),
            "from": row.origin,
            "says": row.setting.says,
        }
        for row in rows
    ]
    return json.dumps({**more, "settings": listed}, ensure_ascii=False, indent=1, default=str)


def write_example() -> Iterator[str]:
    """A ``kaijuan.toml`` that changes nothing: every setting of ours with its default and what it says."""
    yield _HEAD
    for table, about in read_tables().items():
        yield f"\n# {about}\n[{table}]"
        if table == SCRAPY:
            yield "# any of https://docs.scrapy.org/en/latest/topics/settings.html\n#MEMUSAGE_LIMIT_MB = 0"
        for setting in read_known().values():
            if setting.table == table != SCRAPY:
                yield f"# {setting.says}" if setting.says else "#"
                yield _offer(setting)
    yield "\n# In the environment alone:"
    yield from (f"# {name}: {says}" for name, says in VARIABLES.items())


def _offer(setting: Setting) -> str:
    if is_secret_name(setting.name) and isinstance(setting.default, str | list):
        return f"# a secret: set {PREFIX}{setting.name} in the environment"
    return f"#{setting.name} = {write_shown(setting.name, setting.default)}"


def _write(row: InForce) -> str:
    return write_shown(row.setting.name, row.value)


def _plain(value: Any) -> Any:
    """Scrapy keeps the dicts of its defaults as settings of their own."""
    return value.copy_to_dict() if isinstance(value, BaseSettings) else value
