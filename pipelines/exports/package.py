"""A Frictionless data package: reports, cells, sums, findings and dictionary as CSV with their descriptor, in a ZIP."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from pipelines.exports.bundles import Bundle
from pipelines.exports.dictionary import Field, load_fields
from pipelines.exports.shapes import Shape, list_dictionary, list_tables
from pipelines.exports.textfiles import write_csv

_MOMENT = (1980, 1, 1, 0, 0, 0)  # of every member: the oldest that ZIP knows
_PIECE = 1 << 20
_TITLES = {
    "reports": ["报告", "Reports, one row each"],
    "cells": ["单元格", "Cells of the official tables, one row each, with their proof"],
    "identities": ["勾稽关系", "Sums that must hold, with what both sides add up to"],
    "findings": ["发现", "What a reader should know of a report"],
    "dictionary": ["数据字典", "Every cell of every generation of the official form"],
}
_KEYS = {"reports": "report", "dictionary": "cell"}
_REFERENCES = {
    "cells": (("report", "reports"), ("cell", "dictionary")),
    "identities": (("report", "reports"),),
    "findings": (("report", "reports"),),
}
_ABOUT = (
    "Numbers of annual reports on information disclosure (政府信息公开工作年度报告) by Chinese agencies, as printed, "
    "each with the archived page that it stands on. Nothing is repaired: a blank is null and never 0, and "
    "sums that do not hold are said to. Made by Kaijuan."
)


def write_package(path: Path, bundles: Iterable[Bundle]) -> None:
    """Write the ZIP file. Its tables are written side by side, beside it, before they are put in."""
    with TemporaryDirectory(dir=path.parent, prefix=".kaijuan-") as folder:
        tables = list_tables()
        _write_tables(Path(folder), tables, bundles)
        fields = {table.name: table.fields for table in tables} | {"dictionary": load_fields()["dictionary"]}
        resources = [_describe(Path(folder), name, fields[name]) for name in fields]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            _add(package, "datapackage.json", _write_descriptor(resources))
            for name in fields:
                _add_file(package, f"data/{name}.csv", Path(folder, f"{name}.csv"))


def describe_schema(name: str, fields: Sequence[Field]) -> dict[str, Any]:
    """The Table Schema of a table."""
    schema: dict[str, Any] = {"fields": [_describe_field(field, _KEYS.get(name)) for field in fields]}
    schema["missingValues"] = [""]
    if name in _KEYS:
        schema["primaryKey"] = [_KEYS[name]]
    references = _REFERENCES.get(name, ())
    if references:
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": other, "fields": [field]}} for field, other in references
        ]
    return schema


def _write_tables(folder: Path, tables: Sequence[Shape], bundles: Iterable[Bundle]) -> None:
    with ExitStack() as open_files:
        opened = {
            name: open_files.enter_context(
                Path(folder, f"{name}.csv").open("w", encoding="utf-8", errors="replace", newline="")
            )
            for name in (*(table.name for table in tables), "dictionary")
        }
        opened["dictionary"].writelines(write_csv(load_fields()["dictionary"], list_dictionary()))
        writers = [_begin(opened[table.name], table) for table in tables]
        for bundle in bundles:
            for write in writers:
                write(bundle)


def _begin(file: IO[str], table: Shape) -> Callable[[Bundle], None]:
    """Write a table's head; gives what writes its rows of a bundle."""
    file.writelines(write_csv(table.fields, ()))

    def write(bundle: Bundle) -> None:
        pieces = iter(write_csv(table.fields, table.make_rows(bundle)))
        next(pieces)  # the head again
        file.writelines(pieces)

    return write


def _describe(folder: Path, name: str, fields: Sequence[Field]) -> dict[str, Any]:
    file = Path(folder, f"{name}.csv")
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {
        "name": name,
        "type": "table",
        "profile": "tabular-data-resource",
        "title": _TITLES[name][0],
        "description": _TITLES[name][1],
        "path": f"data/{name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": describe_schema(name, fields),
    }


def _describe_field(field: Field, key: str | None) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": field.type, "title": field.zh, "description": field.en}
    if field.name == key:
        described["constraints"] = {"required": True, "unique": True}
    return described


def _write_descriptor(resources: Sequence[Mapping[str, Any]]) -> bytes:
    descriptor = {
        "name": "kaijuan-reports",
        "profile": "tabular-data-package",
        "title": "政府信息公开工作年度报告 · Annual reports on information disclosure",
        "description": _ABOUT,
        "keywords": ["政府信息公开", "freedom of information", "China"],
        "resources": resources,
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=1).encode("utf-8")


def _add(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    package.writestr(_make_info(name), content)


def _add_file(package: zipfile.ZipFile, name: str, file: Path) -> None:
    with package.open(_make_info(name), "w", force_zip64=True) as member, file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            member.write(piece)


def _make_info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MOMENT)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return info
