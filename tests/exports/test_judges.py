"""What others' tools make of the exports: Frictionless, pandas, DuckDB, LibreOffice, each in a process of its own."""

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.archive.judging import TOOLS, run_judge
from tests.exports.conftest import AGENCY, run_export

pytestmark = [
    pytest.mark.judges,
    pytest.mark.skipif(not TOOLS.exists(), reason="no tools of others here: make judges installs them"),
]
_READ = """
import json, sys, duckdb, pandas as pd
folder, agency = sys.argv[1:]
def tell(frame):
    row = frame[(frame.agency == agency) & (frame.year == 2023)].iloc[0]
    told = {name: row[name] for name in ("region", "form", "requests.new.total", "disclosure.rules.issued",
            "disclosure.normative.repealed", "disclosure.fees.amount")}
    return {name: None if pd.isna(value) else value for name, value in told.items()}
fields = json.load(open(f"{folder}/wide.csv.schema.json"))["fields"]
texts = {field["name"]: "string" for field in fields if field["type"] == "string"}
duck = duckdb.sql(f"SELECT * FROM '{folder}/wide.parquet'")
types = dict(zip(duck.columns, map(str, duck.types)))
print(json.dumps({
    "pandas parquet": tell(pd.read_parquet(f"{folder}/wide.parquet")),
    "pandas csv": tell(pd.read_csv(f"{folder}/wide.csv", dtype=texts)),
    "pandas xlsx": tell(pd.read_excel(f"{folder}/wide.xlsx", dtype=texts)),
    "pandas jsonl": tell(pd.read_json(f"{folder}/wide.jsonl", lines=True, dtype={"region": str, "form": str})),
    "duckdb parquet": tell(duck.df()),
    "duckdb jsonl": tell(duckdb.sql(f"SELECT * FROM read_json('{folder}/wide.jsonl')").df()),
    "types": {name: types[name] for name in ("region", "year", "published", "captured_at", "requests.new.total")},
}, default=float))
"""
EXPECTED = {
    "region": "990000",
    "form": "2021",
    "requests.new.total": 18,
    "disclosure.rules.issued": None,
    "disclosure.normative.repealed": 0,
    "disclosure.fees.amount": 14.4,
}


@pytest.fixture(scope="module")
def folder(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every format of the store."""
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("judged")
    for name in ("wide.csv", "wide.jsonl", "wide.parquet", "wide.xlsx"):
        assert run_export(stored, "--shape", "wide", "-o", str(folder / name)) == 0
    assert run_export(stored, "-o", str(folder / "package.zip")) == 0
    return folder


@pytest.fixture(scope="module")
def read(folder: Path) -> dict[str, Any]:
    """What pandas and DuckDB read."""
    done = run_judge("python", "-c", _READ, folder, AGENCY)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_frictionless_finds_the_package_valid(folder: Path) -> None:
    done = run_judge("frictionless", "validate", folder / "package.zip", "--json")
    assert json.loads(done.stdout)["valid"], done.stdout
    assert len(json.loads(done.stdout)["tasks"]) == 5


def test_frictionless_finds_damage_in_it(folder: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(folder / "package.zip", tmp_path)
    table = tmp_path / "data" / "cells.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",18,item", ",eighteen,item", 1), encoding="utf-8")
    done = run_judge("frictionless", "validate", "datapackage.json", "--json", folder=tmp_path)
    assert not json.loads(done.stdout)["valid"]


@pytest.mark.parametrize(
    "reader", ["pandas parquet", "pandas csv", "pandas xlsx", "pandas jsonl", "duckdb parquet", "duckdb jsonl"]
)
def test_codes_are_text_blanks_are_missing_and_zero_is_zero(read: dict[str, Any], reader: str) -> None:
    assert read[reader] == EXPECTED


def test_parquet_has_types(read: dict[str, Any]) -> None:
    assert read["types"] == {
        "region": "VARCHAR",
        "year": "BIGINT",
        "published": "DATE",
        "captured_at": "TIMESTAMP WITH TIME ZONE",
        "requests.new.total": "DOUBLE",
    }


def test_libreoffice_opens_the_workbook(folder: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    how = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,1"  # text is quoted, numbers not
    command = [office, profile, "--headless", "--convert-to", how, "--outdir", str(tmp_path), str(folder / "wide.xlsx")]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    text = next(tmp_path.glob("*.csv")).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    row = next(row for row in rows if row["agency"] == AGENCY and row["year"] == "2023")
    assert '"990000"' in text
    assert (row["requests.new.total"], row["disclosure.rules.issued"], row["published"]) == ("18", "", "2024-01-18")
