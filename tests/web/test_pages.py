import re
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import html

from tests.web.conftest import Served
from web.pages.setting import TEMPLATES
from web.tables import show_cell, show_number
from web.words import load_words


def ask(served: Served, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection(urlsplit(served.address).netloc, timeout=60)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode("utf-8")


def read(text: str | bytes) -> Any:
    """A tree; lxml's own types for what an XPath finds are too many to be of use."""
    return html.fromstring(text)


def report_path(line: dict[str, object], language: str = "zh") -> str:
    return f"/{language}/reports/{quote(str(line['agency']))}/{line['year']}"


@pytest.mark.parametrize(("accepted", "language"), [("en-GB,zh;q=0.5", "en"), ("zh-CN", "zh"), ("fr", "zh")])
def test_first_page_is_in_the_browsers_language(served: Served, accepted: str, language: str) -> None:
    status, headers, _ = ask(served, "/", **{"Accept-Language": accepted})
    assert (status, headers["location"]) == (307, f"/{language}/coverage")


def test_coverage_has_a_square_for_each_report(served: Served) -> None:
    tree = read(served.get("/en/coverage"))
    found = {link.get("href") for link in tree.xpath("//table[@class='matrix']//a")}
    assert {report_path(line, "en") for line in served.lines} <= found
    assert str(len({line["agency"] for line in served.lines})) in tree.xpath("//p[@class='lead']")[0].text


def test_coverage_is_filtered_by_the_address(served: Served) -> None:
    broken = {line["agency"] for line in served.lines if any(c["result"] == "broken" for c in line["identities"])}
    assert broken
    tree = read(served.get("/zh/coverage?state=broken"))
    shown = {each.text for each in tree.xpath("//table[@class='matrix']//th[@scope='row']")}
    assert shown
    assert shown <= broken
    agency = served.lines[0]["agency"]
    tree = read(served.get(f"/zh/coverage?words={quote(agency)}"))
    assert {each.text for each in tree.xpath("//table[@class='matrix']//th[@scope='row']")} == {agency}


def test_report_page_shows_every_cell_of_the_form_as_it_was_read(served: Served) -> None:
    for line in served.lines:
        tree = read(served.get(report_path(line) + f"?record={line['record_id'][10:-1]}"))
        shown = {
            re.split("/cells/", link.get("href"))[1]: link.text_content().strip()
            for link in tree.xpath("//table[@class='official']//a")
        }
        assert shown == {cell["id"]: show_cell(cell).strip() for cell in line["cells"]}


def test_broken_sums_stand_below_their_table_with_their_arithmetic(served: Served) -> None:
    line = next(line for line in served.lines if any(c["result"] == "broken" for c in line["identities"]))
    check = next(check for check in line["identities"] if check["result"] == "broken")
    tree = read(served.get(report_path(line) + f"?record={line['record_id'][10:-1]}"))
    said = [" ".join(each.text_content().split()) for each in tree.xpath("//ul[@class='arithmetic']/li")]
    assert any(f"{show_number(check['left'])} ≠ {show_number(check['right'])}" in each for each in said)


def test_proof_marks_the_very_cell_on_the_archived_page(served: Served) -> None:
    pages = [line for line in served.lines if line["cells"] and line["cells"][0]["path"].startswith("/")]
    assert pages
    for line in pages:
        name = line["record_id"][10:-1]
        for cell in line["cells"][::7]:
            tree = read(served.get(f"/archived/{name}/{cell['id']}").encode())
            (marked,) = tree.xpath("//*[@id='kaijuan-marked']")
            # A row that is printed as one line is marked as a whole.
            assert "".join(cell["raw"].split()) in "".join(marked.text_content().split())


def test_pdf_is_proved_by_a_picture_of_its_page(served: Served) -> None:
    line = next(line for line in served.lines if line["cells"] and line["cells"][0]["path"].startswith("page"))
    name, cell = line["record_id"][10:-1], line["cells"][0]["id"]
    connection = HTTPConnection(urlsplit(served.address).netloc, timeout=60)
    connection.request("GET", f"/archived/{name}/{cell}")
    answer = connection.getresponse()
    assert answer.getheader("content-type") == "image/png"
    assert answer.read().startswith(b"\x89PNG")


def test_archived_pages_are_under_a_policy_that_forbids_all_but_their_looks(served: Served) -> None:
    line = served.lines[0]
    _, headers, _ = ask(served, f"/archived/{line['record_id'][10:-1]}")
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy.split("; ")
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_unknown_report_names_what_is_near(served: Served) -> None:
    line = served.lines[0]
    status, _, text = ask(served, f"/zh/reports/{quote(line['agency'])}/1999")
    assert status == 404
    assert report_path(line) in text


@pytest.mark.parametrize("path", ["/zh/coverage", "/en/findings?page=1", "/zh/crawls", "/"])
def test_head_of_a_page_comes_without_its_body(served: Served, path: str) -> None:
    status, headers, text = ask(served, path, "HEAD")
    assert (status, text) == (ask(served, path)[0], "")
    assert "content-security-policy" in headers


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/zh/coverage", "POST", {}, 405),
        ("/zh/coverage?words=" + "x" * 5000, "GET", {}, 414),
        ("/zh/coverage?words=" + "x" * 101, "GET", {}, 404),
        ("/zh/coverage", "GET", {"Host": "evil.example"}, 400),
        ("/zh/nothing", "GET", {}, 404),
        ("/robots.txt", "GET", {}, 404),
        ("/static/../application.py", "GET", {}, 404),
        ("/archived/..%2F..%2Fkaijuan.db", "GET", {}, 404),
        ("/archived/nobody/requests.new.total", "GET", {}, 404),
        ("/zh/captures/nobody/cells/x", "GET", {}, 404),
    ],
)
def test_what_is_not_a_page_is_refused(
    served: Served, path: str, method: str, headers: dict[str, str], status: int
) -> None:
    assert ask(served, path, method, **headers)[0] == status


def test_every_text_of_the_templates_is_in_both_languages() -> None:
    texts = "".join(file.read_text("utf-8") for file in TEMPLATES.glob("*.html"))
    used = {*re.findall(r'words\("([\w.]+)"[,)]', texts)}
    assert len(used) > 50
    for words in load_words().values():
        assert not [key for key in sorted(used) if words.get(key, "") == ""]
