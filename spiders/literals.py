"""Lists that a page keeps in its script: ``var data = [{title: '…', url: '…'}]`` as Python values.

Script's own notation is read, not JSON alone: bare keys, single quotes, comments, trailing commas. Nothing is run; what
is computed (a call, a sum, a name) is ``None``.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

MOST_CHARACTERS = 1_000_000  # of one literal
MOST_SCANNED = 2_000_000  # characters in all, so that nested brackets that never close end too
_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`"
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<comma>,(?=\s*[\]}}]))"
    r"|(?P<name>(?:new\s+)?[A-Za-z_$][\w$.]*)(?:(?P<colon>\s*:)|\s*\((?:[^()\n]|\([^()\n]*\))*\))?|(?P<key>\d+)(?=\s*:)|(?P<bracket>[\[\]{}])",
    re.DOTALL,
)
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_PARSED = re.compile(rf"\bJSON\.parse\s*\(\s*({_STRING})\s*\)", re.DOTALL)
_BEGIN = re.compile(r"(?:[=:(,]|\breturn)\s*(?=[\[{])")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "v": "\v", "\n": ""}
_CONSTANTS = ("true", "false", "null")


def read_scripts(tree: etree._Element) -> Iterator[Any]:
    """The outermost lists and objects of a page's inline scripts, in page order."""
    for element in tree.iter("script"):
        text = "".join(str(part) for part in element.itertext())
        if "[" in text:
            yield from read_literals(text)


def read_literals(text: str) -> Iterator[Any]:
    """The outermost lists and objects of a script that hold values alone."""
    stripped = text.strip()
    if stripped[:1] in ("[", "{"):
        text = f"={stripped}"
    text = _PARSED.sub(lambda match: _ESCAPE.sub(_resolve, match[1][1:-1]), text)
    text = _COMMENT.sub(lambda match: match[1] or " ", text)
    at, budget = 0, MOST_SCANNED
    while budget > 0 and (begin := _BEGIN.search(text, at)):
        end = _end_of(text, begin.end())
        value = _read(text[begin.end() : end]) if end else None
        budget -= (end or len(text)) - begin.end() + 1
        at = end if end and value is not None else begin.end()
        if value is not None:
            yield value


def _end_of(text: str, start: int) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(text, start, start + MOST_CHARACTERS):
        if token["bracket"]:
            depth += 1 if token["bracket"] in "[{" else -1
            if depth == 0:
                return token.end()
    return None


def _read(source: str) -> Any:
    try:
        return json.loads(_TOKEN.sub(_translate, source))
    except (ValueError, RecursionError):
        return None


def _translate(token: re.Match[str]) -> str:
    if token["string"]:
        return json.dumps(_ESCAPE.sub(_resolve, token["string"][1:-1]))
    if token["comma"]:
        return ""
    if token["key"]:
        return f'"{token["key"]}"'
    if token["name"]:
        if token["colon"]:
            return json.dumps(token["name"]) + ":"
        return token["name"] if token["name"] in _CONSTANTS else "null"
    return token[0]


def _resolve(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CONTROL.get(escape[3], escape[3])
