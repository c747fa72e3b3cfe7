"""One exchange as it goes into the archive: what was asked, what came back, and what else is known of it."""

import hashlib
from dataclasses import dataclass, field
from urllib.parse import quote

from msgspec import structs

from archive.format.message import Answer, read_answer, read_body
from archive.tape import Recording

Fields = tuple[tuple[str, str], ...]

# WARC-Truncated (WARC 1.1, 5.13) for an answer that was cut with that outcome (``archive.wire.outcomes``).
_TRUNCATIONS = {"timeout": "time", "too-large": "length", "disconnected": "disconnect", "reset": "disconnect"}

# What is no HTTP answer is kept in the metadata record up to this size.
_MOST_STRAY_BYTES = 1 << 16

# Bytes that stand for themselves where a head is kept within a field: the others are %-escaped, so none is lost.
_PRINTABLE = "".join(map(chr, range(32, 127))).replace("%", "")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Bytes and facts of one exchange. Without ``status`` it is a failure: no answer came, perhaps no request went."""

    url: str
    method: str
    captured_at: str
    outcome: str
    request: bytes = field(default=b"", repr=False)
    response: bytes = field(default=b"", repr=False)
    status: int | None = None
    payload: bytes = field(default=b"", repr=False)  # of the response, transfer-decoded
    truncated: str | None = None  # as WARC-Truncated
    address: str | None = None
    protocols: tuple[str, ...] = ()  # as WARC-Protocol
    rebuilt: bool = False  # made from what Scrapy understood: not the bytes of the wire
    facts: Fields = ()  # for the metadata record, after the outcome
    context: Fields = ()  # the crawl's own fields, opaque here
    certificates: tuple[bytes, ...] = field(default=(), repr=False)  # of the TLS session, in DER
    head: Answer | None = field(default=None, repr=False)  # of the response, where it was read already

    @property
    def answer(self) -> Answer | None:
        """The head of the response; ``None`` for a failure."""
        return self.head or (read_answer(self.response) if self.status is not None else None)


def make_exchange(
    url: str, method: str, recording: Recording, outcome: str, *, facts: Fields = (), context: Fields = ()
) -> Exchange:
    """The exchange on a tape. ``outcome`` is how the download ended (``ok``, or a word of ``outcomes``)."""
    answer = read_answer(recording.response)
    if answer is None:
        return Exchange(
            url,
            method,
            recording.started_at,
            "malformed" if outcome == "ok" else outcome,
            request=recording.request,
            address=recording.address,
            facts=facts + _describe_connection(recording) + _describe_stray(recording.response),
            context=context,
            certificates=_certificates(recording),
        )
    body = read_body(answer, recording.response, asked_by_head=method == "HEAD")
    truncated = _find_truncation(recording, outcome, framing=body.framing, whole=body.whole)
    if truncated and outcome == "ok":
        outcome = "disconnected"
    return Exchange(
        url,
        method,
        recording.started_at,
        outcome,
        request=recording.request,
        response=recording.response[answer.start :],
        status=answer.status,
        payload=body.payload,
        truncated=truncated,
        address=recording.address,
        protocols=_protocols(answer, recording),
        facts=facts + _describe_interim(answer) + _describe_connection(recording),
        context=context,
        certificates=_certificates(recording),
        head=_move_to_start(answer),
    )


def _move_to_start(answer: Answer) -> Answer:
    """The head of a block that begins with it, after the interim ones were taken off."""
    if not answer.start:
        return answer
    return structs.replace(answer, start=0, body_at=answer.body_at - answer.start, interim=())


def _find_truncation(recording: Recording, outcome: str, *, framing: str, whole: bool) -> str | None:
    """Whether the wire was cut, by the client's word, by the answer's own framing, and by how the connection ended."""
    if recording.ended:
        return None
    if framing == "close":
        # Nothing but the connection's end says where such a body ends.
        whole = recording.close in ("clean", "unnotified") and outcome in ("ok", "disconnected")
    return None if whole else _TRUNCATIONS.get("disconnected" if outcome == "ok" else outcome, "unspecified")


def _protocols(answer: Answer, recording: Recording) -> tuple[str, ...]:
    """WARC-Protocol values: ``http/1.1``, ``tls/1.3``."""
    protocols = [answer.version.lower()]
    if recording.security:
        protocols.append(recording.security.version.lower().replace("v", "/"))
    return tuple(protocols)


def fingerprint(certificate: bytes) -> str:
    """The SHA-256 of a certificate in DER, in hexadecimal: what browsers and OpenSSL show."""
    return hashlib.sha256(certificate).hexdigest()


def _certificates(recording: Recording) -> tuple[bytes, ...]:
    return recording.security.chain if recording.security else ()


def _describe_interim(answer: Answer) -> Fields:
    return tuple(("interim", quote(head, safe=_PRINTABLE)) for head in answer.interim)


def _describe_connection(recording: Recording) -> Fields:
    facts = []
    if recording.restarts:
        facts.append(("staleConnections", str(recording.restarts)))
    if recording.close == "unnotified" and not recording.ended:
        facts.append(("close", "without close_notify"))
    if recording.security:
        facts.append(("tlsVersion", recording.security.version))
        facts.append(("tlsCipher", recording.security.cipher))
        facts += [("tlsCertificate", f"sha256:{fingerprint(each)}") for each in recording.security.chain]
    return tuple(facts)


def _describe_stray(received: bytes) -> Fields:
    if not received:
        return ()
    return (("receivedBytes", str(len(received))), ("received", quote(received[:_MOST_STRAY_BYTES])))
