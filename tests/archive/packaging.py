"""Small WARC files and the packages made of them, for the tests of WACZ."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

from archive.wacz.files import find_files
from archive.wacz.packaging import Packaged, PackageOptions, write_package
from tests.archive.building import http, record, zipped

CREATED = "2024-02-01T08:00:00Z"
TITLED = "<html><head><title>云岭省2022年\n  政府信息公开&amp;年度报告</title></head><body></body></html>"


def write_warc(folder: Path, name: str, *records: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(zipped(records) if name.endswith(".gz") else b"".join(records))
    return path


def page(number: int, url: str, html: str = TITLED, **fields: str) -> bytes:
    return record(block=http(html.encode()), number=number, WARC_Target_URI=url, **fields)


def warcinfo(run: str, date: str, number: int = 90) -> bytes:
    block = f"software: made\r\nisPartOf: {run}\r\n".encode()
    return record("warcinfo", block, number=number, WARC_Date=date, WARC_Target_URI=None)


def package(output: Path, *names: Path, run: str | None = None, **options: Any) -> Packaged:
    files = find_files([str(name) for name in names], run)
    return write_package(output, files, PackageOptions(created=CREATED, **options))


def read_json(path: Path, member: str) -> Any:
    with zipfile.ZipFile(path) as package_:
        return json.loads(package_.read(member))


def read_rows(path: Path, member: str) -> list[Any]:
    with zipfile.ZipFile(path) as package_:
        return [json.loads(line) for line in package_.read(member).decode("utf-8").splitlines()]


def read_index(path: Path) -> list[tuple[str, dict[str, str]]]:
    with zipfile.ZipFile(path) as package_:
        lines = gzip.decompress(package_.read("indexes/index.cdx.gz")).decode("ascii").splitlines()
    return [(line[: line.index(" {")], json.loads(line[line.index("{") :])) for line in lines]
