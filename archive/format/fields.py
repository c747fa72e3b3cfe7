"""``application/warc-fields``: the named fields of warcinfo and metadata records (WARC 1.1, 4 and 6.2)."""

import re
from collections.abc import Iterable
from functools import lru_cache

MEDIA_TYPE = "application/warc-fields"

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
# A name, a colon, a space, a value that neither begins nor ends with white space.
_PLAIN_FIELDS = re.compile(r"(?<![^\n])([!-9;-~]++): (\S[^\r\n]*+)(?<!\s)\r(?:\n|\Z)").findall
_NOT_TOKEN = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def write_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    """``name: value`` lines in UTF-8. Line breaks within a value become one space; a name becomes a token."""
    return "".join([f"{_write_name(name)}: {_write_value(value)}\r\n" for name, value in fields]).encode(
        "utf-8", "replace"
    )


@lru_cache(maxsize=256)
def _write_name(name: str) -> str:
    return _NOT_TOKEN.sub("-", name)


def _write_value(value: str) -> str:
    return value.strip() if value.isprintable() else _LINE_BREAKS.sub(" ", value).strip()


def read_fields(block: bytes) -> tuple[tuple[str, str], ...]:
    """The fields in their order, folded lines joined by a space; a line that is no field is left out."""
    return _read_plain(block) or _read_any(block)


def _read_plain(block: bytes) -> tuple[tuple[str, str], ...]:
    """The fields where each line is one, as most tools write it; else nothing."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    fields = _PLAIN_FIELDS(text)
    return tuple(fields) if len(fields) == text.count("\n") + (not text.endswith("\n")) else ()


def _read_any(block: bytes) -> tuple[tuple[str, str], ...]:
    if b"\n " in block or b"\n\t" in block or block[:1] in (b" ", b"\t"):
        return _read_folded(block)
    named = [line.partition(":") for line in _read_lines(block)]
    return tuple([(name.strip(), value.strip()) for name, colon, value in named if colon and name.strip()])


def _read_folded(block: bytes) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    for line in _read_lines(block):
        if line[:1] not in (" ", "\t"):
            name, colon, value = line.partition(":")
            if colon and (name := name.strip()):
                fields.append((name, value.strip()))
        elif fields and (more := line.strip()):
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {more}".strip())
    return tuple(fields)


def _read_lines(block: bytes) -> list[str]:
    try:
        return block.decode("utf-8").split("\n")
    except UnicodeDecodeError:  # each line by itself: one odd line says nothing of the others
        return [decode_header(line) for line in block.split(b"\n")]


def decode_header(raw: bytes) -> str:
    """Header bytes as text: UTF-8 where they are, else one character a byte, which loses nothing."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
