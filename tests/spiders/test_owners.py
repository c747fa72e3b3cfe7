import pytest

from spiders.owners import find_owner, is_own
from spiders.pages import Page


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("云岭省应急管理厅2022年政府信息公开工作年度报告", "云岭省应急管理厅"),
        ("省应急管理厅2022年政府信息公开工作年度报告", "云岭省应急管理厅"),
        ("2022年政府信息公开工作年度报告", "云岭省应急管理厅"),
        ("二〇二二年政府信息公开年报", "云岭省应急管理厅"),
        ("市应急局2022年政府信息公开年报", "石桥市应急管理局"),
        ("县人社局2022年政府信息公开年度报告", "柳溪县人力资源和社会保障局"),
        ("望溪县2022年政府信息公开工作年度报告", "望溪县人民政府"),
        ("望溪县人民政府办公室2022年度报告", "望溪县人民政府"),
        ("关于公布清河市财政局2022年政府信息公开年度报告的公告", "清河市财政局"),
        ("某某局2022年政府信息公开年度报告", None),
    ],
)
def test_row_of_the_portal_s_own_agency(title: str, agency: str | None) -> None:
    assert is_own(title, agency)


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("云岭省林业局2022年政府信息公开工作年度报告", "云岭省应急管理厅"),
        ("鄂尔多斯市2019年政府信息公开工作年度报告", "鄂尔多斯市恩格贝生态示范区管理委员会"),
        ("望溪县水务局2022年度报告", "望溪县人民政府"),
        ("清河市2022年政府信息公开年度报告", "清河市水务局"),
        ("清河市应急管理局2022年政府信息公开年报", "清河市澜湾区应急管理局"),
        ("清河市财政局2022年度报告", "云岭省财政厅"),
    ],
)
def test_row_of_another_agency(title: str, agency: str) -> None:
    assert not is_own(title, agency)


@pytest.mark.parametrize(
    "markup",
    [
        '<meta name="sitename" content="云岭省应急管理厅门户网站">',
        "<title>首页 - 云岭省应急管理厅</title>",
        "<title>欢迎访问云岭省应急管理厅官方网站</title>",
        "<div class=foot>主办单位：云岭省应急管理厅　承办：信息中心</div>",
    ],
)
def test_agency_is_read_from_what_a_home_page_says(markup: str) -> None:
    page = Page("http://a.gov.cn/", f'{markup}<meta name="SiteIDCode" content="5300000012">'.encode())
    owner = find_owner(page)
    assert (owner.agency, owner.level, owner.region) == ("云岭省应急管理厅", "provincial", "530000")


def test_page_that_says_nothing_has_no_owner() -> None:
    assert find_owner(Page("http://a.gov.cn/", "<title>政府信息公开</title>".encode())).agency is None
