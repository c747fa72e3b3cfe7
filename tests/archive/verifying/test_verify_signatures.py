"""Signatures of WACZ packages: that they hold, whose they are, and when they were made."""

import base64
import hashlib
import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from archive.verifying import Report
from tests.archive.certificates import MADE, Identity, make_identity, make_timestamp, sign
from tests.archive.packages import CREATED, manifest_of, pack, parts_of_a_package, verify
from tests.archive.soundness import codes, problems

DOMAIN = "archive.example.gov.cn"


def manifest_hash() -> str:
    return f"sha256:{hashlib.sha256(json.dumps(manifest_of(parts_of_a_package())).encode()).hexdigest()}"


def anonymous(key: Any, signature: bytes) -> dict[str, str]:
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "created": CREATED,
        "software": "made by hand",
        "signature": base64.b64encode(signature).decode(),
        "publicKey": base64.b64encode(public).decode(),
    }


def keys_and_signatures(text: str) -> dict[str, tuple[Any, bytes]]:
    """Each kind of key that signs packages, with its signature of a text; browsers write ECDSA as two numbers."""
    p256, p384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    numbers = decode_dss_signature(sign(p384, text.encode()))
    edwards = ed25519.Ed25519PrivateKey.generate()
    old = rsa.generate_private_key(65537, 2048)
    return {
        "DER": (p256, sign(p256, text.encode())),
        "raw": (p384, b"".join(number.to_bytes(48, "big") for number in numbers)),
        "Edwards": (edwards, edwards.sign(text.encode())),
        "RSA": (old, sign(old, text.encode())),
    }


@pytest.mark.parametrize("kind", ["DER", "raw", "Edwards", "RSA"])
def test_anonymous_signature_is_checked(tmp_path: Path, kind: str) -> None:
    right, wrong = keys_and_signatures(manifest_hash())[kind], keys_and_signatures("sha256:00")[kind]
    assert codes(verify(tmp_path, pack(parts_of_a_package(), signed=anonymous(*right)))) == ["package-anonymous"]
    report = verify(tmp_path, pack(parts_of_a_package(), signed=anonymous(*wrong)))
    assert codes(report, "error") == ["package-signature"]


@pytest.mark.parametrize(
    "change", [{"signature": "§"}, {"publicKey": "AAAA"}, {"hash": "sha256:00"}, {"signature": ""}]
)
def test_signature_that_is_none_is_an_error(tmp_path: Path, change: dict[str, str]) -> None:
    right = anonymous(*keys_and_signatures(manifest_hash())["DER"])
    report = verify(tmp_path, pack(parts_of_a_package(), signed=right | change))
    assert codes(report, "error") == ["package-signature"]


@cache
def identities() -> tuple[Identity, Identity, Identity, Identity]:
    """A root, who signs for a domain, another root, and who stamps the time (with RSA, as authorities do)."""
    root, clock_root = make_identity("Root"), make_identity("Clock Root")
    clock = make_identity("Clock", clock_root, key=rsa.generate_private_key(65537, 2048))
    return root, make_identity(DOMAIN, root), clock_root, clock


def domain_signed(**more: Any) -> dict[str, Any]:
    _, signer, _, clock = identities()
    signature = base64.b64encode(sign(signer.key, manifest_hash().encode())).decode()
    return {
        "created": CREATED,
        "software": "made by hand",
        "version": "0.1.0",
        "signature": signature,
        "domain": DOMAIN,
        "domainCert": signer.chain,
        "timeSignature": base64.b64encode(make_timestamp(clock, signature.encode())).decode(),
        "timestampCert": clock.chain,
        **more,
    }


def verify_signed(folder: Path, **more: Any) -> Report:
    root, _, clock_root, _ = identities()
    return verify(folder, pack(parts_of_a_package(), signed=domain_signed(**more)), root.pem, clock_root.pem)


def test_signature_of_a_domain_holds(tmp_path: Path) -> None:
    assert problems(verify_signed(tmp_path)) == []


def test_signature_of_a_domain_that_nobody_trusts_is_an_error(tmp_path: Path) -> None:
    report = verify(tmp_path, pack(parts_of_a_package(), signed=domain_signed()))
    assert codes(report, "error") == ["package-signer"]
    assert codes(report, "warning") == ["package-timestamp-signer"]


def test_chain_may_leave_its_root_out(tmp_path: Path) -> None:
    assert problems(verify_signed(tmp_path, domainCert=identities()[1].pem.decode())) == []


def stamp(stamped: bytes | None = None, later: timedelta = timedelta(0)) -> str:
    signature = domain_signed()["signature"].encode() if stamped is None else stamped
    return base64.b64encode(make_timestamp(identities()[3], signature, MADE + later)).decode()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"domain": "other.example.gov.cn"}, "package-signature"),
        ({"created": "2024-01-18T09:30:00Z"}, "package-signature"),
        ({"created": "yesterday"}, "package-signature"),
        ({"domainCert": "no certificate"}, "package-signature"),
        ({"signature": base64.b64encode(b"another signature").decode()}, "package-signature"),
        ({"timeSignature": base64.b64encode(b"no token").decode()}, "package-timestamp"),
        ({"timeSignature": base64.b64encode(b"0" * 2000).decode()}, "package-timestamp"),
    ],
)
def test_signature_of_a_domain_that_does_not_fit_is_an_error(tmp_path: Path, more: dict[str, str], code: str) -> None:
    assert codes(verify_signed(tmp_path, **more), "error") == [code]


def test_time_stamp_of_other_bytes_is_an_error(tmp_path: Path) -> None:
    signature = domain_signed()["signature"]
    for token in (stamp(b"other bytes"), stamp(signature.encode(), timedelta(hours=1))):
        assert codes(verify_signed(tmp_path, signature=signature, timeSignature=token), "error") == [
            "package-timestamp"
        ]


@pytest.mark.parametrize("part", ["info", "attributes", "signature"])
def test_changed_time_stamp_is_an_error(tmp_path: Path, part: str) -> None:
    signature = domain_signed()["signature"]
    token = bytearray(make_timestamp(identities()[3], signature.encode()))
    at = {"info": token.index(b"20230118"), "attributes": token.rindex(b"\x04\x20") + 5, "signature": len(token) - 9}
    token[at[part]] ^= 1
    report = verify_signed(tmp_path, signature=signature, timeSignature=base64.b64encode(token).decode())
    assert "package-timestamp" in codes(report, "error")


def test_chain_that_is_none_is_an_error(tmp_path: Path) -> None:
    _, signer, clock_root, _ = identities()
    report = verify_signed(tmp_path, domainCert=signer.pem.decode() + clock_root.pem.decode())
    assert codes(report, "error") == ["package-signer"]
