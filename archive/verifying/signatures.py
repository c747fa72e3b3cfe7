"""Signatures of WACZ packages (WACZ Signing and Verification 0.1): with a bare key, or with a domain's certificate."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from archive.verifying.problems import Findings, show_text
from archive.verifying.timestamps import TimestampError, check_timestamp
from archive.verifying.trust import Trust

# How far the stated time may lie from the stamped one (the specification's step 7).
_NEAR = timedelta(minutes=10)


class _BadSignatureError(ValueError):
    """A signature that does not hold; the text says why."""


def check_signature(signed: Mapping[str, Any], digest: str, trust: Trust, findings: Findings) -> None:
    """Hold ``signedData`` against the digest of ``datapackage.json`` that was calculated."""
    try:
        if signed.get("hash") != digest:
            raise _BadSignatureError(f"it is for {show_text(str(signed.get('hash')))}, datapackage.json has {digest}")
        signature = _decode(signed, "signature")
        if "publicKey" in signed and "domainCert" not in signed:
            _check_anonymous(signed, signature, findings)
        else:
            _check_domain(signed, signature, trust, findings)
    except (ValueError, UnsupportedAlgorithm) as error:
        findings.tell("package-signature", why=str(error))


def _check_anonymous(signed: Mapping[str, Any], signature: bytes, findings: Findings) -> None:
    raw = _decode(signed, "publicKey")
    try:
        key = load_der_public_key(raw)
    except ValueError as error:
        raise _BadSignatureError("its publicKey is none") from error
    _verify(key, signature, str(signed["hash"]).encode())
    findings.tell("package-anonymous", found=f"sha256:{hashlib.sha256(raw).hexdigest()}")


def _check_domain(signed: Mapping[str, Any], signature: bytes, trust: Trust, findings: Findings) -> None:
    chain = _read_chain(signed, "domainCert")
    _verify(chain[0].public_key(), signature, str(signed["hash"]).encode())
    created = _read_created(signed)
    domain = str(signed.get("domain", ""))
    if domain not in _names(chain[0]):
        raise _BadSignatureError(f"its certificate is not of {show_text(domain)}")
    if not chain[0].not_valid_before_utc <= created <= chain[0].not_valid_after_utc:
        raise _BadSignatureError(f"its certificate was not valid at {created:%Y-%m-%dT%H:%M:%SZ}")
    if why := trust.find_fault(chain, "domain"):
        findings.tell("package-signer", why=why)
    if "timeSignature" in signed:
        _check_time(signed, created, trust, findings)
    else:
        findings.tell("package-timestamp", why="there is none")


def _check_time(signed: Mapping[str, Any], created: datetime, trust: Trust, findings: Findings) -> None:
    try:
        chain = _read_chain(signed, "timestampCert")
        token = _decode(signed, "timeSignature")
        made_at = check_timestamp(token, str(signed["signature"]).encode(), chain[0])
    except (TimestampError, _BadSignatureError) as error:
        findings.tell("package-timestamp", why=str(error))
        return
    if abs(made_at - created) > _NEAR:
        stamped = f"{made_at:%Y-%m-%dT%H:%M:%SZ}"
        findings.tell("package-timestamp", why=f"the package states {signed['created']}, the stamp {stamped}")
    if why := trust.find_fault(chain, "timestamp"):
        findings.tell("package-timestamp-signer", why=why)


def _verify(key: PublicKeyTypes, signature: bytes, signed: bytes) -> None:
    """Signatures of ECDSA come in DER or, from browsers, as the two numbers one after the other."""
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            size = (key.curve.key_size + 7) // 8
            if len(signature) == 2 * size:
                halves = signature[:size], signature[size:]
                signature = encode_dss_signature(*(int.from_bytes(half, "big") for half in halves))
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            raise _BadSignatureError("its key is of a kind that is not known here")
    except InvalidSignature as error:
        raise _BadSignatureError("it does not fit the key") from error


def _names(certificate: x509.Certificate) -> set[str]:
    common = {str(each.value) for each in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return common
    return common | set(names.get_values_for_type(x509.DNSName))


def _read_chain(signed: Mapping[str, Any], name: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(str(signed.get(name, "")).encode())
    except ValueError as error:
        raise _BadSignatureError(f"its {name} holds no certificates") from error


def _read_created(signed: Mapping[str, Any]) -> datetime:
    try:
        made = datetime.fromisoformat(str(signed.get("created", "")))
    except ValueError as error:
        raise _BadSignatureError(f"its time is {show_text(str(signed.get('created')))}") from error
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _decode(signed: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(signed.get(name, "")), validate=True)
    except ValueError as error:
        raise _BadSignatureError(f"its {name} is no Base64") from error
