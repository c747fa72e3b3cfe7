"""What one request wrote to the wire and what came back, with the times and the addresses of it."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Literal, Protocol

from archive.dates import format_now

# How the connection ended while the answer was still expected. ``unnotified``: a TLS peer closed without saying so
# within TLS (no close_notify), as many old servers do after every answer; it cannot be told from a torn connection.
Close = Literal["clean", "torn", "unnotified"]


@dataclass(frozen=True, slots=True)
class Security:
    """The TLS session of an exchange; ``chain`` holds the certificates as sent, in DER, the server's own first."""

    version: str
    cipher: str
    chain: tuple[bytes, ...] = field(repr=False)


class Wire(Protocol):
    """What a tape asks a connection."""

    def address(self) -> str | None:
        """The peer's IP address."""

    def is_secure(self) -> bool:
        """Whether it speaks TLS: then nothing goes out before the handshake is over."""

    def security(self) -> Security | None:
        """The TLS session, once its handshake is done; ``None`` on a plain connection."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A tape at rest. Nothing of it is decoded: bytes are as they went, above TLS."""

    request: bytes = field(repr=False)
    response: bytes = field(repr=False)
    started_at: str  # WARC-Date of the first byte written, or of the attempt to connect
    seconds: float  # until the last byte came, or until the attempt was given up
    ended: bool  # the client saw the message's end
    close: Close | None
    address: str | None
    security: Security | None
    restarts: int  # silent retries on a new connection after a stale one


@dataclass(slots=True)
class _Take:
    """What has been heard since the request was last begun."""

    wire: Wire | None = None
    address: str | None = None
    security: Security | None = None
    request: list[bytes] = field(default_factory=list)
    response: list[bytes] = field(default_factory=list)
    started_at: str = field(default_factory=format_now)
    began_at: float = field(default_factory=monotonic)
    last_at: float | None = None
    rest: int | None = None
    close: Close | None = None


class Tape:
    """Records one exchange; a connection fills it, the download handler reads it."""

    def __init__(self) -> None:
        self._take = _Take()
        self._starts = 0

    def restart(self, wire: Wire) -> None:
        """A request is about to be written: forget what a stale connection left."""
        self._take = _Take(wire=wire, address=wire.address())
        self._starts += 1

    def write(self, piece: bytes) -> None:
        """Bytes of the request, as they go to the transport."""
        self._take.request.append(piece)

    def hear(self, piece: bytes) -> None:
        """Bytes of the answer, as they come from the transport."""
        take = self._take
        self._look_at_wire()
        take.response.append(piece)
        take.last_at = monotonic()

    def end(self, rest: int) -> None:
        """The message is whole; the last ``rest`` bytes heard do not belong to it."""
        self._take.rest = rest

    def close(self, how: Close) -> None:
        """The connection ended before the message did, or as its end."""
        self._look_at_wire()
        self._take.close = how
        self._take.last_at = monotonic()

    def recording(self) -> Recording:
        """What has been recorded so far."""
        self._look_at_wire()
        take = self._take
        response = b"".join(take.response)
        return Recording(
            request=b"" if take.wire and take.wire.is_secure() and not take.security else b"".join(take.request),
            response=response[: len(response) - take.rest] if take.rest else response,
            started_at=take.started_at,
            seconds=(take.last_at or monotonic()) - take.began_at,
            ended=take.rest is not None,
            close=take.close,
            address=take.address,
            security=take.security,
            restarts=max(self._starts - 1, 0),
        )

    def _look_at_wire(self) -> None:
        """The session is known once the handshake is over: before the first byte comes, or when none ever does."""
        take = self._take
        if take.security is None and take.wire is not None and not take.response:
            take.security = take.wire.security()
