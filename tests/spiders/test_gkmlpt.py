import json

from spiders.families import recognise_family
from spiders.families.base import Turn
from spiders.families.gkmlpt import Gkmlpt
from spiders.pages import Page
from tests.spiders.walks import titles, walk_list

INDEX = "http://www.example.gov.cn/yjj/gkmlpt/index"
API = "http://www.example.gov.cn/yjj/gkmlpt/api/all/2811"
TREE = (
    '<div id="app"></div><script>window._CONFIG = {SID: \'755031\', TREE: [{"id":2800,"name":"政策","children":'
    '[{"id":2801,"name":"规范性文件","children":[]}]},{"id":2811,"parent":0,"name":"\\u653f\\u5e9c\\u4fe1\\u606f'
    '\\u516c\\u5f00\\u5e74\\u62a5","children":[]}]};</script>'
)


def articles(*years: int, total: int) -> str:
    rows = [
        {
            "title": f"云岭省民政厅{year}年政府信息公开工作年度报告",
            "url": f"http://www.example.gov.cn/yjj/gkmlpt/content/10/post_{year}.html",
            "display_publish_time": 1674979200,
        }
        for year in years
    ]
    return json.dumps({"total": total, "articles": rows})


def test_category_of_the_annual_reports_is_found_in_the_tree() -> None:
    answers = {INDEX: TREE, f"{API}?page=1&sid=755031": articles(2023, 2022, total=3)}
    answers[f"{API}?page=2&sid=755031"] = articles(2021, total=3)
    walked = walk_list(INDEX, answers)
    assert walked.titles == titles(2023, 2022, 2021)
    assert walked.stopped is None


def test_category_behind_the_hash_wins_over_the_tree() -> None:
    assert Gkmlpt().find_category(Page(INDEX, TREE.encode()), Turn(f"{INDEX}#99")) == "99"


def test_folder_above_the_platform_is_kept() -> None:
    turn = Gkmlpt().find_turn(Page(INDEX, TREE.encode()), Turn(INDEX))
    assert turn is not None
    assert turn.url == f"{API}?page=1&sid=755031"


def test_date_is_that_of_beijing() -> None:
    links = Gkmlpt().find_links(Page(f"{API}?page=1", articles(2022, total=1).encode()), Turn(API))
    assert [link.date for link in links] == ["2023-01-29"]


def test_list_that_starts_at_the_api_is_walked() -> None:
    answers = {f"{API}?page=1&sid=5": articles(2023, total=2), f"{API}?page=2&sid=5": articles(2022, total=2)}
    assert walk_list(f"{API}?page=1&sid=5", answers).titles == titles(2023, 2022)


def test_family_is_recognised_by_its_folder() -> None:
    assert recognise_family(Page(INDEX, TREE.encode())).name == "gkmlpt"
