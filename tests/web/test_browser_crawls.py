"""Runs as people see them in Chromium, and that a page about a crawl under way follows it without a reload."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.telling.journal import FOLDER, Journal, journal_path, write_journal
from tests.web.conftest import Served
from tests.web.test_browser import PICTURES, SIZES, open_chromium
from tests.web.test_crawls import PORTAL, RUN, run_entry

pytestmark = pytest.mark.browser

WHY = "only refusals: 2 412 script challenge (瑞数)"
BEGUN = f"{RUN[:8]}T093001Z-000000"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    yield from open_chromium()


@pytest.fixture(scope="module")
def archive(served: Served) -> Iterator[Path]:
    """The archive behind the pages, with the journal of a run that has ended."""
    folder = served.folder / "warc"
    write_journal(folder, Journal(run_entry(lacking=1, portals=2), [PORTAL, replace(PORTAL, portal="b", why=WHY)]))
    yield folder
    for path in (folder / FOLDER).iterdir():
        path.unlink()
    (folder / FOLDER).rmdir()


def write_under_way(archive: Path, captures: int, reason: str | None = None) -> None:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    more = {"updated": now, "ended": now if reason else None, "reason": reason}
    entry = run_entry(run=BEGUN, portals=1, **more)
    write_journal(archive, Journal(replace(entry, captures=captures), [replace(PORTAL, open=not reason)]))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("view", "path"), [("run", f"/runs/{RUN}"), ("history", "/portals/a"), ("runs", "")])
def test_view_is_accessible_and_fits_the_window(
    served: Served, chromium: Any, archive: Path, view: str, path: str, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = chromium.new_page()
    page.goto(f"{served.address}/{language}/crawls{path}")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=PICTURES / f"crawls-{view}-{language}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.run(page).response["violations"]
    assert not [each["id"] for each in found if each["impact"] in ("serious", "critical")]
    page.close()


# Milliseconds, by the page's own clock.
_ASKED_AT = """performance.getEntriesByType("resource").filter(each => each.name.includes("state.json"))
    .map(each => each.startTime)"""


def test_page_follows_a_crawl_to_its_end_and_then_asks_no_more(served: Served, chromium: Any, archive: Path) -> None:
    write_under_way(archive, 41)
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "state.json" in request.url else None)
    page.goto(f"{served.address}/en/crawls/runs/{BEGUN}")
    assert "41 answers" in page.inner_text(".lead")
    write_under_way(archive, 42)
    page.get_by_text("42 answers").wait_for(timeout=20_000)
    assert page.locator("p.under-way").count() == 1
    write_under_way(archive, 43, "finished")
    page.get_by_text("43 answers").wait_for(timeout=20_000)
    assert page.locator("p.under-way").count() == 0
    before = len(asked)
    page.wait_for_timeout(4000)
    assert len(asked) == before
    assert all(later - earlier > 2500 for earlier, later in pairwise(page.evaluate(_ASKED_AT)))
    page.close()
    journal_path(archive, BEGUN).unlink()
