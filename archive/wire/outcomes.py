"""One word for how a download ended, from the exceptions that Scrapy, Twisted and OpenSSL raise."""

from collections.abc import Iterator

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost, DNSLookupError, TimeoutError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

# The first that any exception of the chain is an instance of names the outcome.
_OUTCOMES: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("tls", (TLSError, VerificationError)),
    ("dns", (CannotResolveHostError, DNSLookupError)),
    ("refused", (DownloadConnectionRefusedError,)),
    ("stopped", (StopDownload,)),
    ("timeout", (DownloadTimeoutError, TimeoutError)),
    ("too-large", (DownloadCancelledError,)),  # Scrapy cancels a download for its size alone
    ("disconnected", (ResponseDataLossError,)),
    ("reset", (ConnectionLost,)),
    ("disconnected", (ConnectionDone,)),
    ("unreachable", (ConnectError,)),
)


def name_outcome(error: BaseException) -> str:
    """``dns``, ``refused``, ``unreachable``, ``timeout``, ``tls``, ``reset`` (torn), ``disconnected`` (closed by the
    server before the answer was whole), ``malformed`` (no HTTP answer), ``too-large``, ``stopped`` (by a signal's
    handler), else ``failed``.
    """
    chain = list(_causes(error))
    if _has(chain, ResponseFailed) and any(_is_malformed(cause) for cause in chain):
        return "malformed"
    for name, kinds in _OUTCOMES:
        if _has(chain, *kinds):
            return name
    return "failed"


def describe_error(error: BaseException) -> str:
    """What went wrong, in one line: the deepest cause, which says more than what it was wrapped in."""
    *_, deepest = _causes(error)
    return f"{type(deepest).__name__}: {deepest}".rstrip(": ")


def _has(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in chain)


def _is_malformed(error: BaseException) -> bool:
    """Twisted's parser raises private classes, known here by name so that nothing breaks when they move. It raises
    ``ValueError`` for conflicting lengths, ``KeyError`` for a transfer coding that it does not know.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, (ValueError, KeyError)) or bool(names & {"ParseError", "_MalformedChunkedDataError"})


def _causes(error: BaseException) -> Iterator[BaseException]:
    yield error
    inner = [reason.value for reason in getattr(error, "reasons", ()) if isinstance(reason, Failure)]
    if error.__cause__ and not inner:
        inner.append(error.__cause__)
    for cause in inner:
        if cause is not None:
            yield from _causes(cause)
