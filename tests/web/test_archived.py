"""Archived pages as they are shown: whole, out of the archive alone, each place found again in every kind of file."""

import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from lxml import html
from PIL import EpsImagePlugin

from archive.capture import Capture
from archive.errors import ArchiveError
from demo.rows import PIXEL
from demo.truth import make_reports
from tests.web.conftest import Canary, Served
from tests.web.specimens import CHANGED, DRESSED, file_reports, list_extras, name_of, versioned
from tests.web.test_pages import ask, read, report_path
from web.archived.dressing import Dress
from web.archived.showing import show_capture


def archived(served: Served, name: str) -> Any:
    return read(served.get(f"/archived/{name}").encode())


@pytest.fixture(scope="module")
def dressed(served: Served, canary: Canary) -> Any:
    return archived(served, name_of(canary.address, f"{DRESSED}/page.html"))


def fetch(served: Served, path: str) -> tuple[bytes, dict[str, str]]:
    connection = HTTPConnection(urlsplit(served.address).netloc, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read(), {name.lower(): value for name, value in answer.getheaders()}


def test_picture_under_another_scheme_is_shown_from_the_archive(served: Served, dressed: Any) -> None:
    (logo,) = dressed.xpath("//*[@id='logo']")
    assert logo.get("src").startswith("/archived/")
    content, headers = fetch(served, logo.get("src"))
    assert content == PIXEL
    assert headers["content-type"] == "image/png"


def test_picture_of_the_same_crawl_comes_before_one_nearer_in_time(served: Served, dressed: Any) -> None:
    shown = [fetch(served, image.get("src"))[0] for image in dressed.xpath("//img[starts-with(@src, '/archived')]")]
    assert PIXEL + b"own" in shown
    assert PIXEL + b"near" not in shown


def test_what_is_not_archived_is_a_box_that_says_so(dressed: Any) -> None:
    boxes = [box.text for box in dressed.xpath("//*[@class='kaijuan-absent']")]
    assert any("未存档" in box and "沒有" in box for box in boxes)
    assert len(boxes) == 3  # a picture, a drawing in code, a frame; the spacer leaves no box


def test_sheets_are_those_of_the_archive_cleaned(served: Served, dressed: Any) -> None:
    (sheet,) = dressed.xpath("//link[@rel='stylesheet']")
    text, headers = fetch(served, sheet.get("href"))
    said = text.decode()
    assert headers["content-type"].startswith("text/css")
    assert "rgb(1,2,3)" in said
    assert "fixed" not in said
    assert "elsewhere" not in said
    assert "/img/none.png" not in said
    imported = said.split('@import url("')[1].split('"')[0]
    assert b"letter-spacing" in fetch(served, imported)[0]


def test_address_of_an_archived_page_alone_leads_to_the_page_with_the_banner(served: Served, canary: Canary) -> None:
    name = name_of(canary.address, f"{DRESSED}/page.html")
    status, headers, _ = ask(served, f"/archived/{name}", **{"Sec-Fetch-Dest": "document", "Accept-Language": "en"})
    assert (status, headers["location"]) == (303, f"/en/captures/{name}")
    tree = read(served.get(f"/en/captures/{name}"))
    banner = " ".join(tree.xpath("//*[@class='banner']")[0].text_content().split())
    assert "2023-01-18 09:30 UTC" in banner
    assert f"{DRESSED}/page.html" in tree.xpath("//*[@class='lead']")[0].text_content()


def test_original_is_sent_whole_to_be_saved(served: Served, canary: Canary) -> None:
    name = name_of(canary.address, f"{DRESSED}/a.docx")
    content, headers = fetch(served, f"/originals/{name}")
    (extra,) = [extra for extra in list_extras(canary.address) if extra.url == f"{DRESSED}/a.docx"]
    assert content == extra.body
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''a.docx"
    assert headers["content-type"] == "application/octet-stream"
    said = served.get(f"/zh/captures/{name}/cells/requests.new.total")
    assert hashlib.sha256(content).hexdigest() in said


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_cells_of_office_files_are_marked_in_our_rendering(served: Served, canary: Canary, kind: str) -> None:
    name = name_of(canary.address, f"{DRESSED}/{'a' if kind == 'docx' else 'b'}.{kind}")
    report = file_reports()[0 if kind == "docx" else 1]
    assert "重排" in served.get(f"/zh/captures/{name}/cells/requests.new.total")
    for cell in report.cells[::17]:
        tree = read(served.get(f"/archived/{name}/{cell.id}").encode())
        (marked,) = tree.xpath("//*[@id='kaijuan-marked']")
        assert marked.tag == "td"
        assert "".join(marked.text_content().split()) == "".join(cell.raw.split())
    spans = tree.xpath("//td[@rowspan or @colspan]")
    assert any("办理结果" in each.text_content() for each in spans)


def test_pdf_inside_an_archive_is_proved_by_a_picture_of_its_page(served: Served, canary: Canary) -> None:
    name = name_of(canary.address, f"{DRESSED}/c.zip")
    content, headers = fetch(served, f"/archived/{name}/requests.new.total")
    assert headers["content-type"] == "image/png"
    assert content.startswith(b"\x89PNG")
    assert read(served.get(f"/zh/captures/{name}/cells/requests.new.total")).xpath("//*[@class='sheet']/img")


def test_many_pages_of_pdfs_are_drawn_at_once(served: Served, canary: Canary) -> None:
    name = name_of(canary.address, f"{DRESSED}/c.zip")
    cells = [cell.id for cell in file_reports()[2].cells[:24]]
    with ThreadPoolExecutor(12) as readers:
        answers = list(readers.map(lambda cell: fetch(served, f"/archived/{name}/{quote(cell)}"), cells))
    assert {headers["content-type"] for _, headers in answers} == {"image/png"}
    assert len({content for content, _ in answers}) > 12  # each with its own cell framed


def test_a_picture_in_postscript_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, ran = tmp_path / "gs", tmp_path / "ran"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)
    drawing = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\nshowpage\n%%EOF\n"
    capture = Capture(f"{DRESSED}/a.tif", "2023-01-18T09:30:00Z", 200, (), drawing, "sha1:A", None, "a.warc", 0)
    with pytest.raises(ArchiveError, match="cannot be drawn: image/tiff"):
        show_capture(capture, "image/tiff", None, "", Dress(DRESSED, lambda *_: None))
    assert not ran.exists()


def test_figure_of_the_prose_is_marked_with_its_sentence(served: Served) -> None:
    line = next(line for line in served.lines if line["stated"] and line["stated"][0]["path"].startswith("/"))
    name, figure = line["record_id"][10:-1], line["stated"][0]
    tree = read(served.get(f"/archived/{name}/{figure['id']}").encode())
    (marked,) = tree.xpath("//*[@id='kaijuan-marked']")
    words = "".join("".join(each.itertext()) for each in marked.xpath(".//mark")) or marked.text_content()
    assert "".join(words.split()) == "".join(figure["sentence"].split())
    proof = read(served.get(f"/zh/captures/{name}/cells/{figure['id']}"))
    assert figure["sentence"][:10] in proof.xpath("//section[@class='number-side']")[0].text_content()


def test_proofs_lead_from_cell_to_cell(served: Served) -> None:
    line = next(line for line in served.lines if len(line["cells"]) > 100)
    name = line["record_id"][10:-1]
    ids = [cell["id"] for cell in line["cells"]]
    tree = html.fromstring(served.get(f"/zh/captures/{name}/cells/{quote(ids[5])}"))
    assert tree.xpath("//a[@rel='prev']/@href") == [f"/zh/captures/{name}/cells/{ids[4]}"]
    assert tree.xpath("//a[@rel='next']/@href") == [f"/zh/captures/{name}/cells/{ids[6]}"]
    assert report_path(line)  # the way back


def test_versions_are_compared_in_place(served: Served) -> None:
    before, after = versioned()
    path = report_path({"agency": before.name, "year": before.looks[0].year})
    (link,) = [each for each in read(served.get(path)).xpath("//a/@href") if "against=1" in each]
    tree = read(served.get(quote(unquote(link.split("#")[0]), safe="/?=&")))
    old, new = ({cell.id: cell.raw for cell in make_reports(78, (agency,))[0].cells} for agency in (before, after))
    for cell in CHANGED:
        (shown,) = tree.xpath(f"//table[@class='official']//td[.//a[contains(@href, '/{cell}')]]")
        assert shown.xpath(".//del")[0].text_content().strip() == old[cell]
        assert shown.text_content().split() == [old[cell], new[cell]]
    assert len(tree.xpath("//table[@class='official']//del")) == len(CHANGED)
    assert "全年度" in "".join(tree.xpath("//section[@class='difference']//ins//text()"))
    assert "全年度" not in "".join(tree.xpath("//section[@class='difference']//del//text()"))


def test_provinces_are_squares_that_lead_to_themselves(served: Served) -> None:
    tree = read(served.get("/zh/coverage"))
    squares = tree.xpath("//*[local-name()='svg' and @class='cartogram']//*[@class='tile' or @class='tile none']")
    assert len(squares) >= 33  # the provinces, the Corps, and the made-up one
    (link,) = tree.xpath(
        "//*[local-name()='svg' and @class='cartogram']//*[local-name()='a'][contains(@href, 'province=99')]"
    )
    found, expected = re.findall(r"[\d,]+", link.get("aria-label"))
    totals = tree.xpath("//tr[@class='group']//*[@class='count']")[0].text_content()
    assert f"{found} / {expected}" in totals.replace(",", "") or f"{found} / {expected}" in totals
