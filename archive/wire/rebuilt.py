"""An exchange made from what Scrapy understood, for when the wire could not be tapped: marked as rebuilt, never silent.

The status line is invented, the order and case of headers are Scrapy's, and framing headers that Twisted took out are
replaced by the length of the body.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Headers, Response

from archive.format.exchange import Exchange, Fields

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


def rebuild_exchange(
    request: Request, response: Response, url: str, captured_at: str, *, facts: Fields, context: Fields
) -> Exchange:
    """Request and response blocks as they may have been."""
    body = bytes(response.body)
    head = b"".join(b"%s: %s\r\n" % pair for pair in _pairs(response.headers))
    status_line = f"{response.protocol or 'HTTP/1.1'} {response.status} {_phrase(response.status)}".rstrip() + "\r\n"
    return Exchange(
        url,
        request.method,
        captured_at,
        "ok",
        request=_rebuild_request(request, url),
        response=status_line.encode("ascii") + head + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        status=response.status,
        payload=body,
        address=str(response.ip_address) if response.ip_address else None,
        protocols=((response.protocol or "HTTP/1.1").lower(),),
        rebuilt=True,
        facts=facts,
        context=context,
    )


def _rebuild_request(request: Request, url: str) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1".encode("ascii", "replace")]
    if b"Host" not in request.headers:
        lines.append(b"Host: " + _host(parts.netloc))
    lines += [b"%s: %s" % pair for pair in _pairs(request.headers)]
    if request.body:
        lines.append(b"Content-Length: %d" % len(request.body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + bytes(request.body)


def _host(netloc: str) -> bytes:
    return netloc.rpartition("@")[2].encode("ascii" if netloc.isascii() else "idna")


def _pairs(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in headers.items() if name.lower() not in _FRAMING for value in values]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
