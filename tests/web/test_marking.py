"""Archived pages are shown with nothing in them that runs, fetches or leads away."""

from typing import Any

import pytest
from lxml import html

from pipelines.clean.htmltree import grow_tree
from web.archived.marking import MARK, mark_page

PAGE = """<html><head><meta http-equiv="refresh" content="0;url=http://a.example/"><base href="http://a.example/">
<link rel="stylesheet" href="http://a.example/x.css"><style>@import "http://a.example/y.css"; p{color:red;
background:url(http://a.example/z.png)}</style><script>alert(1)</script></head>
<body onload="alert(2)"><form action="http://a.example/"><input formaction="javascript:alert(3)"></form>
<a href="javascript:alert(4)" ping="http://a.example/">x</a><img src="http://a.example/1.png" srcset="2.png 2x">
<iframe srcdoc="<script>alert(5)</script>"></iframe><svg><script>alert(6)</script><a xlink:href="http://a.example/"/></svg>
<object data="a"></object><embed src="a"><video poster="http://a.example/v"></video>
<div style="display: none"><table><tr><td id="kaijuan-marked">1</td><td style="background:url(http://a.example/q)">42</td>
</tr></table></div>text<script>alert(7)</script> behind</body></html>"""


def test_nothing_that_runs_or_fetches_is_left() -> None:
    content, _ = mark_page(PAGE, None)
    said = content.decode("utf-8").lower()
    assert "a.example" not in said
    assert "alert" not in said
    assert "<script" not in said
    assert "text behind" in said


def test_marked_cell_is_the_only_one_of_its_name_and_is_shown() -> None:
    root: Any = grow_tree(PAGE)[0]
    path = next(each.getroottree().getpath(each) for each in root.iter("td") if each.text == "42")
    content, found = mark_page(PAGE, path)
    assert found
    tree: Any = html.fromstring(content)
    (marked,) = tree.xpath(f"//*[@id='{MARK}']")
    assert marked.text == "42"
    assert "none" not in (marked.getparent().getparent().getparent().get("style") or "")


@pytest.mark.parametrize(
    "path", ["/html/body/p[9]", "//td", "/html/body/div[position()=1]", "count(//td)", "", "line 3"]
)
def test_path_that_is_none_marks_nothing(path: str) -> None:
    assert mark_page(PAGE, path)[1] is False
