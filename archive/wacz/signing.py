"""The signature of a WACZ package: anonymous form of WACZ Signing and Verification 0.1.0, with a key of one's own.

ECDSA over the text of the manifest's hash (``sha256:…``) with SHA-256, in DER, as OpenSSL writes and checks it. Who
holds the public key can tell that the package is as its maker left it; whose key that is, he must know from elsewhere.
"""

import base64
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from archive.errors import ArchiveError

VERSION = "0.1.0"
_CURVES = ("secp256r1", "secp384r1")  # what browsers can check (Web Cryptography, 23)
_MAKE_ONE = "make one with: openssl ecparam -name prime256v1 -genkey -noout -out KEY.pem"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key that signs manifests."""

    key: ec.EllipticCurvePrivateKey

    def sign(self, digest: str, created: str, software: str) -> dict[str, str]:
        """The ``signedData`` for the manifest's hash. ``created`` is the manifest's own (validators compare them)."""
        signature = self.key.sign(digest.encode("ascii"), ec.ECDSA(SHA256()))
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {
            "hash": digest,
            "created": created,
            "software": software,
            "version": VERSION,
            "signature": base64.b64encode(signature).decode("ascii"),
            "publicKey": base64.b64encode(public).decode("ascii"),
        }


def read_signer(path: Path) -> Signer:
    """The signer with the private key in a PEM file. Raises ``ArchiveError``."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror}); name a private key in PEM") from error
    except TypeError as error:
        raise ArchiveError(f"{path}: the key has a passphrase; name one without, or {_MAKE_ONE}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ArchiveError(f"{path}: no private key in PEM; {_MAKE_ONE}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name not in _CURVES:
        raise ArchiveError(f"{path}: not an elliptic-curve key on P-256 or P-384; {_MAKE_ONE}")
    return Signer(key)
