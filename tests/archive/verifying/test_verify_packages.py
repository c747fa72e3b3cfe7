"""WACZ packages: what their manifest says of them, and what lies in them."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from archive.verifying import verify_archives
from archive.wacz.packaging import PackageOptions, write_package
from archive.wacz.signing import Signer
from tests.archive.packages import (
    ARCHIVE,
    RECORDS,
    changed,
    index,
    manifest_of,
    pack,
    parts_of_a_package,
    verify,
    without,
    zip_up,
)
from tests.archive.soundness import codes, problems


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
