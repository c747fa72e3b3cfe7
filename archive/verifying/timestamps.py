"""RFC 3161 time stamps: that a token was made by its authority for these bytes, and when."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from archive.verifying.der import OBJECT_ID, OCTETS, SEQUENCE, SET, TIME, Element, read_element, read_object_id

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"

_HASHES: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": ("sha256", hashes.SHA256()),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384()),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512()),
}


class TimestampError(ValueError):
    """A token that does not hold; the text says why."""


@dataclass(frozen=True, slots=True)
class _Token:
    info: Element  # TSTInfo
    content: bytes  # its bytes
    signer: list[Element]  # SignerInfo


def check_timestamp(token: bytes, stamped: bytes, signer: x509.Certificate) -> datetime:
    """The instant at which ``signer`` stamped these bytes. Raises ``TimestampError``."""
    try:
        found = _open(token)
        made_at = _check_info(found.info, stamped)
        _check_signer(found, signer)
    except (ValueError, IndexError, KeyError, UnsupportedAlgorithm) as error:
        raise TimestampError(str(error) or type(error).__name__) from error
    except InvalidSignature as error:
        raise TimestampError("its signature does not fit") from error
    return made_at


def _open(token: bytes) -> _Token:
    """TimeStampResp or TimeStampToken (RFC 3161, 2.4.2), down to the signer (RFC 5652, 5)."""
    outer = read_element(token).children()
    if outer[0].tag == SEQUENCE:
        outer = outer[1].children()
    if read_object_id(outer[0]) != _SIGNED_DATA:
        raise ValueError("it is no signed data")
    signed = read_element(outer[1].content).children()
    inner = signed[2].children()
    if read_object_id(inner[0]) != _TST_INFO:
        raise ValueError("it stamps no time")
    content = read_element(inner[1].content).content
    signers = signed[-1].children()
    if signed[-1].tag != SET or len(signers) != 1:
        raise ValueError("it has not exactly one signer")
    return _Token(read_element(content), content, signers[0].children())


def _check_info(info: Element, stamped: bytes) -> datetime:
    parts = info.children()
    imprint = parts[2].children()
    name, _ = _HASHES[read_object_id(imprint[0].children()[0])]
    if hashlib.new(name, stamped).digest() != imprint[1].content:
        raise ValueError("it was made for other bytes")
    made_at = next(part for part in parts[3:] if part.tag == TIME)
    text = made_at.content.decode("ascii").removesuffix("Z").partition(".")[0]
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _check_signer(token: _Token, signer: x509.Certificate) -> None:
    algorithm = next(part for part in token.signer[2:] if part.tag == SEQUENCE)
    name, algorithm_hash = _HASHES[read_object_id(algorithm.children()[0])]
    attributes = next(part for part in token.signer if part.tag == 0xA0)
    found = {read_object_id(each.children()[0]): each.children()[1].children()[0] for each in attributes.children()}
    if hashlib.new(name, token.content).digest() != found[_MESSAGE_DIGEST].content:
        raise ValueError("its content changed")
    if found[_CONTENT_TYPE].tag != OBJECT_ID or read_object_id(found[_CONTENT_TYPE]) != _TST_INFO:
        raise ValueError("it stamps no time")
    signature = next(part for part in token.signer[3:] if part.tag == OCTETS).content
    # What is signed is the set itself, not the tag that stands for it in the token (RFC 5652, 5.4).
    verify(signer, signature, bytes([SET]) + attributes.raw[1:], algorithm_hash)


def verify(signer: x509.Certificate, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm) -> None:
    """Raises ``InvalidSignature``, or ``ValueError`` for a key of a kind that signs nothing here."""
    key = signer.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(algorithm))
    else:
        raise ValueError("its key is neither RSA nor ECDSA")
