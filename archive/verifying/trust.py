"""Whom to believe: the roots that certificate chains of WACZ packages may lead to.

``roots.yaml`` lists the authorities whose chains the tools in use accept, the machine's own trust store counts too, and
``Trust`` takes further root certificates from the user.
"""

import hashlib
import ssl
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import yaml
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from archive.errors import ArchiveError
from archive.verifying.problems import show_text

Purpose = Literal["domain", "timestamp"]


@dataclass(frozen=True)
class Trust:
    """Root certificates that the user trusts beside the known ones, in PEM."""

    extra: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, paths: Iterable[str]) -> "Trust":
        """Read PEM files. Raises ``ArchiveError`` naming the one that holds no certificate."""
        extra = []
        for path in paths:
            try:
                raw = Path(path).read_bytes()
                x509.load_pem_x509_certificates(raw)
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or "it holds no certificate in PEM"
                raise ArchiveError(f"{path}: no root certificate can be read ({reason})") from error
            extra.append(raw)
        return cls(tuple(extra))

    def find_fault(self, chain: Sequence[x509.Certificate], purpose: Purpose) -> str | None:
        """Why a chain leads to nobody who is trusted; ``None`` where it does."""
        for below, above in pairwise(chain):
            if not _is_issued_by(below, above):
                return f"{show_text(below.subject.rfc4514_string())} was not issued by the certificate after it"
        roots = [*_system_roots(), *self._extra_roots()]
        keys = _listed_keys(purpose) | {key_digest(root) for root in roots}
        if any(key_digest(each) in keys for each in chain[1:]):
            return None
        if any(_is_issued_by(chain[-1], root) for root in roots):
            return None
        return f"the chain ends with {show_text(chain[-1].issuer.rfc4514_string())}"

    def _extra_roots(self) -> Iterator[x509.Certificate]:
        for pem in self.extra:
            yield from x509.load_pem_x509_certificates(pem)


def key_digest(certificate: x509.Certificate) -> str:
    """SHA-256 of the public key, in hex: a root and its cross-signed copies have the same."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


def _is_issued_by(below: x509.Certificate, above: x509.Certificate) -> bool:
    if below.issuer != above.subject:
        return False
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


@cache
def _listed_keys(purpose: Purpose) -> frozenset[str]:
    text = Path(__file__).with_name("roots.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return frozenset(found[purpose].values())


@cache
def _system_roots() -> tuple[x509.Certificate, ...]:
    """The machine's trust store, as far as it can be read."""
    roots = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old roots with odd serial numbers are none of our business
        for each in ssl.create_default_context().get_ca_certs(binary_form=True):
            try:
                root = x509.load_der_x509_certificate(each)
                key_digest(root)
            except (ValueError, UnsupportedAlgorithm):
                continue  # a key of a kind that signs nothing here
            roots.append(root)
    return tuple(roots)
