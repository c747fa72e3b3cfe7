"""How field values are written (ISO 28500, 5): each form is a function that says what is wrong with a value.

Wrong is ``field-value`` where a reader cannot use the value, ``field-form`` where a careful one can, and
``field-style`` where nobody minds.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from archive.dates import read_date
from archive.verifying.labelled import UnknownAlgorithmError, read_digest

Flaw = tuple[str, str]  # a code of problems.yaml, and why

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MEDIA_TYPE = re.compile(r"[^\s/;]+/[^\s/;]+[ \t]*(?:;.*)?", re.DOTALL)
_W3CDTF = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?)?)?")
_UUID = re.compile(r"urn:uuid:[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@lru_cache(maxsize=4096)
def check_value(form: str, value: str) -> tuple[Flaw, ...]:
    """What is wrong with a value that is not empty."""
    return tuple(_FORMS[form](value))


def strip_brackets(value: str) -> str:
    """The URI of ``<uri>``, and of one that lacks the brackets."""
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


def read_length(value: str) -> int | None:
    """The number of ``1*DIGIT``; ``None`` for anything else, and for more digits than any file has bytes."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None


def _check_text(value: str) -> Iterator[Flaw]:
    yield from ()


def _check_token(value: str) -> Iterator[Flaw]:
    if not _TOKEN.fullmatch(value):
        yield "field-value", f"{value[:60]!r} is no single word"


def _check_length(value: str) -> Iterator[Flaw]:
    if read_length(value) is None:
        yield "field-value", f"{value[:60]!r} is no number of bytes"


def _check_date(value: str) -> Iterator[Flaw]:
    """W3CDTF in UTC, its fraction of a second of one to nine digits (5.4)."""
    try:
        read_date(value)
    except ValueError:
        yield "field-value", f"{value[:60]!r} is no date"
        return
    if not _W3CDTF.fullmatch(value):
        yield "field-form", f"{value[:60]!r} is not YYYY-MM-DDThh:mm:ssZ or a part or a fraction of it"


def _check_record_id(value: str) -> Iterator[Flaw]:
    """``<uri>`` (5.2). What a ``urn:uuid:`` holds is its own affair, as some writers doubled the prefix."""
    uri = strip_brackets(value)
    if not _SCHEME.match(uri) or re.search(r"[\s<>]", uri):
        yield "field-value", f"{value[:80]!r} is no URI in angle brackets"
    elif uri == value:
        yield "field-form", "the angle brackets around its URI are missing"
    elif uri.startswith("urn:uuid:") and not _UUID.fullmatch(uri):
        yield "field-style", f"{uri[:80]!r} is no UUID"


def _check_uri(value: str) -> Iterator[Flaw]:
    """An RFC 3986 URI; angle brackets around it are of WARC 1.0's grammar (5.14)."""
    uri = strip_brackets(value)
    if not _SCHEME.match(uri):
        yield "field-value", f"{value[:80]!r} is no absolute URI"
        return
    if uri != value:
        yield "field-form", "its URI stands in angle brackets"
    if re.search(r"\s", uri):
        yield "field-form", "its URI has white space in it"
    elif not uri.isascii():
        yield "field-form", "its URI has characters in it that are not %-escaped"


def _check_address(value: str) -> Iterator[Flaw]:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        yield "field-form", f"{value[:60]!r} is no IP address"


def _check_media_type(value: str) -> Iterator[Flaw]:
    if not _MEDIA_TYPE.fullmatch(value):
        yield "field-form", f"{value[:60]!r} is no media type"


def _check_digest(value: str) -> Iterator[Flaw]:
    """An unknown algorithm is well-formed; who checks the digest says that it cannot be checked."""
    try:
        read_digest(value)
    except UnknownAlgorithmError:
        return
    except ValueError as error:
        yield "field-value", str(error)


_FORMS: dict[str, Callable[[str], Iterator[Flaw]]] = {
    "text": _check_text,
    "token": _check_token,
    "length": _check_length,
    "date": _check_date,
    "record-id": _check_record_id,
    "uri": _check_uri,
    "address": _check_address,
    "media-type": _check_media_type,
    "digest": _check_digest,
}

FORMS = frozenset(_FORMS)
