import pytest

from spiders.attachments import find_attachments
from spiders.pages import Page
from spiders.parts import find_images, find_inner_pages, find_styles

URL = "http://www.example.gov.cn/nb/202301/t20230118_123.html"
PROSE = "<p>本机关按照要求开展政府信息公开工作，全年主动公开信息，依申请公开均按时答复。</p>" * 20


def page(markup: str) -> Page:
    return Page(URL, f"<html><body>{markup}</body></html>".encode())


def images(markup: str) -> list[tuple[str, str]]:
    return [(link.url.rpartition("/")[2], kind) for link, kind in find_images(page(markup))]


def test_report_of_images_alone_has_them_as_attachments() -> None:
    body = "".join(f'<p><img src="./W0202301{n}.jpg" width="800"></p>' for n in range(3))
    assert images(f'<div class="TRS_Editor">{body}</div>') == [(f"W0202301{n}.jpg", "attachment") for n in range(3)]


def test_image_beside_prose_is_a_part_of_the_page() -> None:
    assert images(f'{PROSE}<img data-src="chart.png" src="data:image/gif;base64,R0">') == [("chart.png", "other")]


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="header"><img src="banner1.jpg"></div>',
        '<img src="/images/logo.png">',
        '<img src="dot.gif" width="5">',
        '<div id="share-box"><img src="a.png"></div>',
        "<footer><img src=b.png></footer>",
        '<p class="ewm"><img src="code.png"></p>',
    ],
)
def test_dressing_is_no_image_of_the_body(markup: str) -> None:
    assert images(markup) == []


def test_style_sheets_are_told_once() -> None:
    found = find_styles(
        page('<link rel="stylesheet" href="/a.css"><link REL=StyleSheet href=/a.css><link rel=icon href=i.ico>')
    )
    assert [link.url for link in found] == ["http://www.example.gov.cn/a.css"]


def test_report_in_a_frame_is_found_and_widgets_are_not() -> None:
    frames = (
        '<iframe src="body.html"></iframe><iframe src="/pdf/viewer.html?file=/a.pdf"></iframe><iframe src="/tianqi/x">'
    )
    assert find_inner_pages(page(frames)) == ["http://www.example.gov.cn/nb/202301/body.html"]


def test_page_that_holds_the_report_has_no_frame_worth_a_look() -> None:
    sections = "一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 五、存在的主要问题及改进情况"
    assert find_inner_pages(page(f"{sections}{PROSE}<iframe src=related.html></iframe>")) == []


def test_stub_leads_to_the_report() -> None:
    assert find_inner_pages(page("<script>location.href='/real/1.html'</script>")) == [
        "http://www.example.gov.cn/real/1.html"
    ]


def test_article_cut_into_pages_is_whole() -> None:
    script = '<script>createPageHTML(3, 0, "t20230118_123", "html");</script>'
    assert [url.rpartition("/")[2] for url in find_inner_pages(page(PROSE + script))] == [
        "t20230118_123_1.html",
        "t20230118_123_2.html",
    ]


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<iframe src="/pdfjs/web/viewer.html?file=%2Ffiles%2Fnb.pdf"></iframe>', "/files/nb.pdf"),
        ('<iframe src="/pdfjs/web/viewer.html?file=../../nb.pdf"></iframe>', "/nb.pdf"),
        ('<iframe src="viewer.html#file=/files/nb.pdf&amp;page=1"></iframe>', "/files/nb.pdf"),
        ('<object data="nb.pdf" type="application/pdf"></object>', "/nb/202301/nb.pdf"),
        ('<script>PDFObject.embed("/u/nb.pdf", "#box");</script>', "/u/nb.pdf"),
        ("<script>var f = '\\/u\\/nb.ofd';</script>", "/u/nb.ofd"),
        ('<a href="javascript:void(0)" onclick="window.open(\'/u/nb.wps\')">附件</a>', "/u/nb.wps"),
        ('<a href="/download.jsp?id=7">附件下载</a>', "/download.jsp?id=7"),
        (
            '<a href="/system/_content/download.jsp?wbfileid=9">2022年政府信息公开年度报告</a>',
            "/system/_content/download.jsp?wbfileid=9",
        ),
        ('<a href="/api/get?id=77" download="nb.pdf">全文</a>', "/api/get?id=77"),
        ('<a href="/attachment/7788">2023年度报告.pdf</a>', "/attachment/7788"),
        ('<a href="/sys/attachDown?fileId=ab">附件：2023年度报告</a>', "/sys/attachDown?fileId=ab"),
    ],
)
def test_file_is_found_in_whatever_shows_it(markup: str, name: str) -> None:
    assert [link.url for link in find_attachments(page(markup))] == [f"http://www.example.gov.cn{name}"]


def test_image_that_is_loaded_late_is_not_its_placeholder() -> None:
    assert images('<img src="/images/loading.gif" data-original="/s/1.jpg">') == [("1.jpg", "attachment")]


def test_images_in_script_count_where_a_page_has_nothing_else() -> None:
    script = "<script>var pages = ['/s/1.jpg', '/s/2.jpg', '/images/logo.png'];</script>"
    assert images(script) == [("1.jpg", "attachment"), ("2.jpg", "attachment")]
    assert images(PROSE + script) == []


def test_body_that_a_script_loads_is_an_inner_page() -> None:
    script = '<div id="c"></div><script>$("#c").load("/nb/body_123.html"); $.get("/hits.jsp?id=3")</script>'
    assert find_inner_pages(page(script)) == ["http://www.example.gov.cn/nb/body_123.html"]
    assert find_inner_pages(page(PROSE + script)) == []


def test_article_cut_into_pages_that_it_links_is_whole() -> None:
    links = '<a href="t20230118_123_1.html">2</a><a href="t20230118_123_1.html">下一页</a>'
    links += '<a href="t20230119_124.html">下一篇</a>'
    assert [url.rpartition("/")[2] for url in find_inner_pages(page(PROSE + links))] == ["t20230118_123_1.html"]
