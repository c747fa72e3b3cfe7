"""A file made worse: bytes turned, lost, doubled; markup that hides, nests and spans; packages damaged from within."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

_MOST = 4_000_000  # bytes of a mutated file
_TOKENS = (
    *"<table> </table> <tr> <td> </td> <th> <div> </div> <p> <br> <script> </script> <style> <!-- --> <![CDATA[ ]]>"
    " <svg> <plaintext> <textarea> <select> <math> <template> <noscript> <iframe> <frameset> <form> <caption>"
    " &#x110000; &#0; &amp &nbsp; | --------- 9999999999999999999999999999 （一） 一、 总计".encode().split(),
    *(b"<td colspan=99999 rowspan=70000>", b"<td rowspan=0>", b"<a href=", b"<base href=http://[::1", b" hidden"),
    *(b"<meta charset=utf-16>", b"<meta charset=hex>", b" style='display:none'", b"<!DOCTYPE a [<!ENTITY b '&b;'>]>"),
    *(b"<?xml version='1.0' encoding='gb2312'?>", b"\t", b"\r", b"\0", b"\xff\xfe", b"\x1b$B", b"\xed\xa0\x80"),
    *("\u202e".encode(), "\u2028".encode(), "\ufeff".encode()),
)
_NUMBER = re.compile(rb"\d+")
_NUMBERS = (b"0", b"-1", b"1", b"65535", b"4294967295", b"2147483648", b"99999999999999999999", b"1e309", b"0.0000001")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_TAG = re.compile(rb"<[^<>]{1,200}>")
Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def mutate(payload: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """The payload after one to six mutations; ``others`` are files to take pieces from."""
    for _ in range(draw.choice((1, 1, 2, 3, 6))):
        payload = draw.choice(_choices(payload))(payload, draw, others)[:_MOST]
    return payload


def _choices(payload: bytes) -> tuple[Mutation, ...]:
    if payload.startswith(b"PK"):
        return (_inside_package, _inside_package, _inside_package, _drop_member, _flip, _cut)
    if payload.startswith(b"%PDF"):
        return (_inside_stream, _inside_stream, _renumber, *_BYTES)
    return (*_BYTES, _renumber, _insert_token, _insert_token, _nest, _drop_tags, _double_tags)


def _flip(payload: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    changed = bytearray(payload)
    for _ in range(draw.choice((1, 4, 32)) if changed else 0):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _cut(payload: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(payload, draw)
    return payload[:start] if draw.random() < 0.3 else payload[:start] + payload[end:]


def _double(payload: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(payload, draw)
    times = draw.choice((1, 1, 2, 30, 300))
    return payload[:end] + payload[start:end] * min(times, _MOST // max(1, end - start)) + payload[end:]


def _move(payload: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(payload, draw)
    rest = payload[:start] + payload[end:]
    at = draw.randint(0, len(rest))
    return rest[:at] + payload[start:end] + rest[at:]


def _splice(payload: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    other = draw.choice(others)
    start, end = _slice(other, draw)
    at = draw.randint(0, len(payload))
    return payload[:at] + other[start:end] + payload[at:]


def _insert_token(payload: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    for _ in range(draw.choice((1, 3, 20))):
        at = draw.randint(0, len(payload))
        payload = payload[:at] + draw.choice(_TOKENS) * draw.choice((1, 1, 1, 50)) + payload[at:]
    return payload


def _nest(payload: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    tag = draw.choice((b"div", b"table><tr><td", b"span", b"ul><li", b"b", b"a", b"font", b"form", b"q"))
    at = draw.randint(0, len(payload))
    return payload[:at] + (b"<" + tag + b">") * draw.choice((5, 100, 3000)) + payload[at:]


def _renumber(payload: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    places = [match.span() for match in _NUMBER.finditer(payload)]
    for start, end in sorted(draw.sample(places, min(len(places), draw.choice((1, 5)))), reverse=True):
        payload = payload[:start] + draw.choice(_NUMBERS) + payload[end:]
    return payload


def _drop_tags(payload: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    share = draw.choice((0.01, 0.2, 0.9))
    return _TAG.sub(lambda match: b"" if draw.random() < share else match.group(), payload)


def _double_tags(payload: bytes, draw: random.Random, _: Sequence[bytes]) -> bytes:
    return _TAG.sub(lambda match: match.group() * (2 if draw.random() < 0.05 else 1), payload)


def _inside_stream(payload: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """One stream of a PDF, unpacked, damaged and packed again."""
    streams = list(_STREAM.finditer(payload))
    if not streams:
        return _flip(payload, draw, others)
    match = draw.choice(streams)
    try:
        content = zlib.decompress(match.group(1).strip(b"\r\n"))
    except zlib.error:
        return _flip(payload, draw, others)
    changed = draw.choice((*_BYTES, _renumber))(content, draw, (content,))
    return payload[: match.start(1)] + zlib.compress(changed, 1) + b"\n" + payload[match.end(1) :]


def _inside_package(payload: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """One member of a package, damaged; the package around it sound."""
    members = _unpack(payload)
    if not members:
        return _flip(payload, draw, others)
    name = draw.choice(sorted(members))
    change = draw.choice((*_BYTES, _renumber, _insert_token, _nest, _drop_tags, _double_tags))
    return _pack(members | {name: change(members[name], draw, list(members.values()))[:_MOST]})


def _drop_member(payload: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    members = _unpack(payload)
    if not members:
        return _flip(payload, draw, others)
    members.pop(draw.choice(sorted(members)))
    return _pack(members)


def _unpack(payload: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as package:
            return {name: package.read(name) for name in package.namelist()[:60]}
    except Exception:  # noqa: BLE001 what a mutation before has done to it is none of our concern
        return {}


def _pack(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 1)
    return file.getvalue()


def _slice(payload: bytes, draw: random.Random) -> tuple[int, int]:
    start = draw.randint(0, len(payload))
    return start, min(len(payload), start + draw.choice((1, 10, 200, 5000)))


_BYTES: tuple[Mutation, ...] = (_flip, _cut, _double, _move, _splice)
