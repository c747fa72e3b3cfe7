import hashlib
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipelines.errors import PipelineError
from pipelines.exports import workbook
from pipelines.exports.shapes import list_wide_fields
from tests.exports.conftest import AGENCY, ODD, run_export

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx", "a.zip"])
def test_the_same_store_gives_the_same_bytes(stored: Path, tmp_path: Path, name: str) -> None:
    for folder in ("one", "two"):
        assert run_export(stored, "-o", str(tmp_path / folder / name)) == 0
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert not list(tmp_path.rglob(".*"))


def test_a_package_describes_what_is_in_it(stored: Path, tmp_path: Path) -> None:
    assert run_export(stored, "-o", str(tmp_path / "a.zip")) == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        descriptor = json.loads(package.read("datapackage.json"))
        assert [each["name"] for each in descriptor["resources"]] == [
            "reports", "cells", "identities", "findings", "dictionary",
        ]  # fmt: skip
        for each in descriptor["resources"]:
            content = package.read(each["path"])
            assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (each["bytes"], each["hash"])
            head = content.decode("utf-8").partition("\r\n")[0].split(",")
            assert head == [field["name"] for field in each["schema"]["fields"]]


def test_a_workbook_keeps_text_as_text_and_blanks_blank(stored: Path, tmp_path: Path) -> None:
    assert run_export(stored, "--agency", AGENCY, "--year", "2023", "-o", str(tmp_path / "a.xlsx")) == 0
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{_SHEET}f"))  # no formula, though one raw text begins with "="
    texts = [cell.findtext(f".//{_SHEET}t") for cell in sheet.iter(f"{_SHEET}c") if cell.get("t") == "inlineStr"]
    assert {"=1+1", "990000", "14.4万元"} <= set(texts)


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out() -> None:
    with pytest.raises(PipelineError, match="--shape wide"):
        workbook.refuse_many(workbook.MOST_ROWS)


def test_text_has_its_schema_beside_it(stored: Path, tmp_path: Path) -> None:
    assert run_export(stored, "--shape", "wide", "-o", str(tmp_path / "a.csv")) == 0
    schema = json.loads((tmp_path / "a.csv.schema.json").read_text(encoding="utf-8"))
    assert [field["name"] for field in schema["fields"]] == [field.name for field in list_wide_fields()]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--format", "cvs"], "did you mean csv"),
        (["-o", "a.doc"], "--format csv|jsonl|parquet|xlsx|datapackage"),
        (["--format", "xlsx"], "-o reports.xlsx"),
        (["--form", "2020"], "did you mean 2021"),
        (["--province", "火星"], "--province 火星"),
        (["--year", "23"], "write 2022"),
        (["--finding", "lat"], "did you mean late"),
        (["words"], "options alone"),
    ],
)
def test_wrong_usage_says_what_to_write(
    stored: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_export(stored, *words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert len(said.err.splitlines()) == 1


def test_nothing_that_fits_is_an_error_and_no_file(stored: Path, tmp_path: Path) -> None:
    assert run_export(stored, "--words", "没有", "-o", str(tmp_path / "a.csv")) == 1
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_named(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run_export(stored, "-o", str(tmp_path / "file" / "a.csv")) == 1
    assert "a.csv: cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet", "a.xlsx", "a.zip"])
def test_a_folder_that_takes_no_files_is_an_error_in_one_line(
    stored: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyarrow")
    if not Path("/proc/self").exists():
        pytest.skip("no folder here that refuses even root")
    assert run_export(stored, "-o", f"/proc/{name}") == 1
    said = capsys.readouterr().err
    assert f"/proc/{name}: cannot be written" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("given", [".", "", "..", "/"])
@pytest.mark.parametrize("more", [(), ("--format", "xlsx")])
def test_a_folder_is_no_file(
    stored: Path, given: str, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_export(stored, "-o", given, *more) == 1
    said = capsys.readouterr().err
    assert "-o" in said
    assert len(said.splitlines()) == 1


def test_without_a_file_text_goes_to_standard_output(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_export(stored, "--state", "broken") == 0
    said = capsys.readouterr()
    assert said.out.startswith("report,agency,year,")
    assert said.out.count("\n") > len(ODD)
    assert said.err == ""
