"""What a portal's server sends for one address."""

from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers; ``delay`` in seconds before the first byte, ``piece`` between pieces of the body.

    ``broken``: the body is cut, ``short`` of its length, by a ``reset``, or within a ``chunk``.
    """

    body: bytes = field(repr=False)
    media_type: str = HTML
    status: int = 200
    location: str | None = None
    delay: float = 0
    piece: float = 0
    broken: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
