"""The tap below Twisted's HTTP/1.1 client and above TLS: what it writes and what it is given goes onto a tape.

How a tape finds its exchange: the download handler sets ``current_tape`` and asks Scrapy's agent for the page, which
asks the connection pool in the same breath, before anything else can run. The pool ties the tape to the connection it
hands out, the connection to Twisted's request object, and that object carries it through a silent retry on a new
connection. No context survives a callback here, so none is trusted to.

It leans on private names of Twisted and Scrapy: ``find_missing_hooks`` says which of them are gone, and
``tests/archive/wire/test_wire.py`` compares bytes.
"""

from collections.abc import Hashable, Iterable
from contextvars import ContextVar
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL.SSL import Connection
from OpenSSL.SSL import Error as TLSError
from scrapy.core.downloader.handlers import http11
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress, IStreamClientEndpoint
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool
from twisted.web.iweb import IResponse

from archive.tape import Close, Security, Tape

current_tape: ContextVar[Tape | None] = ContextVar("current_tape", default=None)

_TAPE = "_archive_tape"

# The names relied on, each with what offers it. Where Scrapy's lenient protocol is gone, Twisted's own would change
# which answers Scrapy accepts: that is for Scrapy to decide, so nothing is replaced then.
_ScrapyProtocol: Any = getattr(http11, "_LenientHTTP11ClientProtocol", None)
_ScrapyFactory: Any = getattr(http11, "_LenientHTTP11ClientFactory", None)
_HOOKS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "scrapy's client protocol": (_ScrapyProtocol, ("request", "dataReceived", "connectionLost", "_finishResponse")),
    "scrapy's client factory": (_ScrapyFactory, ("buildProtocol",)),
    "twisted's connection pool": (HTTPConnectionPool, ("getConnection", "_newConnection", "_factory")),
}


def find_missing_hooks() -> list[str]:
    """The private names that this Scrapy and Twisted no longer have; an empty list where the tap works."""
    missing = []
    for owner, (offered, names) in _HOOKS.items():
        if offered is None:
            missing.append(owner)
        else:
            missing += [f"{name} of {owner}" for name in names if not hasattr(offered, name)]
    return missing


def tap_pool(pool: HTTPConnectionPool) -> HTTPConnectionPool:
    """A pool like the given one whose connections record."""
    tapped = RecordingPool(pool._reactor, persistent=pool.persistent)  # type: ignore[no-untyped-call] # Twisted's own
    tapped.maxPersistentPerHost = pool.maxPersistentPerHost
    tapped.cachedConnectionTimeout = pool.cachedConnectionTimeout
    tapped.retryAutomatically = pool.retryAutomatically
    return tapped


class RecordingPool(HTTPConnectionPool):
    """Hands out connections that know the tape of the request they are asked for."""

    def getConnection(self, key: Hashable, endpoint: IStreamClientEndpoint) -> "Deferred[Any]":  # noqa: N802 - Twisted's name
        """A connection bound to the tape of the download that asks, which is the running one."""
        tape = current_tape.get()
        connection: Deferred[Any] = super().getConnection(key, endpoint)
        return connection if tape is None else connection.addCallback(_Bound, tape)


class _Bound:
    """A connection, or the pool's retrying wrapper of one, that gives its one request a tape."""

    def __init__(self, connection: Any, tape: Tape) -> None:
        self._connection = connection
        self._tape = tape

    def request(self, request: Any) -> "Deferred[IResponse]":
        setattr(request, _TAPE, self._tape)
        answer: Deferred[IResponse] = self._connection.request(request)
        return answer


class _TapedTransport:
    """A transport as a request sees it while it is written."""

    def __init__(self, transport: Any, tape: Tape) -> None:
        self._transport = transport
        self._tape = tape

    def write(self, piece: bytes) -> None:
        self._tape.write(piece)
        self._transport.write(piece)

    def writeSequence(self, pieces: Iterable[bytes]) -> None:  # noqa: N802 - Twisted's name
        pieces = list(pieces)
        self._tape.write(b"".join(pieces))
        self._transport.writeSequence(pieces)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _TransportWire:
    """What a Twisted transport tells of its peer, for as long as the connection is kept."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._security: Security | None = None

    def address(self) -> str | None:
        return getattr(self._transport.getPeer(), "host", None)

    def is_secure(self) -> bool:
        return hasattr(self._transport, "getPeerCertificate")

    def security(self) -> Security | None:
        if self._security is None and self.is_secure():
            handle = self._transport.getHandle()
            cipher = handle.get_cipher_name() if isinstance(handle, Connection) else None
            if cipher:  # until the handshake is over there is none
                self._security = Security(handle.get_protocol_version_name(), cipher, _read_chain(handle))
        return self._security


def _read_chain(handle: Connection) -> tuple[bytes, ...]:
    try:
        chain = handle.get_peer_cert_chain(as_cryptography=True) or []
    except (TLSError, TypeError):
        chain = []
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in chain)


def _write_taped(request: Any, tape: Tape, transport: Any) -> Any:
    return type(request).writeTo(request, _TapedTransport(transport, tape))


def _how_closed(reason: Failure, transport: Any) -> Close:
    if isinstance(reason.value, ConnectionDone):
        return "clean"
    return "unnotified" if hasattr(transport, "getPeerCertificate") else "torn"


if not find_missing_hooks():

    class RecordingProtocol(_ScrapyProtocol):  # type: ignore[misc] # its base is looked up, since it may be gone
        """Scrapy's client protocol, with a tape running while a request is under way."""

        _tape: Tape | None = None
        _wire: _TransportWire | None = None

        def request(self, request: Any) -> "Deferred[IResponse]":
            """Write the request, onto the tape that it carries too."""
            self._tape = getattr(request, _TAPE, None)
            if self._tape is not None:
                self._wire = self._wire or _TransportWire(self.transport)
                self._tape.restart(self._wire)
                request.writeTo = partial(_write_taped, request, self._tape)
            answer: Deferred[IResponse] = super().request(request)
            return answer

        def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
            """Tape the bytes before the parser sees them: it may end the message within this call."""
            if self._tape is not None:
                self._tape.hear(data)
            super().dataReceived(data)

        def _finishResponse(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
            if self._tape is not None:
                self._tape.end(len(rest))
                self._tape = None
            super()._finishResponse(rest)

        def connectionLost(self, reason: Failure) -> None:  # noqa: N802 - Twisted's name
            """The end of an answer that has no other, or its cut."""
            if self._tape is not None:
                self._tape.close(_how_closed(reason, self.transport))
                self._tape = None
            super().connectionLost(reason)

    class RecordingFactory(_ScrapyFactory):  # type: ignore[misc] # as above
        """Builds recording protocols."""

        def buildProtocol(self, addr: IAddress | None) -> RecordingProtocol:  # noqa: N802 - Twisted's name
            """As Twisted's factory does, of our class."""
            return RecordingProtocol(self._quiescentCallback)

    RecordingPool._factory = RecordingFactory
