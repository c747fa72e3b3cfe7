"""How pages are sent: bytes in one character set, and headers and meta tags that say the same, another or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Sending:
    """``codec`` is the truth; ``header`` and ``meta`` are what the page claims, ``None`` for silence."""

    name: str
    codec: str
    header: str | None
    meta: str | None
    mark: bytes = b""  # a byte order mark


PLAIN = Sending("utf8", "utf-8", "utf-8", "utf-8")
SENDINGS: Sequence[Sending] = (
    PLAIN,
    Sending("utf8_silent", "utf-8", None, None),
    Sending("utf8_header_gbk", "utf-8", "GBK", "utf-8"),
    Sending("utf8_meta_gb2312", "utf-8", None, "gb2312"),
    Sending("utf8_all_lie", "utf-8", "gb2312", "gbk"),
    Sending("utf8_latin1", "utf-8", "ISO-8859-1", None),
    Sending("utf8_mark", "utf-8", "gb2312", "gb2312", b"\xef\xbb\xbf"),
    Sending("utf8_broken_byte", "utf-8", "utf-8", "utf-8"),
    Sending("gbk", "gb18030", "GBK", "gbk"),
    Sending("gbk_as_gb2312", "gb18030", None, "gb2312"),
    Sending("gbk_header_utf8", "gb18030", "utf-8", "gb2312"),
    Sending("gbk_all_lie", "gb18030", "utf-8", "utf-8"),
    Sending("gbk_silent", "gb18030", None, None),
    Sending("gbk_unknown_name", "gb18030", "x-chinese", None),
    Sending("utf16", "utf-16-le", "utf-16", None, b"\xff\xfe"),
)


def meta_tag(sending: Sending, draw: Random) -> str:
    """What the page says of its own character set."""
    if sending.meta is None:
        return ""
    long = f'<meta http-equiv="Content-Type" content="text/html; charset={sending.meta}">'
    return draw.choice((f'<meta charset="{sending.meta}">', long, f"<META charset='{sending.meta.upper()}'/>"))


def send(markup: str, sending: Sending) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Headers and payload. ``utf8_broken_byte``: one byte of a comment is no UTF-8."""
    payload = sending.mark + markup.encode(sending.codec)
    if sending.name == "utf8_broken_byte":
        payload = payload.replace(b"</body>", b"<!-- \xb9 --></body>", 1)
    kind = "text/html" + (f"; charset={sending.header}" if sending.header else "")
    return (("Server", "nginx"), ("Content-Type", kind)), payload
