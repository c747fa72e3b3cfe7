"""The views as people see them: headless Chromium, both languages, two widths; ``make browser``."""

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.commands import PROJECT
from tests.web.conftest import Served

pytestmark = pytest.mark.browser

PICTURES = PROJECT / "var" / "browser"
SIZES = {1280: 900, 390: 844}


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


TRENDS = ("trends", "trends-set", "trends-many")
VIEWS = ("coverage", "coverage-broken", "report", "proof", "proof-pdf", "missing", *TRENDS)


def views(served: Served) -> dict[str, str]:
    broken = next(line for line in served.lines if any(c["result"] == "broken" for c in line["identities"]))
    paged = next(line for line in served.lines if line["cells"] and line["cells"][0]["path"].startswith("page"))
    name = broken["record_id"][10:-1]
    agencies = sorted({line["agency"] for line in served.lines if line["agency"]})
    return {
        "coverage": "/coverage",
        "coverage-broken": "/coverage?state=broken",
        "report": f"/reports/{quote(broken['agency'])}/{broken['year']}",
        "proof": f"/captures/{name}/cells/requests.new.total",
        "proof-pdf": f"/captures/{paged['record_id'][10:-1]}/cells/requests.new.total",
        "trends": f"/trends?agency={quote(broken['agency'])}",
        "trends-set": "/trends?level=provincial",
        "trends-many": "/trends?" + "&".join(f"agency={quote(name)}" for name in agencies[:5]),
        "missing": f"/reports/{quote(broken['agency'])}/1999",
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_view_is_accessible_and_fits_the_window(served: Served, chromium: Any, view: str, language: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES.items():
        page = chromium.new_page(viewport={"width": width, "height": height})
        wrong: list[str] = []
        page.on("console", lambda message, wrong=wrong: wrong.append(message.text) if message.type == "error" else None)
        page.goto(f"{served.address}/{language}{views(served)[view]}")
        page.screenshot(path=PICTURES / f"{view}-{language}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = axe.run(page, options={"iframes": False}).response["violations"]
        page.close()
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert not [(each["id"], [node["html"] for node in each["nodes"][:3]]) for each in serious]
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
