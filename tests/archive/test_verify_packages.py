"""WACZ packages: what their manifest says of them, who signed them, and what lies in them."""

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from archive.verifying import Report, verify_archives
from archive.verifying.trust import Trust
from archive.wacz import PackageOptions, write_package
from archive.waczsigning import Signer
from tests.archive.building import URL, zipped
from tests.archive.certificates import MADE, Identity, make_identity, make_timestamp, sign
from tests.archive.soundness import codes, exchange, problems

RECORDS = exchange()
ARCHIVE = zipped(RECORDS)
CREATED = f"{MADE:%Y-%m-%dT%H:%M:%SZ}"
DOMAIN = "archive.example.gov.cn"

Parts = dict[str, bytes]


def index(*, name: str = "a.warc.gz") -> bytes:
    """The lines of the two answers and of the revisit."""
    members = [zipped([each]) for each in RECORDS]
    lines = []
    for number, suffix in ((1, ""), (4, "?page=2"), (6, "")):
        entry = {
            "url": URL + suffix,
            "mime": "text/html",
            "status": "200",
            "length": str(len(members[number])),
            "offset": str(sum(map(len, members[:number]))),
            "filename": name,
        }
        key = "cn,gov,example)/zfxxgknb/t20230118_1.html" + suffix
        lines.append(f"{key} 20230118093000 {json.dumps(entry)}\n")
    return "".join(sorted(lines)).encode()


def parts_of_a_package() -> Parts:
    """What a small package holds, manifest apart."""
    block = gzip.compress(index(), mtime=0)
    idx = {"offset": 0, "length": len(block), "digest": f"sha256:{hashlib.sha256(block).hexdigest()}"}
    pages = [{"format": "json-pages-1.0", "id": "pages"}, {"url": URL, "ts": CREATED, "title": "年度报告"}]
    return {
        "archive/a.warc.gz": ARCHIVE,
        "indexes/index.cdx.gz": block,
        "indexes/index.idx": f'!meta 0 {{"format": "cdxj-gzip-1.0"}}\ncn,gov 2023 {json.dumps(idx)}\n'.encode(),
        "pages/pages.jsonl": "".join(json.dumps(page) + "\n" for page in pages).encode(),
    }


def manifest_of(parts: Parts, **more: Any) -> dict[str, Any]:
    resources = [
        {"name": name, "path": name, "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}", "bytes": len(raw)}
        for name, raw in parts.items()
    ]
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "created": CREATED,
        "resources": resources,
        **more,
    }


def pack(parts: Parts, manifest: Mapping[str, Any] | None = None, signed: Mapping[str, Any] | None = None) -> bytes:
    """The ZIP file. ``signed``: the signedData without its hash."""
    raw = json.dumps(manifest_of(parts) if manifest is None else manifest).encode()
    digest = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    vouched: dict[str, Any] = {"path": "datapackage.json", "hash": digest}
    if signed is not None:
        vouched["signedData"] = {"hash": digest, **signed}
    content = {**parts, "datapackage.json": raw, "datapackage-digest.json": json.dumps(vouched).encode()}
    return zip_up(content)


def zip_up(content: Parts, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, raw in content.items():
            package.writestr(name, raw)
    return file.getvalue()


def verify(folder: Path, content: bytes, *trusted: bytes) -> Report:
    path = folder / "made.wacz"
    path.write_bytes(content)
    return verify_archives([str(path)], trust=Trust(trusted))


def changed(name: str, old: bytes, new: bytes) -> Parts:
    parts = parts_of_a_package()
    assert old in parts[name]
    return parts | {name: parts[name].replace(old, new, 1)}


def without(name: str) -> Parts:
    return {other: raw for other, raw in parts_of_a_package().items() if other != name}


def test_package_as_it_should_be_has_no_problem(tmp_path: Path) -> None:
    report = verify(tmp_path, pack(parts_of_a_package()))
    assert problems(report) == []
    assert [file.path for file in report.files] == [
        str(tmp_path / "made.wacz"),
        f"{tmp_path / 'made.wacz'}!archive/a.warc.gz",
    ]
    assert report.records.total() == len(RECORDS)


def test_package_that_we_write_has_no_problem(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(ARCHIVE)
    signer = Signer(ec.generate_private_key(ec.SECP256R1()))
    write_package(tmp_path / "made.wacz", [str(tmp_path / "a.warc.gz")], PackageOptions(signer=signer))
    report = verify_archives([str(tmp_path / "made.wacz")])
    assert codes(report) == codes(report, "note") == ["package-anonymous"]


def test_manifest_of_the_first_version_is_read(tmp_path: Path) -> None:
    parts = parts_of_a_package()
    manifest = manifest_of(parts, wacz_version="1.0.0")
    for resource in manifest["resources"]:
        resource["stats"] = {"hash": resource.pop("hash").removeprefix("sha256:"), "bytes": resource.pop("bytes")}
        resource["hashing"] = "sha256"
    assert problems(verify(tmp_path, pack(parts, manifest))) == []
    manifest["resources"][0]["stats"]["hash"] = "0" * 64
    assert codes(verify(tmp_path, pack(parts, manifest)), "error") == ["package-hash"]


@pytest.mark.parametrize("name", sorted(parts_of_a_package()))
def test_changed_part_is_an_error(tmp_path: Path, name: str) -> None:
    parts = parts_of_a_package()
    manifest = manifest_of(parts)
    raw = bytearray(parts[name])
    raw[len(raw) // 2] ^= 1
    assert "package-hash" in codes(verify(tmp_path, pack(parts | {name: bytes(raw)}, manifest)), "error")


@pytest.mark.parametrize("name", sorted(parts_of_a_package()))
def test_lost_part_is_an_error(tmp_path: Path, name: str) -> None:
    report = verify(tmp_path, pack(without(name), manifest_of(parts_of_a_package())))
    assert "package-resource-missing" in codes(report, "error")


@pytest.mark.parametrize("name", ["archive/a.warc.gz", "indexes/index.cdx.gz", "pages/pages.jsonl"])
def test_package_has_every_part_that_it_shall_have(tmp_path: Path, name: str) -> None:
    assert "package-part-missing" in codes(verify(tmp_path, pack(without(name))), "error")


def test_part_that_is_not_listed_is_a_warning(tmp_path: Path) -> None:
    parts = parts_of_a_package()
    report = verify(tmp_path, pack({**parts, "more.txt": b"more"}, manifest_of(parts)))
    assert codes(report) == codes(report, "warning") == ["package-unlisted"]


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ({"resources": []}, "package-manifest"),
        ({"resources": [{"name": "nameless"}]}, "package-manifest"),
        ({"wacz_version": "9.9"}, "package-version"),
        ({"profile": "something"}, "package-version"),
    ],
)
def test_manifest_that_says_too_little_is_told(tmp_path: Path, manifest: dict[str, Any], code: str) -> None:
    parts = parts_of_a_package()
    assert code in codes(verify(tmp_path, pack(parts, manifest_of(parts, **manifest))))


@pytest.mark.parametrize("raw", [b"", b"no JSON", b"[]", b"\xff\xfe"])
def test_manifest_that_is_none_is_an_error(tmp_path: Path, raw: bytes) -> None:
    report = verify(tmp_path, zip_up({**parts_of_a_package(), "datapackage.json": raw}))
    assert "package-manifest" in codes(report, "error")


def test_package_without_manifest_is_an_error(tmp_path: Path) -> None:
    assert "package-manifest" in codes(verify(tmp_path, zip_up(parts_of_a_package())), "error")


def test_size_that_is_not_the_stated_one_is_an_error(tmp_path: Path) -> None:
    parts = parts_of_a_package()
    manifest = manifest_of(parts)
    manifest["resources"][0]["bytes"] += 1
    assert codes(verify(tmp_path, pack(parts, manifest)), "error") == ["package-size"]


def test_package_without_digest_of_its_manifest_is_noted(tmp_path: Path) -> None:
    parts = parts_of_a_package()
    content = {**parts, "datapackage.json": json.dumps(manifest_of(parts)).encode()}
    assert codes(verify(tmp_path, zip_up(content))) == ["package-no-digest"]


@pytest.mark.parametrize("vouched", [b"no JSON", b'{"path": "datapackage.json", "hash": "sha256:00"}', b"{}"])
def test_digest_of_another_manifest_is_an_error(tmp_path: Path, vouched: bytes) -> None:
    parts = parts_of_a_package()
    manifest = json.dumps(manifest_of(parts)).encode()
    content = {**parts, "datapackage.json": manifest, "datapackage-digest.json": vouched}
    assert codes(verify(tmp_path, zip_up(content)), "error") == ["package-digest"]


def test_compressed_archive_is_a_warning(tmp_path: Path) -> None:
    parts = parts_of_a_package()
    content = {**parts, "datapackage.json": json.dumps(manifest_of(parts)).encode()}
    assert "package-compressed" in codes(verify(tmp_path, zip_up(content, zipfile.ZIP_DEFLATED)), "warning")


@pytest.mark.parametrize("end", [10, 200, -1, -30, -300])
def test_package_that_was_cut_is_an_error(tmp_path: Path, end: int) -> None:
    assert codes(verify(tmp_path, pack(parts_of_a_package())[:end]), "error") == ["package-corrupt"]


def test_flipped_bit_in_a_package_is_an_error(tmp_path: Path) -> None:
    content = bytearray(pack(parts_of_a_package()))
    content[content.index(ARCHIVE) + 500] ^= 1
    assert "package-corrupt" in codes(verify(tmp_path, bytes(content)), "error")


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt"])
def test_name_that_leaves_the_package_is_an_error(tmp_path: Path, name: str) -> None:
    assert "package-name" in codes(verify(tmp_path, pack({**parts_of_a_package(), name: b""})), "error")


def test_damage_in_a_packaged_archive_is_told_of_it(tmp_path: Path) -> None:
    report = verify(tmp_path, pack(parts_of_a_package() | {"archive/a.warc.gz": ARCHIVE[:-20]}))
    [problem] = [each for each in problems(report, "error") if each.code == "member-cut"]
    assert problem.path.endswith("made.wacz!archive/a.warc.gz")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"no JSON\n", "package-pages"),
        (b'{"ts": "2023-01-18T09:30:00Z"}\n', "package-pages"),
        (b'{"url": "http://a.cn/"}\n', "package-pages"),
        (b"[]\n", "package-pages"),
        (b"\n", None),
    ],
)
def test_page_has_address_and_time(tmp_path: Path, line: bytes, code: str | None) -> None:
    parts = parts_of_a_package()
    parts["pages/pages.jsonl"] += line
    assert codes(verify(tmp_path, pack(parts)), "error") == ([code] if code else [])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"offset": "', b'"offset": "1', "index-offset"),
        (b'"length": "', b'"length": "1', "index-length"),
        (b"t20230118_1.html?page=2", b"t20230118_2.html?page=2", None),
        (b'"url": "http://www', b'"url": "http://other', "index-url"),
        (b'"filename": "a.', b'"filename": "b.', "index-file"),
        (b"{", b"", "index-line"),
        (b"cn,gov,example)/zfxxgknb", b"zz,gov,example)/zfxxgknb", "index-order"),
    ],
)
def test_index_that_does_not_fit_is_told(tmp_path: Path, old: bytes, new: bytes, code: str | None) -> None:
    raw = index().replace(old, new, 1)
    parts = without("indexes/index.idx") | {"indexes/index.cdx.gz": gzip.compress(raw, mtime=0)}
    found = codes(verify(tmp_path, pack(parts)), "error", "warning")
    assert code in found if code else found == []


def test_answer_that_the_index_lacks_is_a_warning(tmp_path: Path) -> None:
    raw = b"".join(index().splitlines(keepends=True)[1:])
    parts = without("indexes/index.idx") | {"indexes/index.cdx.gz": gzip.compress(raw, mtime=0)}
    assert codes(verify(tmp_path, pack(parts))) == ["index-missing"]


@pytest.mark.parametrize(
    ("old", "new"), [(b'"offset": 0', b'"offset": 9'), (b"sha256:", b"sha256:0000"), (b'"length": ', b'"length": 9')]
)
def test_list_of_blocks_that_does_not_fit_is_an_error(tmp_path: Path, old: bytes, new: bytes) -> None:
    assert codes(verify(tmp_path, pack(changed("indexes/index.idx", old, new))), "error") == ["index-block"]


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
