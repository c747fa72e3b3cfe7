import pytest

from spiders.families.generic import Generic
from spiders.walking import MOST_BARREN
from tests.spiders.walks import row, titles, walk_list

BASE = "https://www.example.gov.cn/zwgk/nb/"


def page(year: int, *links: str) -> str:
    return f"<ul>{row(year, f'/zwgk/nb/content_{year}00.html')}</ul><div>{''.join(links)}</div>"


@pytest.mark.parametrize("text", ["下一页", "下页", "下一页 >", "后一页", "Next"])
def test_next_link_is_followed_to_the_end(text: str) -> None:
    answers = {BASE: page(2023, f'<a href="list_2.htm">{text}</a>'), f"{BASE}list_2.htm": page(2022)}
    assert walk_list(BASE, answers).titles == titles(2023, 2022)


def test_numbered_links_are_followed_where_there_is_no_next_link() -> None:
    numbers = [f'<a href="?page={number}">{number}</a>' for number in (1, 2, 3)]
    answers = {
        BASE: page(2023, *numbers),
        f"{BASE}?page=2": page(2022, *numbers),
        f"{BASE}?page=3": page(2021, *numbers),
    }
    assert walk_list(BASE, answers).titles == titles(2023, 2022, 2021)


def test_number_that_leads_to_another_folder_is_no_page() -> None:
    assert walk_list(BASE, {BASE: page(2023, '<a href="/calendar/2">2</a>')}).urls == [BASE]


def test_next_link_on_another_host_is_not_followed() -> None:
    answers = {BASE: page(2023, '<a href="https://elsewhere.example.com/2">下一页</a>')}
    assert walk_list(BASE, answers).urls == [BASE]


def test_next_article_is_no_next_page() -> None:
    assert walk_list(BASE, {BASE: page(2023, '<a href="t_2.htm">下一篇</a>')}).urls == [BASE]


def test_pager_that_turns_in_a_circle_ends() -> None:
    answers = {
        BASE: page(2023, '<a href="b.htm">下一页</a>'),
        f"{BASE}b.htm": page(2022, f'<a href="{BASE}">下一页</a>'),
    }
    walked = walk_list(BASE, answers)
    assert walked.titles == titles(2023, 2022)
    assert walked.stopped is not None
    assert "circle" in walked.stopped


def test_endless_pages_that_repeat_themselves_end() -> None:
    answers = {BASE: page(2023, '<a href="?page=2">下一页</a>')}
    answers |= {f"{BASE}?page={n}": page(2023, f'<a href="?page={n + 1}">下一页</a>') for n in range(2, 99)}
    walked = walk_list(BASE, answers)
    assert len(walked.urls) == 2
    assert walked.stopped == "page 2 brings no new row"


def test_endless_news_end_at_a_bound() -> None:
    def news(number: int) -> str:
        return f'<li><a href="content_9{number:04}.html">要闻</a></li><a href="?page={number + 1}">下一页</a>'

    answers = {BASE: news(1)} | {f"{BASE}?page={number}": news(number) for number in range(2, 999)}
    walked = walk_list(BASE, answers)
    assert len(walked.urls) == MOST_BARREN
    assert walked.stopped == f"{MOST_BARREN} pages in a row hold no report"


def test_base_address_of_the_page_is_obeyed() -> None:
    first = f'<base href="{BASE}sub/">{page(2023, "<a href=2.htm>下一页</a>")}'
    assert walk_list(BASE, {BASE: first, f"{BASE}sub/2.htm": page(2022)}, Generic()).titles == titles(2023, 2022)
