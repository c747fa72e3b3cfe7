"""Metadata for Datasette: titles, what the store's columns hold, and questions to begin with."""

from pathlib import Path
from typing import Any

import yaml

from pipelines.exports.dictionary import load_fields
from pipelines.store.tables import metadata

_FILE = Path(__file__).with_name("datasette.yaml")
_TITLE = "开卷 Kaijuan"
_ABOUT = (
    "Annual reports on information disclosure (政府信息公开工作年度报告) by Chinese agencies, as printed; each number "
    "names the archived page that it stands on. Nothing is repaired: a blank is null and never 0."
)


def make_datasette(name: str) -> dict[str, Any]:
    """The metadata for a store whose file is ``name``.db."""
    told: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    tables: dict[str, Any] = {table: _describe(table, about) for table, about in told["tables"].items()}
    tables |= {table: {"hidden": True} for table in told["hidden"]}
    return {
        "title": _TITLE,
        "description": _ABOUT,
        "source": "scrapy crawl, scrapy replay; docs/store.md tells the tables",
        "databases": {name: {"tables": tables, "queries": told["queries"]}},
    }


def _describe(table: str, told: dict[str, Any]) -> dict[str, Any]:
    """A table, its columns by their own words here, else by those of the export that has the same."""
    known = {field.name: f"{field.zh} · {field.en}" for field in load_fields().get(told.get("of", ""), ())}
    columns = {**known, **told["columns"]}
    names = [column.name for column in metadata.tables[table].columns if column.name in columns]
    described = {"description": told["about"], "columns": {name: columns[name] for name in names}}
    return described | ({"sort_desc": told["sort_desc"]} if "sort_desc" in told else {})
