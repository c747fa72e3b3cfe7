"""WACZ packages: what goes in, what the manifest says of it, and that none is ever half there."""

import gzip
import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.reading.captures import read_captures
from archive.wacz.files import find_files
from archive.wacz.packaging import PackageOptions, write_package
from tests.archive.building import arc, http, record
from tests.archive.packaging import (
    CREATED,
    TITLED,
    package,
    page,
    read_index,
    read_json,
    read_rows,
    warcinfo,
    write_warc,
)


def test_files_are_stored_as_they_are_and_every_member_is_listed_with_its_digest(tmp_path: Path) -> None:
    one = write_warc(tmp_path / "a", "one.warc.gz", page(1, "http://a.gov.cn/1"))
    two = write_warc(tmp_path / "a" / "b", "two.warc", page(2, "http://a.gov.cn/2"))
    output = tmp_path / "made.wacz"
    packaged = package(output, tmp_path / "a", title="年报", description="两页")
    with zipfile.ZipFile(output) as made:
        members = {info.filename: info for info in made.infolist()}
        for path in (one, two):
            assert members[f"archive/{path.name}"].compress_type == zipfile.ZIP_STORED
            assert made.read(f"archive/{path.name}") == path.read_bytes()
        assert members["indexes/index.cdx.gz"].compress_type == zipfile.ZIP_STORED
        manifest = json.loads(made.read("datapackage.json"))
        listed = {each["path"]: each for each in manifest["resources"]}
        assert set(listed) == set(members) - {"datapackage.json", "datapackage-digest.json"}
        for path, each in listed.items():
            content = made.read(path)
            assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            assert each["bytes"] == len(content)
        digest = json.loads(made.read("datapackage-digest.json"))
        found = hashlib.sha256(made.read("datapackage.json")).hexdigest()
        assert digest == {"path": "datapackage.json", "hash": f"sha256:{found}"}
    assert (manifest["profile"], manifest["wacz_version"], manifest["created"]) == ("data-package", "1.1.1", CREATED)
    assert (manifest["title"], manifest["description"]) == ("年报", "两页")
    assert (packaged.files, packaged.captures, packaged.pages) == (2, 2, 2)
    assert packaged.size == output.stat().st_size


def test_same_files_and_moment_give_the_same_bytes(tmp_path: Path) -> None:
    write_warc(tmp_path / "a", "one.warc.gz", page(1, "http://a.gov.cn/1"), page(2, "http://a.gov.cn/2"))
    package(tmp_path / "one.wacz", tmp_path / "a")
    package(tmp_path / "two.wacz", tmp_path / "a")
    assert (tmp_path / "one.wacz").read_bytes() == (tmp_path / "two.wacz").read_bytes()


def test_index_lines_are_sorted_and_lead_to_the_bytes_of_their_record(tmp_path: Path) -> None:
    files = [
        write_warc(tmp_path, "b.warc.gz", page(1, "http://z.gov.cn/"), page(2, "http://a.gov.cn/")),
        write_warc(tmp_path, "a.warc.gz", page(3, "http://m.gov.cn/")),
    ]
    output = tmp_path / "made.wacz"
    package(output, *files)
    entries = read_index(output)
    assert [key for key, _ in entries] == sorted(key for key, _ in entries)
    with zipfile.ZipFile(output) as made:
        for _, entry in entries:
            offset, length = int(entry["offset"]), int(entry["length"])
            content = made.read(f"archive/{entry['filename']}")[offset : offset + length]
            assert entry["url"].encode() in gzip.decompress(content)
            assert entry["recordDigest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_blocks_of_the_index_are_listed_with_first_key_place_and_digest(tmp_path: Path) -> None:
    count = 2500
    write_warc(tmp_path, "a.warc.gz", *(page(n, f"http://a.gov.cn/{n:05}", "<html>") for n in range(count)))
    output = tmp_path / "made.wacz"
    package(output, tmp_path / "a.warc.gz")
    with zipfile.ZipFile(output) as made:
        content, listed = made.read("indexes/index.cdx.gz"), made.read("indexes/index.idx").decode().splitlines()
    assert listed[0] == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    at, lines = 0, []
    for line in listed[1:]:
        block = json.loads(line[line.index("{") :])
        packed = content[at : at + block["length"]]
        assert block["offset"] == at
        assert block["digest"] == f"sha256:{hashlib.sha256(packed).hexdigest()}"
        found = gzip.decompress(packed).decode().splitlines()
        assert found[0].startswith(line[: line.index(" {")] + " {")
        lines += found
        at += block["length"]
    assert (at, len(listed), len(lines)) == (len(content), 4, count)
    assert lines == sorted(lines)


def test_pages_are_the_html_answers_of_status_200_with_title_and_moment(tmp_path: Path) -> None:
    file = write_warc(
        tmp_path,
        "a.warc.gz",
        page(1, "http://a.gov.cn/1"),
        record(block=http(b"gone", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n"), number=2),
        record(block=http(b"{}", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"), number=3),
        record(block=http(TITLED.encode("gb18030"), "HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=gb2312\r\n")),
        page(5, "http://a.gov.cn/5", "<!doctype html><!-- <title>旧</title> --><title> </title>", WARC_Date="2023-01"),
    )
    output = tmp_path / "made.wacz"
    package(output, file)
    head, *rows = read_rows(output, "pages/pages.jsonl")
    assert head == {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": False}
    assert [row["url"] for row in rows] == ["http://a.gov.cn/1", *[rows[1]["url"]], "http://a.gov.cn/5"]
    assert [row.get("title") for row in rows] == ["云岭省2022年 政府信息公开&年度报告"] * 2 + [None]
    assert rows[2]["ts"] == "2023-01-01T00:00:00Z"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", row["ts"]) for row in rows)
    assert len({row["id"] for row in rows}) == 3


def test_package_can_be_read_as_an_archive_again(tmp_path: Path) -> None:
    file = write_warc(tmp_path, "a.warc.gz", page(1, "http://a.gov.cn/1"), page(2, "http://a.gov.cn/2"))
    output = tmp_path / "made.wacz"
    package(output, file)
    assert [(each.url, each.warc, each.offset, each.payload) for each in read_captures(output)] == [
        (each.url, each.warc, each.offset, each.payload) for each in read_captures(file)
    ]


def test_run_chooses_the_files_whose_first_record_names_it(tmp_path: Path) -> None:
    write_warc(tmp_path, "a.warc.gz", warcinfo("old", "2023-01-01T00:00:00Z"), page(1, "http://a.gov.cn/1"))
    write_warc(tmp_path, "b.warc.gz", warcinfo("new", "2024-01-01T00:00:00Z"), page(2, "http://a.gov.cn/2"))
    write_warc(tmp_path, "c.warc.gz", page(3, "http://a.gov.cn/3"))
    assert [Path(path).name for path in find_files([str(tmp_path)], "old")] == ["a.warc.gz"]
    assert [Path(path).name for path in find_files([str(tmp_path)], "last")] == ["b.warc.gz"]
    with pytest.raises(ArchiveError, match=r"no WARC file of the run 2022; the newest here: new, old"):
        find_files([str(tmp_path)], "2022")


def test_packages_in_a_folder_are_left_out_and_what_a_package_cannot_hold_is_refused(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "in", "a.warc.gz", page(1, "http://a.gov.cn/1"))
    output = tmp_path / "in" / "made.wacz"
    package(output, tmp_path / "in")
    assert find_files([str(tmp_path / "in")]) == [str(file)]
    with pytest.raises(ArchiveError, match=r"made\.wacz: a WACZ package holds WARC files only"):
        find_files([str(output)])
    (tmp_path / "in" / "old.arc").write_bytes(arc(("http://a.gov.cn/", http())))
    with pytest.raises(ArchiveError, match=r"old\.arc: a WACZ package holds WARC files only"):
        find_files([str(tmp_path / "in")])


def test_files_behind_a_url_are_packaged_like_local_ones(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "in", "a.warc.gz", page(1, "http://a.gov.cn/1"))
    package(tmp_path / "local.wacz", file)
    files = find_files([(tmp_path / "in").as_uri()])
    assert files == [file.as_uri()]
    write_package(tmp_path / "distant.wacz", files, PackageOptions(created=CREATED))
    assert (tmp_path / "distant.wacz").read_bytes() == (tmp_path / "local.wacz").read_bytes()


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    write_warc(tmp_path / "x", "a.warc.gz", page(1, "http://a.gov.cn/1"))
    write_warc(tmp_path / "y", "a.warc.gz", page(2, "http://a.gov.cn/2"))
    with pytest.raises(ArchiveError, match=r"y/a\.warc\.gz: a file of this name is there twice \(.*x/a\.warc\.gz\)"):
        find_files([str(tmp_path)])


def test_names_that_differ_in_case_alone_stay_apart_in_the_manifest(tmp_path: Path) -> None:
    write_warc(tmp_path, "A.warc.gz", page(1, "http://a.gov.cn/1"))
    write_warc(tmp_path, "a.warc.gz", page(2, "http://a.gov.cn/2"))
    output = tmp_path / "made.wacz"
    package(output, tmp_path)
    names = [each["name"] for each in read_json(output, "datapackage.json")["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)


def test_damaged_file_is_packaged_as_it_is_and_its_damage_told(tmp_path: Path) -> None:
    file = write_warc(tmp_path, "a.warc.gz", page(1, "http://a.gov.cn/1"), page(2, "http://a.gov.cn/2"))
    file.write_bytes(file.read_bytes()[:-30])
    output = tmp_path / "made.wacz"
    packaged = package(output, file)
    assert packaged.damage
    assert all("a.warc.gz at" in line for line in packaged.damage)
    with zipfile.ZipFile(output) as made:
        assert made.read("archive/a.warc.gz") == file.read_bytes()


def test_failure_leaves_the_package_that_was_there_and_nothing_else(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "in", "a.warc.gz", page(1, "http://a.gov.cn/1"))
    output = tmp_path / "out" / "made.wacz"
    output.parent.mkdir()
    package(output, file)
    before = output.read_bytes()
    (tmp_path / "in" / "none.warc.gz").write_bytes(b"not an archive")
    with pytest.raises(ArchiveError, match=r"none\.warc\.gz: not a WARC or ARC file"):
        package(output, tmp_path / "in")
    assert output.read_bytes() == before
    assert list(output.parent.iterdir()) == [output]
    with pytest.raises(ArchiveError, match=r"nowhere/made\.wacz: cannot be written"):
        package(tmp_path / "nowhere" / "made.wacz", file)
