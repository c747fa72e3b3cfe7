import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import jsonschema
import pytest

from crawler.telling.journal import Journal, RunEntry, write_journal
from crawler.telling.runs import list_runs
from tests.web.conftest import Served
from web.api.crawling import make_run


def ask(served: Served, path: str) -> Any:
    return json.loads(served.get(path))


def refused(served: Served, path: str, method: str = "GET") -> dict[str, Any]:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(served.address + path, method=method), timeout=60)
    with caught.value as answer:
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem: dict[str, Any] = json.loads(answer.read())
    assert problem["status"] == caught.value.code
    return problem


def walk(served: Served, path: str | None, key: str) -> list[Any]:
    """All of a list, page by page."""
    found: list[Any] = []
    while path:
        page = ask(served, path)
        assert page[key] or not found
        found += page[key]
        path = page["next"]
    return found


def test_lists_join_page_by_page_without_a_gap_or_a_double(served: Served) -> None:
    for path, key in (("reports", "reports"), ("findings", "findings"), ("coverage", "rows")):
        whole = ask(served, f"/api/v1/{path}?limit=500")
        assert whole["next"] is None
        assert walk(served, f"/api/v1/{path}?limit=7", key) == whole[key]
    hits = walk(served, f"/api/v1/search?limit=3&q={quote('政府信息')}", "hits")
    named = [hit["report"]["report"] for hit in hits]
    assert len(named) == len(set(named)) == ask(served, "/api/v1/reports")["total"]


def test_a_report_is_its_line_of_the_feed(served: Served) -> None:
    for head in ask(served, "/api/v1/reports?limit=5")["reports"]:
        report = ask(served, head["address"])
        line = next(line for line in served.lines if line["record_id"] == head["record_id"])
        assert {key: report["line"][key] for key in line} == line
        assert report["head"] == head


def test_a_cell_leads_to_its_capture_its_page_and_its_sums(served: Served) -> None:
    line = next(line for line in served.lines if line["cells"])
    name = line["record_id"][10:-1]
    for cell in line["cells"][:3]:
        proof = ask(served, f"/api/v1/captures/{name}/cells/{cell['id']}")
        assert proof["cell"] == cell
        assert all(cell["id"] in check["cells"] for check in proof["identities"])
        assert ask(served, proof["capture"])["payload_digest"] == line["payload_digest"]
        assert served.get(proof["page"])
        assert served.get(proof["archived"].partition("#")[0])


def test_filters_are_those_of_the_exports(served: Served) -> None:
    broken = ask(served, "/api/v1/reports?state=broken&limit=500")
    exported = served.get("/export.csv?shape=wide&state=broken").splitlines()
    assert broken["total"] == len(broken["reports"]) == len(exported) - 1 > 0
    assert all(head["broken"] for head in broken["reports"])


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/api/v1/reports/nobody/2023", 404, "no report of nobody"),
        ("/api/v1/reports/nobody/x", 422, "year"),
        ("/api/v1/captures/nothing", 404, "nothing"),
        ("/api/v1/captures/a/cells/b", 404, "no cell b"),
        ("/api/v1/reports?limit=100000", 422, "limit"),
        ("/api/v1/reports?years=20", 422, "2019-2024"),
        ("/api/v1/reports?after=x", 422, "after"),
        ("/api/v1/reports?state=missing", 422, "withdrawn"),
        ("/api/v1/nothing", 404, "Not Found"),
        ("/api/nothing", 404, "Not Found"),
        ("/api/v1/search?q=" + "x" * 5000, 414, "too long"),
    ],
)
def test_problems_are_told_in_one_shape(served: Served, path: str, status: int, told: str) -> None:
    problem = refused(served, path)
    assert problem["status"] == status
    assert told in problem["detail"]


def test_it_is_read_only(served: Served) -> None:
    assert refused(served, "/api/v1/reports", "POST")["status"] == 405


def test_an_answer_that_is_there_already_is_not_sent_again(served: Served) -> None:
    address = served.address + "/api/v1/dictionary"
    with urlopen(address, timeout=60) as answer:
        tag = answer.headers["ETag"]
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(address, headers={"If-None-Match": f'"other", {tag}'}), timeout=60)
    assert caught.value.code == 304
    caught.value.close()


def test_answers_are_what_the_description_says(served: Served) -> None:
    described = ask(served, "/api/openapi.json")
    head = ask(served, "/api/v1/reports?form=2021&limit=1")["reports"][0]
    cell = ask(served, head["address"])["line"]["cells"][0]["id"]
    name = head["record_id"][10:-1]
    values = {"agency": quote(head["agency"]), "year": str(head["year"]), "capture": name, "cell": cell}
    for path, methods in described["paths"].items():
        told = methods["get"]
        assert told["operationId"]
        if "{run}" in path:
            assert refused(served, f"/api{path.format(run='none')}")["status"] == 404
            continue
        address = "/api" + path.format(**values)
        schema = told["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(ask(served, address), {**schema, "components": described["components"]})


def test_the_page_for_people_tells_every_way_and_loads_nothing_from_elsewhere(served: Served) -> None:
    described = ask(served, "/api/openapi.json")
    for language in ("zh", "en"):
        page = served.get(f"/{language}/data")
        assert all(f"<code>/api{path}</code>" in page for path in described["paths"])
        assert "http://" not in page.replace(served.address, "")
        assert "https://" not in page


@pytest.mark.parametrize(
    "filters",
    ["", "level=provincial", "finding=broken-identity", "finding=late", "state=broken", "words=应急", "form=2019"],
)
def test_what_coverage_shows_is_what_its_export_has(served: Served, filters: str) -> None:
    query = quote(filters, safe="=")
    rows = ask(served, f"/api/v1/coverage?limit=500&{query}")["rows"]
    shown = {(row["agency"], year) for row in rows for year, cell in row["years"].items() if cell["report"]}
    exported = csv.DictReader(served.get(f"/export.csv?shape=wide&{query}").splitlines())
    assert shown == {(row["agency"], row["year"]) for row in exported}
    assert shown


def test_a_run_is_told_with_its_state_and_rate(tmp_path: Path) -> None:
    entry = RunEntry("20240105T020000Z-1a2b3c", "provincial", {"region": "33"}, "2024-01-05T02:00:00Z", seconds=60.0)
    entry = replace(entry, ended="2024-01-05T02:01:00Z", reason="finished", captures=30, reports=4)
    write_journal(tmp_path, Journal(entry, ()))
    (run,) = list_runs(tmp_path, datetime(2024, 2, 1, tzinfo=UTC))
    told = make_run(run)
    assert (told.run, told.state, told.captures, told.rate) == (entry.run, "finished", 30, 30.0)
    assert told.address == f"/api/v1/runs/{entry.run}"
