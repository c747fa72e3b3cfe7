"""The log as JSON, one object a line: time, level, logger, message; run and portal where they are known.

With ``LOG_JSON`` everything that a command says on standard error becomes such lines, its own last words among them, so
that what collects logs never meets another. What it prints on standard output stays what it is.
"""

import io
import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TextIO

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings

from crawler.configuration.masking import cover

_FIRST = '{"time": "'  # what each of our lines begins with
_run = ""  # of this process: one process crawls once


class JsonFormatter(logging.Formatter):
    """Makes a line of a record. ``extra={"portal": …}`` names a portal, else the request that the record is about."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told: dict[str, str] = {
            "time": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if run := getattr(record, "run", None) or getattr(getattr(record, "spider", None), "run", None) or _run:
            told["run"] = str(run)
        if portal := getattr(record, "portal", None) or _find_portal(record.args):
            told["portal"] = str(portal)
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = cover("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return json.dumps(told, ensure_ascii=False)


class RunName:
    """Scrapy extension: names the run to the lines from now on."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        global _run
        if not crawler.settings.getbool("LOG_JSON"):
            raise NotConfigured
        _run = str(crawler.settings.get("RUN_ID") or "")
        return cls()


def set_up_log(settings: BaseSettings, command: str) -> None:
    """Have a command's process say everything as JSON, if ``LOG_JSON`` is set; before Scrapy sets up a log of its own.

    The line of progress and the closing table are for people, and left out unless ``PROGRESS_ENABLED`` was asked for.
    """
    if not settings.getbool("LOG_JSON"):
        return
    stream = sys.stderr
    handler = _open_handler(settings, stream)
    handler.setFormatter(JsonFormatter())
    handler.setLevel(settings.get("LOG_LEVEL"))
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    if settings.getpriority("PROGRESS_ENABLED") in (None, 0, 20):  # defaults, and the project's
        settings.set("PROGRESS_ENABLED", False, priority="cmdline")
    logging.root.setLevel(logging.NOTSET)
    logging.root.addHandler(handler)
    if not settings.getbool("LOG_ENABLED"):  # commands that do not crawl say what went wrong, and no more
        handler.setLevel(max(handler.level, logging.WARNING))
    logging.captureWarnings(True)
    sys.stderr = _Sayings(stream, f"scrapy.{command}")
    sys.excepthook = _tell_crash


def is_json() -> bool:
    """Whether this process says everything as JSON."""
    return isinstance(sys.stderr, _Sayings)


def say(name: str, text: str) -> bool:
    """Write a line that tells of nothing wrong, as a record of its own; false where people read here."""
    if not isinstance(sys.stderr, _Sayings):
        return False
    record = logging.makeLogRecord({"name": name, "levelno": logging.INFO, "levelname": "INFO", "msg": text})
    sys.stderr.write_raw(JsonFormatter().format(record))
    return True


def pass_on(line: str) -> bool:
    """Write a line that another process of ours made as it is; false where it is none, or people read here."""
    if not line.startswith(_FIRST) or not isinstance(sys.stderr, _Sayings):
        return False
    sys.stderr.write_raw(line)
    return True


class _Sayings(io.TextIOBase):
    """Standard error for what is printed: each line becomes a record, whatever the level of the log."""

    encoding = "utf-8"

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._begun = ""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def flush(self) -> None:
        self._stream.flush()

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            if line.strip() and not pass_on(line):
                record = logging.makeLogRecord({"name": self._name, "levelno": 30, "levelname": "WARNING", "msg": line})
                self.write_raw(JsonFormatter().format(record))
        return len(text)

    def write_raw(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


def _open_handler(settings: BaseSettings, stream: TextIO) -> logging.Handler:
    if name := settings.get("LOG_FILE"):
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        return logging.FileHandler(name, mode=mode, encoding=settings.get("LOG_ENCODING"))
    return logging.StreamHandler(stream)


def _find_portal(args: object) -> str | None:
    """The portal of the request or the answer that a record of Scrapy is about."""
    if not isinstance(args, Mapping):
        return None
    for name in ("request", "response"):
        meta: Any = _find_meta(args.get(name))
        if isinstance(meta, dict) and (portal := meta.get("context", {}).get("portal")):
            return str(portal)
    return None


def _find_meta(about: Any) -> Any:
    try:
        return getattr(about, "meta", None)
    except AttributeError:  # an answer that belongs to no request
        return None


def _tell_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught, as one line."""
    logging.getLogger("kaijuan").critical("%s", kind.__name__, exc_info=(kind, error, trace))
