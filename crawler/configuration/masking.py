"""Secrets: what is one, how it is shown, and how it is kept out of logs and tracebacks.

A secret is the value of a setting whose name says so (``…_PASSWORD``, ``…_TOKEN``, ``…_WEBHOOK``), or the password and
the tokens within an address. It comes from the environment alone.
"""

import logging
import re
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import unquote

MASK = "***"
_WORDS = frozenset({"PASSWORD", "PASS", "TOKEN", "SECRET", "WEBHOOK", "WEBHOOKS"})
_IN_ADDRESS = re.compile(r"(://[^\s/:@]*:)([^\s/@]+)(?=@)")
_IN_QUERY = re.compile(r"(?i)([?&](?:password|passwd|token|access_token|secret|api_?key|key)=)([^\s&#]+)")
_SHORTEST = 4  # characters; a shorter one would blot out words that have nothing to do with it
_held: set[str] = set()


def is_secret_name(name: str) -> bool:
    """Whether a setting's name says that its value is a secret."""
    return not _WORDS.isdisjoint(name.split("_"))


def holds_secret(name: str, value: object) -> bool:
    """Whether a setting's value is a secret or has one within."""
    return next(_secrets(name, value), None) is not None


def mask_value(name: str, value: Any) -> Any:
    """The value as it may be shown."""
    if is_secret_name(name) and value:
        return MASK
    if isinstance(value, dict):
        return {key: mask_value(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [mask_value(name, one) for one in value]
    return _IN_QUERY.sub(rf"\1{MASK}", _IN_ADDRESS.sub(rf"\1{MASK}", value)) if isinstance(value, str) else value


def hold_secrets(name: str, value: object) -> None:
    """Keep what is secret in a setting's value out of all that this process logs from now on."""
    found = {text for text in _secrets(name, value) if len(text) >= _SHORTEST}
    if found and not _held:
        logging.setLogRecordFactory(_CoveredRecord)
        sys.excepthook = _tell_covered
    _held.update(found)


def cover(text: str) -> str:
    """A text without the secrets that are held."""
    for secret in sorted(_held, key=lambda one: (-len(one), one)):
        text = text.replace(secret, MASK)
    return text


def _secrets(name: str, value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _secrets(str(key), one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _secrets(name, one)
    elif is_secret_name(name):
        if value:
            yield str(value)
    elif isinstance(value, str):
        for found in (*_IN_ADDRESS.finditer(value), *_IN_QUERY.finditer(value)):
            if found[2] != MASK:
                yield from dict.fromkeys((found[2], unquote(found[2])))


class _CoveredRecord(logging.LogRecord):
    """A record whose message and traceback show no secret, whatever formats them."""

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        return cover(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        return self.__dict__.get("exc_text")

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self.__dict__["exc_text"] = cover(text) if text else text


def _tell_covered(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    import traceback

    sys.stderr.write(cover("".join(traceback.format_exception(kind, error, trace))))
