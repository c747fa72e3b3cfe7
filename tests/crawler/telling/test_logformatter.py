import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.telling.logformatter import BriefFormatter

PAGE = "http://a.gov.cn/"


@pytest.mark.parametrize(
    ("level", "is_made"), [("DEBUG", True), ("10", True), (5, True), ("INFO", False), ("WARNING", False), (40, False)]
)
def test_line_of_a_page_is_made_where_the_log_s_level_lets_it_be_read(level: str | int, is_made: bool) -> None:
    formatter = BriefFormatter.from_crawler(get_crawler(settings_dict={"LOG_LEVEL": level}))
    answer = Response(PAGE, request=Request(PAGE))
    assert (formatter.crawled(Request(PAGE), answer, Spider("any")) is not None) == is_made
    assert (formatter.scraped({}, answer, Spider("any")) is not None) == is_made
