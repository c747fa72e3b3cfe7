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
_CHAIN = r"(?:\([^()]*\)(?:\.[\w$]+(?:\([^()]*\))?)*)?"  # a call, and what is asked of its result
_TERM = rf"(?:{_STRING}|[\w$.]+{_CHAIN})"
_EXPRESSION = rf"{_TERM}(?:\s*\+\s*(?:{_TERM}|\([^()]*\)))*"
_PART = re.compile(
    rf"(?P<string>{_STRING})|(?P<called>[\w$.]+)\(\s*(?P<argument>{_STRING})\s*\)(?P<chain>(?:\.[\w$]+(?:\([^()]*\))?)*)"
    r"|(?P<name>[A-Za-z_$][\w$.]*)|(?P<number>\d+)"
)
# What a script looks up by a name in a string: an input (``$('#siteId')``, ``[name=siteId]``), its own address's query.
_LOOKED_UP = re.compile(r"#?([\w-]+)|.*\[\s*name\s*=\s*['\"]?([\w-]+)['\"]?\s*\]")
_TRANSPARENT = frozenset(
    ("encodeURIComponent", "encodeURI", "decodeURIComponent", "escape", "String", "Number", "parseInt")
)
_WRAPPED = r"(?:(?:JSON\.stringify|[qQ]s\.stringify|\$\.param|new\s+URLSearchParams)\s*\(\s*)"
_SEARCH_PARAMETERS = re.compile(r"\bnew\s+URLSearchParams\s*\(\s*(?=\{)")
_URL = re.compile(rf"\burl\s*:\s*({_EXPRESSION})")
_FIRST = re.compile(rf"\s*({_EXPRESSION})")
_POST = re.compile(r"\b(?:type|method)\s*:\s*['\"]post['\"]|^\s*['\"]post['\"]\s*,", re.IGNORECASE)
_JSON = re.compile(r"application/json|JSON\.stringify", re.IGNORECASE)
_DATA = re.compile(r"\b(?:data|body|params)\s*:\s*")
_PAIR = re.compile(
    rf"(?:([A-Za-z_$][\w$-]*)|['\"]([\w$.-]+)['\"])\s*:\s*({_EXPRESSION})|(?:^|,)\s*([A-Za-z_$][\w$]*)\s*(?=,|$)"
)
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
    values = dict(parse_qsl(query, keep_blank_values=True))
    values |= _read_query(page, written[1], rest) | _read_data(page, rest[written.end() :], rest)
    sends: Sending = ("json" if _JSON.search(arguments) else "form") if posted else "query"
    return Call(url, sends, values)


def _read_data(page: Page, after: str, whole: str) -> dict[str, str]:
    """The values of the data that a call sends: an object, a query in a string, or a name for either."""
    found = _DATA.search(whole)
    source = whole[found.end() :] if found else after.lstrip(" ,\n\t\r")
    source = re.sub(rf"^{_WRAPPED}", "", source)
    appended: dict[str, str] = {}
    if name := re.match(r"([A-Za-z_$][\w$]*)\s*(?:[,)}]|$)", source):
        assigned = re.search(rf"\b{re.escape(name[1])}\s*=\s*{_WRAPPED}?(?=[{{'\"])", page.text)
        source = page.text[assigned.end() : assigned.end() + MOST_TEXT] if assigned else ""
        appended = _read_appended(page, name[1])
    if source.startswith("{"):
        return _read_object(page, source) | appended
    written = _FIRST.match(source)
    if written and "=" in written[1]:
        return dict(parse_qsl(_evaluate(page, written[1]).lstrip("?&"), keep_blank_values=True)) | appended
    return appended


def _read_query(page: Page, expression: str, whole: str) -> dict[str, str]:
    """The values of the ``URLSearchParams`` that an address ends in, written there or under a name."""
    if found := _SEARCH_PARAMETERS.search(whole):
        return _read_object(page, whole[found.end() :])
    for name in re.findall(r"\+\s*([A-Za-z_$][\w$]*)", expression):
        if assigned := re.search(rf"\b{re.escape(name)}\s*=\s*{_WRAPPED}(?=\{{)", page.text):
            return _read_object(page, page.text[assigned.end() : assigned.end() + MOST_TEXT])
        if appended := _read_appended(page, name):
            return appended
    return {}


def _read_object(page: Page, source: str) -> dict[str, str]:
    """The pairs of an object, ``{name: value, name}``, at the beginning of a text."""
    pairs = _PAIR.finditer(_arguments(source, 1))
    return dict(
        (pair[1] or pair[2], _evaluate(page, pair[3])) if pair[3] else (pair[4], _value(page, pair[4]))
        for pair in pairs
    )


def _read_appended(page: Page, name: str) -> dict[str, str]:
    """The pairs that a script appends to a form or a query of that name."""
    calls = re.finditer(
        rf"\b{re.escape(name)}\.(?:append|set)\s*\(\s*['\"]([\w$.-]+)['\"]\s*,\s*({_EXPRESSION})", page.text
    )
    return {call[1]: _evaluate(page, call[2]) for call in calls}


def _evaluate(page: Page, expression: str) -> str:
    """The text of strings joined by ``+``; names give what the page assigns them, else nothing."""
    return "".join(_part(page, part) for part in _PART.finditer(expression))


def _part(page: Page, part: re.Match[str]) -> str:
    if part["string"]:
        text = _unquote(part["string"])
        return _TEMPLATED.sub(lambda name: _value(page, name[1]), text) if part["string"][0] == "`" else text
    if part["called"]:
        return _look_up(page, part["called"], _unquote(part["argument"]), part["chain"])
    return part["number"] or _value(page, part["name"])


def _look_up(page: Page, called: str, argument: str, chain: str) -> str:
    """What a call with a name in a string gives: ``$('#siteId').val()``, ``getQueryString('id')``."""
    if called in _TRANSPARENT:
        return argument
    attribute = re.search(_STRING, chain)
    named = _LOOKED_UP.fullmatch(_unquote(attribute[0]) if attribute else argument)
    return (find_parameter(page, named[1] or named[2], linked=False) or "") if named else ""


def _unquote(string: str) -> str:
    return re.sub(r"\\(.)", r"\1", string[1:-1])


def _value(page: Page, name: str) -> str:
    last = name.strip().rpartition(".")[2]
    if last in ("true", "false", "null"):
        return last if last != "null" else ""
    # A link's query says what another page would send, not this script.
    return (find_parameter(page, last, linked=False) or "") if re.fullmatch(r"[\w$]{2,}", last) else ""
