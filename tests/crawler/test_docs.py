"""The manual's tables say what the code does."""

import ast
import re

import pytest

from crawler import settings
from tests.commands import PROJECT

PAGES = {
    "crawling": (
        *("BACKOFF_", "OUTAGE_", "CRAWL_DELAY_", "DOWNLOAD_DELAY"),
        *("DISCOVERY_", "LIST_", "FOLLOW_", "PAGE_PARTS"),
    ),
    "watching": ("ALERT_", "DISK_", "LOG_JSON", "METRICS_", "WATCH_"),
}


@pytest.mark.parametrize("page", PAGES)
def test_settings_are_documented_with_their_defaults(page: str) -> None:
    text = (PROJECT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", text, re.MULTILINE)
    assert {name: ast.literal_eval(value) for name, value in rows} == {
        name: getattr(settings, name) for name, _ in rows
    }
    ours = {name for name in dir(settings) if name.startswith(PAGES[page])}
    assert ours <= {name for name, _ in rows}
