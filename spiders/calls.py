"""Requests that a page's script would make, read from its text: ``$.ajax({url, data})``, ``$.post``, ``fetch`` …

Nothing is run. An address or a value that script puts together (``base + "/list?sid=" + sid``) is put together from the
strings that are written and from what the page gives the names in it; what cannot be told is left empty.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from spiders.pages import Page, absolute
from spiders.parameters import find_parameter

Sending = Literal["query", "form", "json"]

MOST_CALLS = 60
MOST_TEXT = 6000  # characters of one call
_OPENING = re.compile(
    r"(?:\.(?P<method>ajax|get|post|getJSON|load)|\b(?P<name>fetch|axios|ajax|request)|\.(?P<open>open))\s*\(\s*(?!\s*function)"
)
_STRING = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`"
_TOKEN = re.compile(rf"({_STRING})|([(\[{{])|([)\]}}])")
_EXPRESSION = rf"(?:{_STRING}|[\w$.]+(?:\([^()]*\))?)(?:\s*\+\s*(?:{_STRING}|[\w$.]+(?:\([^()]*\))?|\([^()]*\)))*"
_PART = re.compile(rf"({_STRING})|([A-Za-z_$][\w$.]*)|(\d+)")
_URL = re.compile(rf"\burl\s*:\s*({_EXPRESSION})")
_FIRST = re.compile(rf"\s*({_EXPRESSION})")
_POST = re.compile(r"\b(?:type|method)\s*:\s*['\"]post['\"]|^\s*['\"]post['\"]\s*,", re.IGNORECASE)
_JSON = re.compile(r"application/json|JSON\.stringify", re.IGNORECASE)
_DATA = re.compile(r"\b(?:data|body|params)\s*:\s*")
_PAIR = re.compile(rf"(?:([A-Za-z_$][\w$-]*)|['\"]([\w$.-]+)['\"])\s*:\s*({_EXPRESSION})")
_TEMPLATED = re.compile(r"\$\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: address without query, how its values travel, and the values, the query's among them."""

    url: str
    sends: Sending = "query"
    values: Mapping[str, str] = field(default_factory=dict)


def find_calls(page: Page) -> Iterator[Call]:
    """The requests in a page's script (or in a script file), in the order in which they are written."""
    text = page.text
    for count, match in enumerate(_OPENING.finditer(text)):
        if count >= MOST_CALLS:
            return
        call = _read_call(page, match, _arguments(text, match.end()))
        if call is not None:
            yield call


def _arguments(text: str, start: int) -> str:
    """What stands between a call's brackets."""
    depth = 1
    for token in _TOKEN.finditer(text, start, start + MOST_TEXT):
        depth += bool(token[2]) - bool(token[3])
        if depth == 0:
            return text[start : token.start()]
    return text[start : start + MOST_TEXT]


def _read_call(page: Page, match: re.Match[str], arguments: str) -> Call | None:
    rest = arguments
    if match["open"]:
        _, _, rest = arguments.partition(",")
    written = _URL.search(rest) if rest.lstrip().startswith("{") else _FIRST.match(rest)
    address = _evaluate(page, written[1]) if written else ""
    if written is None or not re.search(r"[/.?]", address):
        return None
    bare, _, query = address.partition("?")
    url = absolute(page.base, bare)
    if url is None:
        return None
    posted = match["method"] == "post" or bool(_POST.search(arguments))
    values = dict(parse_qsl(query, keep_blank_values=True)) | _read_data(page, rest[written.end() :], rest)
    sends: Sending = ("json" if _JSON.search(arguments) else "form") if posted else "query"
    return Call(url, sends, values)


def _read_data(page: Page, after: str, whole: str) -> dict[str, str]:
    """The values of the data that a call sends: an object, a query in a string, or a name for either."""
    found = _DATA.search(whole)
    source = whole[found.end() :] if found else after.lstrip(" ,\n\t\r")
    source = re.sub(r"^JSON\.stringify\s*\(\s*", "", source)
    if name := re.match(r"([A-Za-z_$][\w$]*)\s*(?:[,)}]|$)", source):
        assigned = re.search(rf"\b{re.escape(name[1])}\s*=\s*(?=[{{'\"])", page.text)
        source = page.text[assigned.end() : assigned.end() + MOST_TEXT] if assigned else ""
    if source.startswith("{"):
        inner = _arguments(source, 1)
        pairs = ((pair[1] or pair[2], _evaluate(page, pair[3])) for pair in _PAIR.finditer(inner))
        return dict(pairs)
    written = _FIRST.match(source)
    if written and "=" in written[1]:
        return dict(parse_qsl(_evaluate(page, written[1]).lstrip("?&"), keep_blank_values=True))
    return {}


def _evaluate(page: Page, expression: str) -> str:
    """The text of strings joined by ``+``; names give what the page assigns them, else nothing."""
    return "".join(_part(page, part) for part in _PART.finditer(expression))


def _part(page: Page, part: re.Match[str]) -> str:
    if part[1]:
        text = re.sub(r"\\(.)", r"\1", part[1][1:-1])
        return _TEMPLATED.sub(lambda name: _value(page, name[1]), text) if part[1][0] == "`" else text
    return part[3] or _value(page, part[2])


def _value(page: Page, name: str) -> str:
    last = name.strip().rpartition(".")[2]
    if last in ("true", "false", "null"):
        return last if last != "null" else ""
    # A link's query says what another page would send, not this script.
    return (find_parameter(page, last, linked=False) or "") if re.fullmatch(r"[\w$]{2,}", last) else ""
