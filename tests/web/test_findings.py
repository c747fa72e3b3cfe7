import csv
import io
import json
from collections import Counter
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from pipelines.store.listing import KINDS, SEVERITIES
from tests.web.conftest import Served
from tests.web.test_pages import ask, read, report_path
from web.pages.findings import FINDINGS
from web.tables import show_number
from web.words import load_words


def take(served: Served, query: str = "", language: str = "zh") -> list[dict[str, Any]]:
    return [json.loads(line) for line in served.get(f"/{language}/findings.jsonl{query}").splitlines()]


def sentences(tree: Any) -> list[str]:
    return [" ".join(each.text_content().split()) for each in tree.xpath("//p[@class='sentence']")]


def test_list_has_every_finding_of_the_feed_worst_first(served: Served) -> None:
    listed = take(served)
    own = Counter((each["agency"], each["year"], each["text"]) for each in listed)
    best = [line for line in served.lines if any(each["captures"] == [line["record_id"]] for each in listed)]
    assert best
    for line in best:
        for finding in line["findings"]:
            assert own[line["agency"], line["year"], finding["text"]]
    ranks = [(SEVERITIES.index(each["severity"]), KINDS.index(each["finding"]), -each["year"]) for each in listed]
    assert ranks == sorted(ranks)


def test_page_counts_what_it_lists(served: Served) -> None:
    listed, tree = take(served), read(served.get("/zh/findings"))
    shown = {
        row.xpath("string(th)").strip(): int(row.xpath("string(td)").replace(",", ""))
        for row in tree.xpath("//section[@class='kinds']//tbody/tr")
    }
    words = load_words()["zh"]
    assert shown == {words(f"finding.{kind}"): count for kind, count in Counter(e["finding"] for e in listed).items()}
    assert f"{len(listed)} 项发现" in tree.xpath("string(//p[@class='lead'])")
    assert sentences(tree) == [each["sentence"] for each in listed[:FINDINGS]]


@pytest.mark.parametrize("name", ["kind", "severity", "level", "form", "year", "words"])
def test_list_is_filtered_by_the_address(served: Served, name: str) -> None:
    everything = take(served)
    key = {"kind": "finding", "words": "agency"}.get(name, name)
    value = everything[0][key]
    expected = [each for each in everything if each[key] == value]
    assert 0 < len(expected) < len(everything)
    assert take(served, f"?{name}={quote(str(value))}") == expected


def test_broken_sum_is_told_with_its_operands_and_each_leads_to_its_proof(served: Served) -> None:
    tree = read(served.get("/zh/findings?kind=broken-identity"))
    first = tree.xpath("//div[@class='told']//li")[0]
    found = take(served, "?kind=broken-identity")[0]
    line = next(each for each in served.lines if [each["record_id"]] == found["captures"])
    check = next(each for each in line["identities"] if each["cells"] == found["cells"] and each["result"] == "broken")
    said = first.xpath("string(p[@class='sentence'])")
    assert f"{show_number(check['left'])} ≠ {show_number(check['right'])}" in said
    links = [link.get("href") for link in first.xpath("p[@class='operands']//a")]
    assert links
    assert all(ask(served, link)[0] == 200 for link in links)
    assert {link.rpartition("/")[2] for link in links} <= set(check["cells"])


def test_every_link_of_a_finding_leads_somewhere(served: Served) -> None:
    tree = read(served.get("/en/findings"))
    links = {link.get("href") for link in tree.xpath("//div[@class='told']//a")}
    assert len(links) > 10
    for link in sorted(links)[::7]:
        # A capture's picture is no text.
        with urlopen(served.address + link, timeout=60) as answer:
            assert answer.status == 200, link


def test_table_to_take_along_holds_the_same_rows(served: Served) -> None:
    text = served.get("/en/findings.csv?severity=error")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    lines = take(served, "?severity=error", "en")
    assert [row["sentence"] for row in rows] == [line["sentence"] for line in lines]
    assert [row["cells"].split() for row in rows] == [line["cells"] for line in lines]
    assert [row["region"] for row in rows] == [line["region"] or "" for line in lines]


def test_report_tells_its_findings_in_the_readers_language(served: Served) -> None:
    line = next(each for each in served.lines if any(f["id"] != "broken-identity" for f in each["findings"]))
    finding = next(each for each in line["findings"] if each["id"] != "broken-identity")
    for language in ("zh", "en"):
        text = read(served.get(report_path(line, language) + f"?record={line['record_id'][10:-1]}")).text_content()
        assert load_words()[language](f"finding.{finding['id']}") in text
    assert finding["text"] not in read(served.get(report_path(line))).text_content()


@pytest.mark.parametrize("query", ["kind=none", "year=x", "severity=none", "province=%27", "words=%25_", "page=9999"])
def test_odd_filters_find_nothing_or_the_last_page(served: Served, query: str) -> None:
    status, _, text = ask(served, f"/zh/findings?{query}")
    assert status == 200
    assert bool(sentences(read(text))) == (query == "page=9999")


@pytest.mark.parametrize("query", ["page=0", "page=x", "words=" + "x" * 101])
def test_bad_parameters_are_refused(served: Served, query: str) -> None:
    assert ask(served, f"/zh/findings?{query}")[0] == 404
