"""The title of a page however it is printed, and the agency that it names in short."""

import pytest

from pipelines.clean.agencies import find_level, find_place, is_unlisted_city
from pipelines.clean.cleaning import clean_capture
from pipelines.clean.titles import TitleFacts, read_title, split_site
from pipelines.document import Identity
from tests.clean.capturing import capture
from tests.clean.made import make_report
from tests.clean.quirks import draw_items

AGENCY = "青汀县渡口管理局"
TITLE = f"{AGENCY}2022年政府信息公开工作年度报告"


def read(head: str, declared: str = "内容页", signed: str = AGENCY, context: dict[str, str] | None = None) -> Identity:
    report = make_report(5)
    body = f"{draw_items(report).replace(report.agency, signed)}<p>{signed}</p>"
    page = f"<html><head><title>{declared}</title></head><body>{head}<div>{body}</div></body></html>"
    return clean_capture(capture(page, "http://www.example.gov.cn/x.html", context=context or {})).identity


@pytest.mark.parametrize("tag", ["div", "p", "td", "span", "h1"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{AGENCY}2022年", "政府信息公开工作年度报告"),
        (f"{AGENCY}关于", "2022年政府信息公开工作情况的报告"),
        (f"{AGENCY}2022年政府信息公开工作", "年度报告"),
    ],
)
def test_title_on_two_lines_of_one_element_is_whole(tag: str, first: str, second: str) -> None:
    line = f"<{tag}>{first}<br>{second}</{tag}>"
    head = f"<table><tr>{line}</tr></table>" if tag == "td" else f"<div>{line}</div>"
    assert read(head).title == first + second


@pytest.mark.parametrize("tag", ["div", "span", "h1"])
def test_bare_title_on_two_lines_of_one_element_is_whole(tag: str) -> None:
    head = f"<div><{tag}>2022年政府信息公开工作<br>年度报告</{tag}></div>"
    assert read(head).title == "2022年政府信息公开工作年度报告"


def test_title_waits_with_its_body_for_a_script() -> None:
    report = make_report(5)
    body = f"<div style='display:none'><p>{TITLE}</p>{draw_items(report)}</div>"
    page = f"<html><body><p>欢迎光临门户网站！</p>{body}</body></html>"
    assert clean_capture(capture(page)).identity.title == TITLE


def test_line_above_a_title_that_is_no_beginning_of_it_stays_out() -> None:
    head = "<div>来源：办公室 2021年1月5日<br>政府信息公开工作年度报告</div>"
    title = read(head).title or ""
    assert "来源" not in title
    assert "2021" not in title


@pytest.mark.parametrize("declared", [f"{TITLE} 政府信息公开年报 {AGENCY}", f"{AGENCY} 政府信息公开年报 {TITLE}"])
def test_title_is_told_from_names_set_beside_it_by_blanks(declared: str) -> None:
    assert TITLE in split_site(declared)
    assert read("", declared).title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "湖南乡人民政府2024年度信息公开年报",
        "湖南乡人民政府信息公开年报（2024年）",
        "2024年湖南乡人民政府政府信息公开年报",
    ],
)
def test_government_is_not_torn_from_its_name(title: str) -> None:
    assert read_title(title) == TitleFacts("湖南乡人民政府", 2024)


def test_blank_within_a_title_does_not_cut_it() -> None:
    assert split_site(f"{AGENCY} 2022年政府信息公开工作年度报告") == [TITLE]


@pytest.mark.parametrize(
    "box",
    [
        f"<ul><li><span>名　　称</span><em>{TITLE}</em></li><li><span>发布机构</span><em>{AGENCY}</em></li></ul>",
        f"<p><b>服务对象</b><i>全社会</i><b>名 称</b><i>{TITLE}</i><b>发布机构</b><i>{AGENCY}</i></p>",
    ],
)
def test_label_in_an_element_of_its_own_is_no_part_of_the_title(box: str) -> None:
    identity = read(box)
    assert (identity.title, identity.agency, identity.origins["title"]) == (TITLE, AGENCY, "info-box")


def test_short_name_in_a_title_is_completed_by_the_signature() -> None:
    identity = read("<h1>省渡口管理厅2022年政府信息公开工作年度报告</h1>", signed="麦渚省渡口管理厅")
    assert (identity.agency, identity.origins["agency"]) == ("麦渚省渡口管理厅", "signature")


def test_short_name_in_a_title_is_completed_by_the_catalogue() -> None:
    context = {"agency": "麦渚省渡口管理厅", "level": "provincial"}
    identity = read("<h1>省渡口管理厅2022年政府信息公开工作年度报告</h1>", context=context)
    assert (identity.agency, identity.origins["agency"]) == ("麦渚省渡口管理厅", "context")


def test_whole_name_in_a_title_is_not_taken_from_the_catalogue() -> None:
    context = {"agency": f"云岭省{AGENCY}", "level": "county"}
    assert read(f"<h1>{TITLE}</h1>", context=context).origins["agency"] != "context"


@pytest.mark.parametrize(
    ("agency", "level", "county"),
    [
        ("铜陵市城市管理局", "municipal", None),
        ("湖南省城市管理厅", "provincial", None),
        ("青山市城市管理局", "county", "青山市"),
        ("诸城市应急管理局", "county", "诸城市"),
        ("合肥市社区矫正管理局", "municipal", None),
        ("白溪省梯田水利局", "provincial", None),
        ("麦渚省青汀县渡口管理局", "county", "青汀县"),
    ],
)
def test_words_that_end_like_places_are_none(agency: str, level: str, county: str | None) -> None:
    assert (find_level(agency), find_place(agency).county) == (level, county)


def test_office_for_a_city_is_no_city_below_it() -> None:
    assert is_unlisted_city("麦岗市城市管理局")
    assert not is_unlisted_city("麦岗市青汀区城市管理局")


def test_value_of_the_box_is_no_line_of_a_bare_title() -> None:
    box = f"<dl><dt>索引号</dt><dd>754643673/2023-1</dd><dt>发文机关</dt><dd>{AGENCY}</dd></dl>"
    for values in (box, f"<p>公开主体：{AGENCY}</p>", f"<p>热烈欢迎您访问{AGENCY}网站</p>"):
        identity = read(f"<div>{values}</div><h1>2022年度政府信息公开年报</h1>")
        assert (identity.title, identity.agency) == ("2022年度政府信息公开年报", AGENCY)


def test_bare_title_is_told_from_names_set_beside_it_by_blanks() -> None:
    bare = "2022年政府信息公开工作年度报告"
    assert split_site(f"{AGENCY} 信息公开年报 {bare}") == [AGENCY, "信息公开年报", bare]


@pytest.mark.parametrize("site", ["青汀政务公开网", f"{AGENCY}门户网站"])
def test_bare_title_is_told_from_the_name_of_a_portal(site: str) -> None:
    assert read("", f"2022年政府信息公开工作年度报告 {site}").title == "2022年政府信息公开工作年度报告"


def test_sentence_that_breaks_is_no_title() -> None:
    first, second = "现将2022年我局政府信息公开工作有关情况报告如下，所列数", "据统计口径截至2022年底。"
    identity = read(f"<h1>2022年政府信息公开工作年度报告</h1><div><p>{first}<br>{second}</p></div>")
    assert identity.title == "2022年政府信息公开工作年度报告"
    assert identity.agency == AGENCY


def test_the_second_report_of_a_page_signs_for_itself_alone() -> None:
    bare = "<h1>2022年政府信息公开工作年度报告</h1>"
    first = "<p>一、总体情况</p><p>根据有关条例要求，杭州市水利局编制了2022年度政府信息公开工作年度报告，现予公布。</p>"
    first += "<p>二、主动公开情况</p><p>全年公开信息四百二十三条，办理申请七件，全部按期答复，没有复议和诉讼。</p>"
    other = "<h2>麦榆县乡村戏台局2022年政府信息公开工作年度报告</h2><p>本年度我局认真做好信息公开工作，成效明显。</p>"
    page = f"<html><body>{bare}{first}{other}<p>麦榆县乡村戏台局</p><p>2023年1月5日</p></body></html>"
    identity = clean_capture(capture(page)).identity
    assert (identity.agency, identity.region) == ("杭州市水利局", "330100")
