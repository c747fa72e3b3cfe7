from types import SimpleNamespace
from typing import Any

import pytest

from crawler.commands.crawl import Command


@pytest.mark.parametrize(
    ("stats", "code"),
    [
        ({"finish_reason": "finished"}, 0),
        ({"finish_reason": "closespider_pagecount"}, 0),
        ({"finish_reason": "finished", "ledger/lacking": 2}, 3),
        ({"finish_reason": "finished", "ledger/lacking": 2, "spider_exceptions/count": 1}, 1),
        ({"finish_reason": "archive-failed"}, 1),
        ({"finish_reason": "refine-failed"}, 1),
        ({"finish_reason": "shutdown"}, 1),
        ({}, 1),
    ],
)
def test_exit_code_tells_how_the_crawl_ended(stats: dict[str, Any], code: int) -> None:
    crawler: Any = SimpleNamespace(stats=SimpleNamespace(get_value=stats.get))
    assert Command._judge(crawler) == code
