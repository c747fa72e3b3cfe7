"""The project folder: where ``scrapy.cfg``, ``kaijuan.toml`` and, unless told otherwise, ``var/`` lie."""

import configparser
import re
from collections.abc import Mapping
from pathlib import Path

from crawler.configuration.bounds import DATABASES, PLACES

PROJECT = "KAIJUAN_PROJECT"
MODULE = "crawler.configured"  # what Scrapy reads the settings from
_FILE = "scrapy.cfg"
_RELATIVE_DATABASE = re.compile(r"(sqlite(?:\+\w+)?:///)(?![/:])(.+)")


def find_project(environ: Mapping[str, str], here: Path) -> Path:
    """The folder that ``KAIJUAN_PROJECT`` names, else the next upward with our ``scrapy.cfg``, else this one."""
    if named := environ.get(PROJECT):
        return here / Path(named).expanduser()
    return find_upward(here) or here


def find_upward(here: Path) -> Path | None:
    """The next folder from here upward whose ``scrapy.cfg`` is ours."""
    return next((folder for folder in (here, *here.parents) if is_project(folder)), None)


def is_project(folder: Path) -> bool:
    """Whether a folder's ``scrapy.cfg`` names our settings."""
    config = configparser.ConfigParser()
    try:
        config.read_string((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return False
    return config.get("settings", "default", fallback="") in (MODULE, "crawler.settings")


def anchor(name: str, value: object, folder: Path, here: Path) -> object:
    """A place on the disk that is relative to a folder, as it is written from here; other settings as they are."""
    if folder == here or not isinstance(value, str) or not value:
        return value
    if name in DATABASES:
        return _RELATIVE_DATABASE.sub(lambda match: f"{match[1]}{folder / match[2]}", value)
    if name not in PLACES or "://" in value:
        return value
    return str(folder / Path(value).expanduser())
