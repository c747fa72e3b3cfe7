"""Who signed a WACZ package, and with what it cannot be signed."""

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

from archive.errors import ArchiveError
from archive.wacz.signing import read_signer
from tests.archive.packaging import (
    CREATED,
    package,
    page,
    read_json,
    write_warc,
)


def write_key(path: Path, key: Any, encryption: KeySerializationEncryption | None = None) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()))
    return path


def test_signature_is_the_keys_over_the_manifests_hash(tmp_path: Path) -> None:
    file = write_warc(tmp_path, "a.warc.gz", page(1, "http://a.gov.cn/1"))
    key = write_key(tmp_path / "key.pem", ec.generate_private_key(ec.SECP256R1()))
    output = tmp_path / "made.wacz"
    package(output, file, signer=read_signer(key), software="made")
    digest = read_json(output, "datapackage-digest.json")
    signed = digest["signedData"]
    assert set(signed) == {"hash", "created", "software", "version", "signature", "publicKey"}
    assert (signed["hash"], signed["created"], signed["software"]) == (digest["hash"], CREATED, "made")
    public = load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = base64.b64decode(signed["signature"])
    public.verify(signature, digest["hash"].encode("ascii"), ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"sha256:0", ec.ECDSA(SHA256()))


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("none", r"key\.pem: cannot be read \(No such file or directory\)"),
        ("text", r"key\.pem: no private key in PEM; make one with: openssl"),
        ("rsa", r"key\.pem: not an elliptic-curve key on P-256 or P-384"),
        ("curve", r"key\.pem: not an elliptic-curve key on P-256 or P-384"),
        ("locked", r"key\.pem: the key has a passphrase"),
    ],
)
def test_unusable_key_is_one_clear_line(tmp_path: Path, kind: str, why: str) -> None:
    path = tmp_path / "key.pem"
    if kind == "text":
        path.write_text("my key")
    elif kind == "rsa":
        write_key(path, rsa.generate_private_key(65537, 2048))
    elif kind == "curve":
        write_key(path, ec.generate_private_key(ec.SECP256K1()))
    elif kind == "locked":
        write_key(path, ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption(b"open"))
    with pytest.raises(ArchiveError, match=why) as raised:
        read_signer(path)
    assert "\n" not in str(raised.value)
