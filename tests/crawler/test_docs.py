"""The manual's tables say what the code does."""

import ast
import re

from crawler import settings
from tests.commands import PROJECT

STEMS = ("BACKOFF_", "OUTAGE_", "CRAWL_DELAY_", "DOWNLOAD_DELAY", "DISCOVERY_", "LIST_", "FOLLOW_", "PAGE_PARTS")


def test_settings_are_documented_with_their_defaults() -> None:
    text = (PROJECT / "docs" / "crawling.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", text, re.MULTILINE)
    assert {name: ast.literal_eval(value) for name, value in rows} == {
        name: getattr(settings, name) for name, _ in rows
    }
    ours = {name for name in dir(settings) if name.startswith(STEMS)}
    assert ours <= {name for name, _ in rows}
