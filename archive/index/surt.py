"""SURT keys: one spelling for the addresses under which the web serves one page, the host turned round to sort well.

``http://www.Example.gov.cn/A/b/?z=1&a=2`` becomes ``cn,gov,example)/a/b?a=2&z=1``. The rules are those that the
Wayback Machine's indexes follow (scheme, user, ``www``, default port, letter case, order of the query's parts, session
ids and a last slash make no difference), so that other tools find in our indexes what they look for.
"""

import re
import socket
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

_PARTS = re.compile(rb"(?:([a-z][a-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(rb"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SCHEMES = re.compile(rb"^(https?://)+")
_LINE_BREAKS = re.compile(rb"[\r\n\t]")
_DEFAULT_PORTS = {b"http": b"80", b"https": b"443"}
_WWW = re.compile(rb"www\d*\.")
_NUMBERS = re.compile(rb"\d+(?:\.\d+){0,3}")
_SAFE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "#%")

# ASP.NET writes a session without cookies into the path, before the page's name.
_PATH_SESSION = re.compile(rb"(?<=/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)|\([0-9a-z]{24}\))/(?=[^?]+\.aspx)", re.IGNORECASE)
_QUERY_SESSIONS = tuple(
    re.compile(pattern + rb"(?:&|$)", re.IGNORECASE)
    for pattern in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)
_ANY_SESSION = re.compile(rb"id[a-z]{0,8}=|cftoken=", re.IGNORECASE)  # what every one of them has

# What most addresses are: a name with a top level of letters, steps without dots at their begin, and no more.
_PLAIN = re.compile(
    r"https?://(?:www\d*\.)?(?!www\d*\.)((?:[a-z0-9-]+\.)+[a-z]+)((?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?)"
)


def make_key(url: str) -> str:
    """The SURT key of a URL; ``-`` for none. Whatever is no URL still has a key, and never a space in it."""
    if plain := _PLAIN.fullmatch(url):
        host, path = plain.groups()
        return ",".join(reversed(host.split("."))) + ")" + (path.lower().removesuffix("/") or "/")
    raw = _LINE_BREAKS.sub(b"", url.encode("utf-8", "surrogatepass").strip())
    if not raw:
        return "-"
    if not _SCHEME.match(raw):
        raw = b"http://" + raw
    match = _PARTS.match(_SCHEMES.sub(rb"\1", raw))
    assert match  # every part may be empty
    scheme, netloc, path, query = match.groups()
    scheme = (scheme or b"").lower()
    if not netloc and scheme.startswith(b"http"):
        netloc, _, path = path.lstrip(b"/").partition(b"/")
        path = b"/" + path
    key = _turn_host(netloc, scheme) + _write_path(path, rooted=bool(netloc)) + _write_query(query)
    return key.decode("ascii", "replace")


def _turn_host(netloc: bytes | None, scheme: bytes) -> bytes:
    """``user@www.example.gov.cn:8080`` as ``cn,gov,example:8080)``; the scheme where there is no host."""
    host, port = _split_host((netloc or b"").rpartition(b"@")[2])
    if not host:
        return scheme + b":"
    if scheme != b"dns":
        host = _WWW.sub(b"", host, count=1) if _WWW.match(host) else host
    turned = b",".join(reversed(host.split(b".")))
    return turned + (b":" + port if port and port != _DEFAULT_PORTS.get(scheme) else b"") + b")"


def _split_host(netloc: bytes) -> tuple[bytes, bytes]:
    if netloc.startswith(b"["):
        host, _, rest = netloc.partition(b"]")
        return host[1:].lower(), rest.removeprefix(b":")
    host, _, port = netloc.partition(b":")
    host = _unescape(host)
    if not host.isascii():
        with suppress(ValueError):
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    return (_dotted(host) or _escape(host.lower())), (port.lstrip(b"0") if port.isdigit() else b"")


def _dotted(host: bytes) -> bytes | None:
    """An IPv4 address however it is written: with four numbers, with fewer, with one."""
    if not _NUMBERS.fullmatch(host):
        return None
    try:
        if b"." not in host:
            return socket.inet_ntoa((int(host) & 0xFFFFFFFF).to_bytes(4, "big")).encode("ascii")
        return socket.inet_ntoa(socket.inet_aton(host.decode("ascii"))).encode("ascii")
    except (OSError, ValueError):
        return None


def _write_path(path: bytes, *, rooted: bool) -> bytes:
    path = _unescape(path)
    if rooted:
        path = _resolve_dots(path)
    path = _PATH_SESSION.sub(b"", _escape(path).lower())
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _resolve_dots(path: bytes) -> bytes:
    """The path without ``.``, ``..`` and empty steps; a slash at its end stays."""
    kept: list[bytes] = []
    for step in path.split(b"/")[1:]:
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    if not kept:
        return b"/"
    return b"/" + b"".join(step + b"/" for step in kept[:-1] if step) + kept[-1]


def _write_query(query: bytes | None) -> bytes:
    if not query:
        return b""
    query = _escape(_unescape(query))
    for session in _QUERY_SESSIONS if _ANY_SESSION.search(query) else ():
        # The last of several, and no more than one of a kind, as the other tools do.
        for match in list(session.finditer(query))[-1:]:
            query = query[: match.start()] + query[match.end() :]
    query = query.lower()
    parts = sorted(query.split(b"&"), key=lambda part: part.split(b"=", 1)) if len(query) > 1 else [query]
    return b"?" + b"&".join(parts) if query else b""


def _unescape(text: bytes) -> bytes:
    """Without %-escapes, also those that hide in others."""
    while b"%" in text:
        unescaped = unquote_to_bytes(text)
        if unescaped == text:
            break
        text = unescaped
    return text


def _escape(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_SAFE).encode("ascii")
