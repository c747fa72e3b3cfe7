import pytest

from spiders.families.trs import Trs
from spiders.pages import Page
from tests.spiders.walks import row, titles, walk_list

BASE = "http://mzt.example.gov.cn/zfxxgk/zfxxgknb/"


def list_page(year: int, current: int, total: int = 3) -> str:
    script = f'<script>createPageHTML({total}, {current}, "index", "html");</script>'
    return f"<ul>{row(year, f'./{year + 1}01/t{year + 1}0120_{year}.html')}</ul>{script}"


def test_second_page_is_index_1_where_the_list_is_a_folder() -> None:
    answers = {BASE: list_page(2023, 0), f"{BASE}index_1.html": list_page(2022, 1)}
    answers[f"{BASE}index_2.html"] = list_page(2021, 2)
    walked = walk_list(BASE, answers)
    assert walked.titles == titles(2023, 2022, 2021)
    assert walked.urls == [BASE, f"{BASE}index_1.html", f"{BASE}index_2.html"]
    assert walked.stopped is None


def test_wrong_guess_that_serves_page_one_again_is_detected() -> None:
    first = f"{BASE}index.html"
    answers = {first: list_page(2023, 0), f"{BASE}index_1.html": list_page(2023, 0)}
    answers |= {f"{BASE}index_2.html": list_page(2022, 1), f"{BASE}index_3.html": list_page(2021, 2)}
    walked = walk_list(first, answers)
    assert walked.titles == titles(2023, 2022, 2021)
    assert walked.urls[1:] == [f"{BASE}index_{number}.html" for number in (1, 2, 3)]


def test_wrong_guess_that_is_missing_is_followed_by_the_other() -> None:
    first = f"{BASE}index.html"
    answers = {first: list_page(2023, 0, 2), f"{BASE}index_2.html": list_page(2022, 1, 2)}
    assert walk_list(first, answers).titles == titles(2023, 2022)


def test_list_ending_in_index_html_with_the_low_numbers_skips_no_page() -> None:
    first = f"{BASE}index.html"
    answers = {first: list_page(2023, 0), f"{BASE}index_1.html": list_page(2022, 1)}
    answers[f"{BASE}index_2.html"] = list_page(2021, 2)
    assert walk_list(first, answers).titles == titles(2023, 2022, 2021)


def test_total_that_lies_ends_the_walk_with_a_word() -> None:
    answers = {BASE: list_page(2023, 0, 9), f"{BASE}index_1.html": list_page(2022, 1, 9)}
    walked = walk_list(BASE, answers)
    assert walked.titles == titles(2023, 2022)
    assert walked.stopped == "no answer"
    assert len(walked.urls) == 3


@pytest.mark.parametrize(
    "script",
    [
        "createPageHTML('pager', 2, 0, 'list', 'shtml', 30)",
        'createPageHTML( 2 , 0 , "list" , "shtml" )',
    ],
)
def test_pager_call_is_read_in_its_variants(script: str) -> None:
    pager = Trs().read_pager(Page(BASE, f"<script>{script}</script>".encode()))
    assert pager is not None
    assert (pager.total, pager.name, pager.extension) == (2, "list", "shtml")


def test_pager_spelled_out_in_variables_is_read() -> None:
    script = 'var currentPage = 0;//从0开始\nvar countPage = 2\ndocument.write("<a href=\\"index."+"html\\">首页</a>");'
    answers = {BASE: f"<ul>{row(2023, './t20240120_1.html')}</ul><script>{script}</script>"}
    answers[f"{BASE}index_1.html"] = f"<ul>{row(2022, './t20230120_1.html')}</ul>"
    assert walk_list(BASE, answers, Trs()).titles == titles(2023, 2022)


def test_definition_of_the_pager_is_no_call() -> None:
    text = "<script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}</script>"
    assert Trs().read_pager(Page(BASE, text.encode())) is None
