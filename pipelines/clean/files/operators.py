"""The operators of a PDF's content stream, each with its operands: one pass of one expression.

What no reader can make sense of is passed over, as readers do. Names are as pdfminer has them, because its fonts and
colours look them up.
"""

import re
from collections.abc import Iterator
from typing import Any

from pdfminer.psparser import LIT

Operation = tuple[str, list[Any], int]

_MOST = 4096  # tokens after which it is told that there were so many
_MAX_DEPTH = 50  # of arrays and dictionaries
_TOKEN = re.compile(
    rb"""[\0\t\n\f\r ]*(?:
    ([+-]?(?:\d+\.?\d*|\.\d+))                  # 1 a number
    |([A-Za-z'"][^\0\t\n\f\r ()<>\[\]{}/%]*)  # 2 a word
    |/([^\0\t\n\f\r ()<>\[\]{}/%]*)           # 3 a name
    |<([^<>]*)>                              # 4 a string of digits
    |\(([^()\\]*)\)                           # 5 a string with nothing to undo
    |(\[)|(\])|(<<)|(>>)                      # 6 7 8 9
    |(\()                                     # 10 any other string
    |(%[^\r\n]*)                              # 11 a comment
    |([^\0\t\n\f\r ])                         # 12 anything else
    )""",
    re.VERBOSE,
)
_NUMBER, _WORD, _NAME, _HEX, _STRING, _ARRAY, _END, _DICT, _CLOSE, _LONG, _COMMENT, _OTHER = range(1, 13)
_PAREN = re.compile(rb"[()]|\\(?s:.)")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|(?s:.))")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\r\n": b"", b"\r": b"", b"\n": b""}
_SPACE = re.compile(rb"[^0-9A-Fa-f]+")
_SHARP = re.compile(rb"#([0-9A-Fa-f]{2})")
_IMAGE_END = re.compile(rb"[\0\t\n\f\r ]EI(?=[\0\t\n\f\r ]|$)")
_FARTHEST = 1e9
_CONSTANTS = {b"true": True, b"false": False, b"null": None}


def read_operators(content: bytes) -> Iterator[Operation]:
    """Operators in order, each with its operands and how many tokens were read for it.

    An image in the line is an ``EI``. One without a name is none: so many tokens were read, and no operator came.
    """
    operands: list[Any] = []
    open_ones: list[list[Any]] = []
    position, tokens, match = 0, 0, _TOKEN.match
    while (found := match(content, position)) is not None:
        position, kind = found.end(), found.lastindex or _OTHER
        tokens += 1
        if tokens > _MOST:
            yield "", [], tokens
            tokens = 0
        if kind == _NUMBER:
            operands.append(_read_number(found[_NUMBER]))
        elif kind == _WORD and found[_WORD] not in _CONSTANTS:
            if found[_WORD] == b"ID":
                position = _find_image_end(content, position)
                yield "EI", [_pair(operands)], tokens
            elif found[_WORD] != b"BI":
                yield found[_WORD].decode("latin-1"), operands, tokens
            operands, open_ones, tokens = [], [], 0
        elif kind == _LONG:
            text, position = _read_string(content, position)
            operands.append(text)
        elif kind in (_ARRAY, _DICT, _END, _CLOSE):
            operands = _nest(kind, operands, open_ones)
        elif kind not in (_COMMENT, _OTHER):
            operands.append(_read_plain(kind, found[kind]))
    yield "", [], tokens


def _nest(kind: int, operands: list[Any], open_ones: list[list[Any]]) -> list[Any]:
    """Where operands go on after an array or dictionary began or ended; one too deep is as if it had no brackets."""
    if kind in (_ARRAY, _DICT):
        if len(open_ones) >= _MAX_DEPTH:
            return operands
        open_ones.append(operands)
        return []
    if not open_ones:
        return operands
    outer = open_ones.pop()
    outer.append(operands if kind == _END else _pair(operands))
    return outer


def _read_plain(kind: int, token: bytes) -> Any:
    if kind == _STRING:
        return token if b"\r" not in token else token.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if kind == _NAME:
        return _read_name(token)
    if kind == _HEX:
        digits = _SPACE.sub(b"", token)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    return _CONSTANTS[token]


def _read_number(token: bytes) -> int | float:
    """A number; 0 for one that no page has room for."""
    value = float(token) if b"." in token or len(token) > 15 else int(token)
    return value if -_FARTHEST < value < _FARTHEST else 0


def _read_name(token: bytes) -> Any:
    """A name without its slash, as pdfminer keeps names."""
    name = _SHARP.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), token) if b"#" in token else token
    try:
        return LIT(name.decode("utf-8"))
    except UnicodeDecodeError:
        return LIT(name)


def _read_string(content: bytes, start: int) -> tuple[bytes, int]:
    """A string that holds brackets or escapes, from behind its first bracket, and where it ends."""
    depth = 1
    for found in _PAREN.finditer(content, start):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return _ESCAPE.sub(_unescape, content[start : found.start()]), found.end()
    return _ESCAPE.sub(_unescape, content[start:]), len(content)


def _unescape(match: re.Match[bytes]) -> bytes:
    what = match[1]
    if what[0] in b"01234567":
        return bytes((int(what, 8) & 0xFF,))
    return _ESCAPED.get(what, what)


def _pair(items: list[Any]) -> dict[str, Any]:
    """Names and values in turn as a dictionary."""
    names = (getattr(item, "name", None) for item in items[::2])
    return {str(name): value for name, value in zip(names, items[1::2], strict=False)}


def _find_image_end(content: bytes, start: int) -> int:
    """Where the data of an image in the line ends: behind the first ``EI`` that stands alone."""
    found = _IMAGE_END.search(content, start)
    return found.end() if found else len(content)
