"""Epoint EWB: a front service that answers JSON to JSON; site and folder stand in a script of the platform's.

Cruelty: this server counts pages from 0, and answers a page behind the last with an empty list and status 200.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

from demo.families import pages
from demo.families.pages import Reply, digest
from demo.rendering.page import Article, Chrome, Neighbours

CONTAINER = "ewb-article-info"
_FOLDER = "/EWB-FRONT"
_PATH = f"{_FOLDER}/rest/lightfrontaction/getgovinfolist"
_SITE = "7eb5f7f1-9041-43ad-8e13-8fcb82ea0001"
_CATEGORY = "003005"


def article_path(list_path: str, published: str, number: int) -> str:
    """``/govxxgk/QHZYJ/2023-01-29/<hex>.html``."""
    return f"/govxxgk/{_CATEGORY}/{published}/{digest(str(number))}.html"


def file_addresses(article: str, number: int, suffix: str) -> tuple[str, str]:
    """Attachments come through an action that redirects."""
    name = digest(f"{article}.{suffix}")
    return f"/EWB-FRONT/rest/attach/download?attachGuid={name}&filename={name}.{suffix}", f"/uploads/{name}.{suffix}"


def write_article(chrome: Chrome, article: Article, neighbours: Neighbours) -> str:
    """The article page."""
    return pages.write_article(chrome, article, neighbours, CONTAINER, '<div class="ewb-article-info">')


def write_lists(chrome: Chrome, articles: Sequence[Article]) -> Mapping[str, str]:
    """A column that is one shell for all categories, with the tree in its script."""
    news = {"categorynum": "003003001", "categoryname": "工作动态"}
    tree = [
        {"categorynum": "003001", "categoryname": "政府信息公开指南", "children": []},
        {"categorynum": "003003", "categoryname": "法定主动公开内容", "children": [news]},
        {"categorynum": _CATEGORY, "categoryname": chrome.column},
    ]
    shell = pages.write_list(
        chrome,
        '<div id="tree"></div><ul id="govinfolist"></ul>'
        f"<script>var categoryTree = {json.dumps(tree, ensure_ascii=False)};</script>"
        '<script src="/js/webBuilderCommon.js"></script>'
        '<script>function show(page){ Util.ajax({type: "POST", url: siteInfo.projectName + '
        '"/rest/lightfrontaction/getgovinfolist", contentType: "application/json", data: JSON.stringify({deptcode: "", '
        "categorynum: getQueryString('categorynum'), siteGuid: siteInfo.siteGuid, pageIndex: page, pageSize: 10})}); }"
        "</script>",
        kind="",
        crumbs=False,
    )
    script = f'var siteInfo = {{"projectName": "{_FOLDER}", "siteGuid": "{_SITE}", "name": "{escape(chrome.site)}"}};'
    return {chrome.list_path: shell, "/zfxxgk/": shell, "/js/webBuilderCommon.js": script}


def answer(chrome: Chrome, articles: Sequence[Article], path: str, asked: Mapping[str, str], body: str) -> Reply | None:
    """A page of rows, counted from 0."""
    if path != _PATH:
        return None
    try:
        wish = json.loads(body)
    except ValueError:
        return None
    if (wish.get("siteGuid"), wish.get("categorynum")) != (_SITE, _CATEGORY):
        return Reply(json.dumps({"custom": {"total": 0, "data": []}}), "application/json")
    rows = pages.page_of(articles, int(wish.get("pageIndex", 0)) + 1, int(wish.get("pageSize", 10)))
    found = [
        {"title": row.title[:18], "realtitle": row.title, "infourl": row.path, "infodate": row.published}
        for row in rows
    ]
    text = json.dumps({"custom": {"total": len(articles), "data": found}, "status": {"code": 1}}, ensure_ascii=False)
    return Reply(text, "text/plain; charset=utf-8")
