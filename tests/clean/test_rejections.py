"""What is no document is named and kept out; what only looks odd is not."""

import pytest

from pipelines.clean.cleaning import clean_capture
from tests.clean.capturing import capture

_SCRIPT = "<script>document.cookie='a=1';location.reload();</script>"


@pytest.mark.parametrize("problem", ["truncated", "unresolved-revisit", "undecodable", "too-large"])
def test_the_archive_s_own_verdict_stands(problem: str) -> None:
    document = clean_capture(capture("<p>全文</p>", problem=problem))
    assert (document.kind, document.rejected) == ("rejected", problem)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            "<html><title>404</title><body><h2>您访问的页面不存在或已被删除</h2><a href='/'>返回首页</a></body></html>",
            "soft-404",
        ),
        (
            "<html><body><div class='nav'><a href='/'>首页</a></div>对不起，您要找的文章不存在！</body></html>",
            "soft-404",
        ),
        ("<html><body><a href='/'>首页</a><h2>404 该页面已经飞到火星去了</h2></body></html>", "soft-404"),
        (f"<html><head>{_SCRIPT}</head><body></body></html>", "refusal"),
        ("<html><script>var arg1='A1B2';document.cookie='acw_sc__v2=1'</script></html>", "refusal"),
        ("<html><title>访问被拦截</title><body>您的请求被拦截，请稍后再试</body></html>", "refusal"),
        ("<html><head><meta http-equiv='refresh' content='0; url=/index.html'></head></html>", "redirect-stub"),
        ("<html><script>window.location.href='http://www.example.gov.cn/new/'</script></html>", "redirect-stub"),
        ("<html><body><div id='app'></div><script src='/js/chunk.js'></script></body></html>", "empty-shell"),
        (
            "<html><body><form>用户登录 用户名 <input name=u> 密码 <input type='password' name=p></form></body></html>",
            "login",
        ),
        ("   \r\n ", "empty-shell"),
    ],
)
def test_a_page_that_is_no_document_is_rejected_with_its_reason(page: str, reason: str) -> None:
    document = clean_capture(capture(page))
    assert (document.kind, document.rejected) == ("rejected", reason)


@pytest.mark.parametrize("width", ["800", "9" * 5000], ids=len)
def test_a_report_as_pictures_is_image_only(width: str) -> None:
    pictures = "".join(f"<p><img src='/p{number}.jpg' width='{width}'></p>" for number in range(4))
    title = "青禾市水利局2022年政府信息公开工作年度报告"
    page = f"<title>{title}</title><h1>{title}</h1>{pictures}"
    assert clean_capture(capture(page)).rejected == "image-only"


def test_bytes_of_no_charset_are_undecodable() -> None:
    assert clean_capture(capture(bytes(range(128, 256)) * 40 + b"\xff\xfe\x80" * 50)).rejected == "undecodable"


@pytest.mark.parametrize("payload", [b"%PDF-1.7\nbroken", b"PK\x03\x04word/document.xml"])
def test_a_broken_file_is_unreadable_or_an_attachment(payload: bytes) -> None:
    document = clean_capture(capture(payload))
    assert (document.kind, document.rejected) in (("rejected", "unreadable"), ("attachment", None))


def test_a_short_page_about_something_is_no_error_page() -> None:
    document = clean_capture(capture("<h1>通知</h1><p>我局定于6月1日召开座谈会，请各科室按时参加。</p>"))
    assert (document.kind, document.rejected) == ("other", None)


def test_news_about_a_report_is_no_report() -> None:
    news = "<p>近日，青禾市水利局通过门户网站向社会发布年度报告，欢迎查阅。</p>"
    page = f"<h1>青禾市水利局发布2022年政府信息公开工作年度报告</h1>{news}"
    assert clean_capture(capture(page)).kind == "other"


def test_a_page_of_links_to_reports_is_a_list() -> None:
    rows = "".join(
        f"<li><a href='t{year}.html'>青禾市水利局{year}年政府信息公开工作年度报告</a><span>{year + 1}-01-20</span></li>"
        for year in range(2015, 2024)
    )
    document = clean_capture(capture(f"<html><title>年报</title><body><ul>{rows}</ul></body></html>"))
    assert document.kind == "list"


def test_robots_txt_is_something_else() -> None:
    assert clean_capture(capture("User-agent: *\nDisallow: /admin/\n", content_type="text/plain")).kind == "other"
