"""What was sent with a request, as a piece of query: it tells apart the answers that one address gives to many bodies.

Index keys of requests other than GET end in ``__wb_method=POST&`` and this piece, as pywb and cdxj-indexer write and
look for them.
"""

import base64
import json
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote_plus, urlencode

from archive.format.fields import read_fields

# Longer pieces are cut, so that a key stays a key.
MOST_LENGTH = 4096


def key_url(url: str, method: str, body_key: str) -> str:
    """The URL that the key of an exchange is made from: the address alone for GET."""
    if method == "GET":
        return url
    piece = f"__wb_method={method}" + (f"&{body_key}" if body_key else "")
    return f"{url}{'&' if '?' in url else '?'}{piece}"


def read_request(block: bytes) -> tuple[str, str]:
    """The method of a request record's block, and the piece of query that stands for its body (POST and PUT alone)."""
    head, _, body = block.partition(b"\r\n\r\n")
    method = head.partition(b" ")[0].decode("ascii", "replace").upper()
    if method not in ("POST", "PUT"):
        return method, ""
    media_type = next((value for name, value in read_fields(head) if name.lower() == "content-type"), "")
    return method, _body_key(body, media_type)[:MOST_LENGTH]


def _body_key(body: bytes, media_type: str) -> str:
    try:
        if media_type.startswith("application/x-www-form-urlencoded"):
            return unquote_plus(body.decode("utf-8"))
        if media_type.startswith("multipart/"):
            return _read_parts(body, media_type)
        if media_type.startswith(("application/json", "text/plain")):
            return _read_json(body)
    except ValueError:
        if media_type.startswith("application/json"):
            return ""
    return "__wb_post_data=" + base64.b64encode(body).decode("ascii")


def _read_parts(body: bytes, media_type: str) -> str:
    """The fields of a form with files; raises ``ValueError`` where it cannot be taken apart."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + media_type.encode("utf-8") + b"\r\n\r\n" + body)
    if not message.is_multipart():
        raise ValueError("no parts")
    pairs = []
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            name = str(part.get_param("name", "", header="content-disposition"))
            pairs.append((name, content if part.get_filename() else _text(content)))
    return urlencode(pairs)


def _text(content: bytes) -> bytes:
    content.decode("utf-8")  # a field that is no text makes the form no form
    return content


def _read_json(body: bytes) -> str:
    """The plain values of a JSON object, or of one on each line, by their names; raises ``ValueError``."""
    try:
        objects = [json.loads(body)]
    except ValueError:
        if b"\n" not in body:
            raise
        objects = [json.loads(line) for line in body.split(b"\n")]
    values: dict[str, str] = {}
    seen: dict[str, int] = {}
    for name, value in (pair for found in objects for pair in _plain_values(found, "")):
        if name in values:
            seen[name] = seen.get(name, 1) + 1
            name = f"{name}.{seen[name]}_"
        values[name] = value
    return urlencode(values)


def _plain_values(found: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield from _plain_values(value, key)
    elif isinstance(found, list):
        for value in found:
            yield from _plain_values(value, name)
    elif name:
        yield name, str(found)
