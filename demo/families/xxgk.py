"""Hanweb's disclosure module: a catalogue that a search fills by POST, and annual reports by year.

Cruelty: the column page has no row, only the values; a page behind the last is answered with the last.
"""

from collections.abc import Mapping, Sequence

from demo.families import pages
from demo.families.pages import Reply
from demo.rendering import hanweb
from demo.rendering.page import Article, Chrome

CONTAINER = "article-body"
_PATH = "/module/xxgk/search.jsp"
_AREA = "11990000MB0000000X"

article_path, file_addresses, write_article = hanweb.article_path, hanweb.file_addresses, hanweb.write_article


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """The column: the catalogue's values, and the call that fills it."""
    script = (
        f"<script>var infotypeId = 'A0212', jdid = 2, area = '{_AREA}', divid = 'div7001';\n"
        f"function goPage(n){{ $.ajax({{type: 'POST', url: '{_PATH}?infotypeId=' + infotypeId + '&area=' + area,"
        " data: 'infotypeId=' + infotypeId + '&jdid=' + jdid + '&area=' + area + '&divid=' + divid"
        " + '&vc_title=&vc_number=&currpage=' + n, success: show}); } goPage(1);</script>"
    )
    return {chrome.list_path: pages.write_list(chrome, f'<div id="div7001"></div>{script}')}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """Rows of one page, for a POST alone."""
    if path != _PATH or not body or asked.get("area") != _AREA or asked.get("divid") != "div7001":
        return None
    last = -(-len(articles) // pages.PAGE_SIZE)
    number = min(pages.number_in(asked, "currpage"), last)
    rows = "".join(
        f'<tr class="tr_main_value_odd"><td><a href="{row.path}" title="{row.title}">{row.title}</a></td>'
        f"<td>{row.published}</td></tr>"
        for row in pages.page_of(articles, number)
    )
    return Reply(f"<table>{rows}</table><div>共{last}页</div>")
