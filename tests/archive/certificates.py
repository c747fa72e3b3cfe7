"""Certificates and time stamps made for tests: a root, those it vouches for, and RFC 3161 tokens."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

MADE = datetime(2023, 1, 18, 9, 30, tzinfo=UTC)

_SHA256 = "2.16.840.1.101.3.4.2.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, and those above it."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def chain(self) -> str:
        """PEM, its own certificate first."""
        return "".join(each.public_bytes(Encoding.PEM).decode() for each in (self.certificate, *self.above))

    @property
    def pem(self) -> bytes:
        """Its own certificate."""
        return self.certificate.public_bytes(Encoding.PEM)


def make_identity(name: str, issuer: Identity | None = None, *, key: Key | None = None) -> Identity:
    """A certificate of that name, valid in 2023, signed by ``issuer`` or by itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE - timedelta(days=10))
        .not_valid_after(MADE + timedelta(days=80))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Identity(certificate, key, (issuer.certificate, *issuer.above) if issuer else ())


def sign(key: Key, content: bytes) -> bytes:
    """With SHA-256."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, PKCS1v15(), hashes.SHA256())
    return key.sign(content, ec.ECDSA(hashes.SHA256()))


def make_timestamp(signer: Identity, stamped: bytes, at: datetime = MADE) -> bytes:
    """A TimeStampResp for these bytes (RFC 3161, 2.4.2)."""
    algorithm = _sequence(_object_id(_SHA256), b"\x05\x00")
    imprint = _sequence(algorithm, _der(4, hashlib.sha256(stamped).digest()))
    time = _der(0x18, f"{at:%Y%m%d%H%M%SZ}".encode())
    info = _sequence(_number(1), _object_id("1.2.3.4"), imprint, _number(7), time)
    attributes = [
        _sequence(_object_id("1.2.840.113549.1.9.3"), _der(0x31, _object_id(_TST_INFO))),
        _sequence(_object_id("1.2.840.113549.1.9.4"), _der(0x31, _der(4, hashlib.sha256(info).digest()))),
    ]
    signature = sign(signer.key, _der(0x31, b"".join(attributes)))
    issuer = _sequence(signer.certificate.issuer.public_bytes(), _number(signer.certificate.serial_number))
    signer_info = _sequence(
        _number(1), issuer, algorithm, _der(0xA0, b"".join(attributes)), algorithm, _der(4, signature)
    )
    content = _sequence(_object_id(_TST_INFO), _der(0xA0, _der(4, info)))
    signed = _sequence(_number(3), _der(0x31, algorithm), content, _der(0x31, signer_info))
    return _sequence(_sequence(_number(0)), _sequence(_object_id(_SIGNED_DATA), _der(0xA0, signed)))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _number(value: int) -> bytes:
    return _der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _object_id(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    content = b""
    for value in (first * 40 + second, *rest):
        groups = [value & 0x7F]
        while value := value >> 7:
            groups.append(value & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return _der(6, content)
