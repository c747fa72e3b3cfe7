from spiders.hrefs import Frontier, find_hrefs

URL = "http://www.example.gov.cn/zwgk/nb/index.html?page=2"


def hrefs(body: str, url: str = URL) -> list[str]:
    return find_hrefs(f"<html><body>{body}</body></html>".encode(), url)


def test_each_address_is_told_once_in_page_order() -> None:
    found = hrefs('<a href="b.html">乙</a><a href="./a.html">甲</a><a href="/zwgk/nb/b.html#top">乙</a>')
    assert found == ["http://www.example.gov.cn/zwgk/nb/b.html", "http://www.example.gov.cn/zwgk/nb/a.html"]


def test_query_alone_keeps_the_name_of_the_page() -> None:
    assert hrefs('<a href="?page=3">下一页</a>') == ["http://www.example.gov.cn/zwgk/nb/index.html?page=3"]
    assert hrefs('<a href="?page=3">x</a>', "http://www.example.gov.cn/zwgk/nb/list.html") == [
        "http://www.example.gov.cn/zwgk/nb/list.html?page=3"
    ]


def test_base_of_the_page_is_where_relative_addresses_start() -> None:
    found = hrefs('<base href="/other/"><a href="a.html">甲</a><area href="b.html">')
    assert found == ["http://www.example.gov.cn/other/a.html", "http://www.example.gov.cn/other/b.html"]


def test_slashes_in_a_query_are_no_folder() -> None:
    assert hrefs('<a href="a.html">甲</a>', "http://www.example.gov.cn/x/list?path=/y/z/") == [
        "http://www.example.gov.cn/x/a.html"
    ]


def test_home_without_a_path_has_a_folder_too() -> None:
    assert hrefs('<a href="a.html">甲</a>', "http://www.example.gov.cn") == ["http://www.example.gov.cn/a.html"]
    assert hrefs('<a href="//cdn.example.cn/a.html">甲</a>') == ["http://cdn.example.cn/a.html"]


def test_scripts_mail_and_fragments_are_no_addresses() -> None:
    assert (
        hrefs('<a href="javascript:go()">x</a><a href="mailto:a@b.cn">x</a><a href="#top">x</a><a href="">x</a>') == []
    )


def test_bytes_that_are_no_text_have_none() -> None:
    assert find_hrefs(b"%PDF-1.4\x00\xff\xfe\x80" + bytes(range(256)) * 20, URL) == []


def test_page_in_gb18030_keeps_its_names() -> None:
    body = '<meta charset="gb2312"><a href="报告.html">报告</a>'.encode("gb18030")
    assert find_hrefs(body, URL, "text/html; charset=gb2312") == ["http://www.example.gov.cn/zwgk/nb/报告.html"]


def test_frontier_gives_an_address_once_with_the_page_that_first_linked_it() -> None:
    frontier = Frontier()
    frontier.meet(["a", "b", "a"], "one")
    frontier.meet(["b", "c"], "two")
    assert list(frontier.take()) == [("a", "one"), ("b", "one"), ("c", "two")]
    frontier.meet(["a"], "three")
    assert list(frontier.take()) == []


def test_frontier_holds_back_what_exceeds_its_width() -> None:
    frontier = Frontier(width=2)
    frontier.meet("abcd")
    assert [url for url, _ in frontier.take()] == ["a", "b"]
    assert list(frontier.take()) == []
    frontier.ended()
    assert [url for url, _ in frontier.take()] == ["c"]
