"""Packages of crawls that found pages as they were: revisit records, and the payloads that they point to."""

import base64
import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from archive.index.runs import index_folder
from archive.opening import packaged_archives
from archive.reading.captures import Resolver, read_captures
from archive.wacz.files import find_files
from archive.wacz.packaging import PackageOptions, write_package
from tests.archive.building import DATE, make_id, record
from tests.archive.packaging import (
    CREATED,
    TITLED,
    package,
    page,
    read_index,
    read_rows,
    warcinfo,
    write_warc,
)

DIGEST = "sha1:" + base64.b32encode(hashlib.sha1(TITLED.encode()).digest()).decode()


def revisit(number: int, of: int, **fields: str) -> bytes:
    given = {
        "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC_Refers_To": make_id(of),
        "WARC_Refers_To_Target_URI": "http://a.gov.cn/1",
        "WARC_Refers_To_Date": DATE,
        "WARC_Payload_Digest": DIGEST,
        "WARC_Date": "2024-01-18T09:30:00Z",
        "WARC_Target_URI": "http://a.gov.cn/1",
        **fields,
    }
    return record("revisit", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", number=number, **given)


def test_revisit_is_a_page_with_the_title_of_the_payload_it_repeats(tmp_path: Path) -> None:
    original = page(1, "http://a.gov.cn/1", WARC_Payload_Digest=DIGEST)
    file = write_warc(tmp_path, "a.warc.gz", original, revisit(2, 1))
    output = tmp_path / "made.wacz"
    packaged = package(output, file)
    rows = read_rows(output, "pages/pages.jsonl")[1:]
    assert [row["title"] for row in rows] == ["云岭省2022年 政府信息公开&年度报告"] * 2
    assert {entry["mime"] for _, entry in read_index(output)} == {"text/html", "warc/revisit"}
    assert (packaged.originals, packaged.damage) == (0, [])


@pytest.mark.parametrize("ending", [".warc.gz", ".warc"])
def test_payloads_of_other_files_come_along_so_that_the_package_stands_alone(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "warc"
    old = page(1, "http://a.gov.cn/1", WARC_Payload_Digest=DIGEST)
    write_warc(folder, f"a{ending}", warcinfo("old", "2023-01-01T00:00:00Z"), page(7, "http://b.gov.cn/", "<p>"), old)
    write_warc(folder, "b.warc.gz", warcinfo("new", "2024-01-01T00:00:00Z"), revisit(2, 1), revisit(3, 1))
    index_folder(folder)
    output = tmp_path / "made.wacz"
    files = find_files([str(folder)], "last")
    packaged = write_package(output, files, PackageOptions(created=CREATED), archive=folder)
    assert (packaged.files, packaged.originals, packaged.damage) == (1, 1, [])
    with zipfile.ZipFile(output) as made:
        assert gzip.decompress(made.read("archive/made-originals.warc.gz")).endswith(old)
    assert [(key.split()[0], entry["filename"]) for key, entry in read_index(output)] == [
        ("cn,gov,a)/1", "made-originals.warc.gz"),
        ("cn,gov,a)/1", "b.warc.gz"),
        ("cn,gov,a)/1", "b.warc.gz"),
    ]
    assert [row["title"] for row in read_rows(output, "pages/pages.jsonl")[1:]] == [
        "云岭省2022年 政府信息公开&年度报告"
    ] * 2
    assert sorted(tmp_path.iterdir()) == [output, folder]
    # The folder is gone: what a reader finds, it finds in the package.
    (folder / f"a{ending}").unlink()
    assert [each.payload for each in read_captures(output, Resolver(packaged_paths(output)))] == [TITLED.encode()] * 3


def packaged_paths(output: Path) -> list[str]:
    with output.open("rb") as file:
        return packaged_archives(file, str(output))


def test_payload_that_is_nowhere_is_told(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "warc", "b.warc.gz", revisit(2, 1))
    for archive in (None, tmp_path / "warc"):
        packaged = write_package(tmp_path / "made.wacz", [str(file)], PackageOptions(), archive=archive)
        assert packaged.originals == 0
        [line] = packaged.damage
        assert line.startswith("1 payloads that revisit records point to are neither in these files nor in")
