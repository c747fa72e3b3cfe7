"""The views as people see them: headless Chromium, both languages and schemes, two widths; ``make browser``."""

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.commands import PROJECT
from tests.web.conftest import Canary, Served
from tests.web.specimens import DRESSED, name_of, versioned

pytestmark = pytest.mark.browser

PICTURES = PROJECT / "var" / "browser"
SIZES = {1280: 900, 390: 844}
# Chinese by day and English by night: the two meet every page once at each width.
LANGUAGES = {"zh": "light", "en": "dark"}
COVERAGE = ("coverage", "coverage-broken", "coverage-province")
REPORTS = ("report", "report-difference", "missing", "capture", "capture-word")
PROOFS = ("proof", "proof-pdf", "proof-word", "proof-zip", "proof-prose")
TRENDS = ("trends", "trends-set", "trends-many")
ROOMS = ("findings", "search", "search-found", "data", "crawls")
VIEWS = (*COVERAGE, *REPORTS, *PROOFS, *TRENDS, *ROOMS)


def open_chromium() -> Iterator[Any]:
    """The system's Chromium, headless, for as long as a fixture needs it."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium here: make browser installs it where root may")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    yield from open_chromium()


@pytest.fixture(scope="module")
def pages(chromium: Any) -> Iterator[dict[str, Any]]:
    """A page for each language, used again for every view."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    contexts = {language: chromium.new_context(color_scheme=scheme) for language, scheme in LANGUAGES.items()}
    yield {language: context.new_page() for language, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module")
def views(served: Served, canary: Canary) -> dict[str, str]:
    """The addresses behind the language."""
    broken = next(line for line in served.lines if any(c["result"] == "broken" for c in line["identities"]))
    paged = next(line for line in served.lines if line["cells"] and line["cells"][0]["path"].startswith("page"))
    stated = next(line for line in served.lines if line["stated"])
    agencies = sorted({line["agency"] for line in served.lines if line["agency"]})
    changed = versioned()[0]
    word, packed, dressed = (name_of(canary.address, f"{DRESSED}/{file}") for file in ("a.docx", "c.zip", "page.html"))
    cell = "cells/requests.new.total"
    return {
        "coverage": "/coverage",
        "coverage-broken": "/coverage?state=broken",
        "coverage-province": "/coverage?province=99",
        "report": f"/reports/{quote(broken['agency'])}/{broken['year']}",
        "report-difference": f"/reports/{quote(changed.name)}/{changed.looks[0].year}?against=1",
        "missing": f"/reports/{quote(broken['agency'])}/1999",
        "capture": f"/captures/{dressed}",
        "capture-word": f"/captures/{word}",
        "proof": f"/captures/{broken['record_id'][10:-1]}/{cell}",
        "proof-pdf": f"/captures/{paged['record_id'][10:-1]}/{cell}",
        "proof-word": f"/captures/{word}/{cell}",
        "proof-zip": f"/captures/{packed}/{cell}",
        "proof-prose": f"/captures/{stated['record_id'][10:-1]}/cells/{stated['stated'][0]['id']}",
        "trends": f"/trends?agency={quote(broken['agency'])}",
        "trends-set": "/trends?level=provincial",
        "trends-many": "/trends?" + "&".join(f"agency={quote(name)}" for name in agencies[:5]),
        "findings": "/findings",
        "search": "/search",
        "search-found": f"/search?q={quote('信息公开')}",
        "data": "/data",
        "crawls": "/crawls",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_view_is_accessible_and_fits_the_window(
    served: Served, pages: dict[str, Any], views: dict[str, str], view: str, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page, wrong = pages[language], []

    def note(message: Any) -> None:
        if message.type == "error":
            wrong.append(message.text)

    page.on("console", note)
    page.set_viewport_size({"width": 1280, "height": SIZES[1280]})
    page.goto(f"{served.address}/{language}{views[view]}")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=PICTURES / f"{view}-{language}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = axe.run(page, options={"iframes": False}).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert not [(each["id"], [node["html"] for node in each["nodes"][:3]]) for each in serious]
    page.remove_listener("console", note)
    assert view == "missing" or not wrong


def test_click_on_a_number_opens_the_page_with_that_cell_marked_and_in_view(served: Served, chromium: Any) -> None:
    line = next(line for line in served.lines if line["cells"] and line["cells"][0]["path"].startswith("/"))
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{served.address}/zh/reports/{quote(line['agency'])}/{line['year']}?record={line['record_id'][10:-1]}")
    cell = next(each for each in line["cells"] if each["id"] == "requests.new.total")
    page.click(f"a[href$='/cells/{cell['id']}']")
    frame = page.frame_locator("iframe").locator("#kaijuan-marked")
    assert "".join(frame.inner_text().split()) == "".join(cell["raw"].split())
    box, window = frame.bounding_box(), page.locator("iframe").bounding_box()
    assert window["y"] <= box["y"] <= window["y"] + window["height"]
    assert window["x"] <= box["x"] <= window["x"] + window["width"]
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: not url.endswith(cell["id"]))
    page.close()


def test_archived_page_shows_its_own_pictures_and_sheets(served: Served, canary: Canary, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{served.address}/zh/captures/{name_of(canary.address, f'{DRESSED}/page.html')}")
    frame = page.frames[1]
    frame.wait_for_load_state("load")
    logo, head = page.frame_locator("iframe").locator("#logo"), page.frame_locator("iframe").locator("#head")
    assert logo.evaluate("image => image.complete && image.naturalWidth") > 0
    style = head.evaluate("element => [getComputedStyle(element).color, getComputedStyle(element).letterSpacing]")
    assert style == ["rgb(1, 2, 3)", "7px"]  # of the sheet, and of the one that it imports
    page.close()
