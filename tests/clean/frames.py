"""The frames of eight families of portal software, drawn around a made-up body; all names and words are our own."""

import random

from tests.clean.made import Report

FAMILIES = ("trs", "hanweb", "gkmlpt", "ucap", "vsb", "lonsun", "aspnet", "plain")
_BODY = {
    "trs": '<div class="TRS_Editor">{}</div>',
    "hanweb": '<div id="zoom">{}</div>',
    "gkmlpt": '<div class="article-content">{}</div>',
    "ucap": '<div class="pages_content" id="UCAP-CONTENT">{}</div>',
    "vsb": '<div id="vsb_content"><div class="v_news_content">{}</div></div>',
    "lonsun": '<div class="j-fontContent">{}</div>',
    "aspnet": '<td class="xx">{}</td>',
    "plain": "<div>{}</div>",
}
_MENU = ("机构职能", "政策文件", "政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开", "通知公告")
_NEWS = ("我市召开防汛抗旱工作会议", "关于开展节前安全检查的通知", "政府信息公开条例宣传月活动启动", "2021年度部门决算公开说明", "望川市水利局2021年政府信息公开工作年度报告")
CHROME = (
    "当前位置", "分享到", "上一篇", "下一篇", "相关链接", "友情链接", "版权所有", "网站标识码", "公网安备", "扫一扫", "打印本页", "关闭窗口",
    "责任编辑", "浏览次数", "索引号", "无障碍浏览", "设为首页", *_MENU[:3], *_NEWS,
)  # fmt: skip


def draw_page(report: Report, body: str, family: str, rng: random.Random) -> str:
    """The whole page of a family around the HTML of a body."""
    head = _draw_head(report, family, rng)
    crumbs = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="./">政府信息公开年报</a></div>'
    top = '<div class="top"><a href="#">设为首页</a> | <a href="#">无障碍浏览</a></div>' + _draw_menu(family)
    main = f"{_draw_box(report, rng)}<h1>{report.title}</h1>{_draw_bar(report, rng)}{_BODY[family].format(body)}{_draw_end(rng)}"
    foot = _draw_foot(report)
    if family == "aspnet":
        inner = f'<table width="1000"><tr><td width="200">{_draw_menu("plain")}</td><td><table><tr><td>{crumbs}</td></tr><tr><td>{_draw_box(report, rng)}<h1>{report.title}</h1>{_draw_bar(report, rng)}</td></tr><tr>{_BODY[family].format(body)}</tr><tr><td>{_draw_end(rng)}</td></tr></table></td></tr></table>'
        return f'<html><head>{head}</head><body><form method="post" action="InfoPublic.aspx?id=7" id="form1"><input type="hidden" name="__VIEWSTATE" value="{"dDwx" * 200}"/>{top}{inner}{foot}</form></body></html>'
    left = f'<div class="left">{_draw_menu("plain")}</div>' if family in ("gkmlpt", "lonsun") else ""
    return f'<!DOCTYPE html><html><head>{head}</head><body><div class="wrap">{top}{crumbs}{left}<div class="con_right">{main}</div></div>{foot}</body></html>'


def draw_url(report: Report, family: str) -> str:
    """An address as the family makes them."""
    year, month, day = report.published.split("-")
    return {
        "trs": f"http://www.example.gov.cn/zfxxgk/zfxxgknb/{year}{month}/t{year}{month}{day}_123.html",
        "hanweb": f"http://www.example.gov.cn/art/{year}/{int(month)}/{int(day)}/art_1_2.html",
        "gkmlpt": "http://www.example.gov.cn/gkmlpt/content/10/10071/post_10071.html",
        "ucap": "http://www.example.gov.cn/site/c115990/0123456789abcdef0123456789abcdef.shtml",
        "vsb": "http://www.example.gov.cn/info/1061/123.htm",
        "lonsun": "http://www.example.gov.cn/public/2600/1234.html",
        "aspnet": "http://www.example.gov.cn/InfoPublic.aspx?cid=1&pid=2",
        "plain": "http://www.example.gov.cn/nb/7.jhtml",
    }[family]


def _draw_head(report: Report, family: str, rng: random.Random) -> str:
    site = f'<meta name="SiteName" content="{report.agency}"><meta name="SiteIDCode" content="9901020001">'
    article = f'<meta name="ArticleTitle" content="{report.title}"><meta name="PubDate" content="{report.published} 09:30"><meta name="ContentSource" content="办公室">'
    empty = '<meta name="ArticleTitle" content=""><meta name="ColumnName" content="头部">'
    tags = site + (article if family in ("trs", "ucap", "lonsun") else empty)
    style = "<style>.print-only{display:none} .x{color:red}</style><script>var a='<p>首页</p>';</script>"
    return f'<meta charset="utf-8"><title>{report.title}_政府信息公开年报_{report.agency}</title>{tags}{style}'


def _draw_menu(family: str) -> str:
    items = "".join(f'<li><a href="/{number}/">{name}</a></li>' for number, name in enumerate(_MENU))
    mark = {"trs": "nav", "hanweb": "nav_bj", "plain": "zuo"}.get(family, "menu")
    return f'<div class="{mark}"><ul>{items}</ul></div>'


def _draw_box(report: Report, rng: random.Random) -> str:
    pairs = [("索引号", report.index), ("公开方式", "主动公开"), ("发布机构", report.agency), ("发布日期", report.published), ("主题分类", "政务公开")]
    style = rng.choice(("table", "list", "lines", "dl"))
    if style == "table":
        return "<table class='xxgk'>" + "".join(f"<tr><td>{a[0]}：</td><td>{a[1]}</td><td>{b[0]}：</td><td>{b[1]}</td></tr>" for a, b in (pairs[:2], pairs[2:4])) + "</table>"
    if style == "list":
        return "<ul class='info'>" + "".join(f"<li><b>{name}：</b><span>{value}</span></li>" for name, value in pairs) + "</ul>"
    if style == "dl":
        return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs) + "</dl>"
    return "".join(f"<p>{name}: {value}</p>" for name, value in pairs)


def _draw_bar(report: Report, rng: random.Random) -> str:
    date = report.published if rng.random() < 0.7 else f"{report.published} 10:21:07"
    return f'<div class="xl_bar">发布时间：{date} 来源：办公室 浏览次数：<span id="hits">35</span> 字体：[<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>] <a href="javascript:window.print()">打印本页</a></div>'


def _draw_end(rng: random.Random) -> str:
    related = "".join(f'<li><a href="t{number}.html">{title}</a><span>2023-02-0{number + 1}</span></li>' for number, title in enumerate(_NEWS))
    return (
        "<div>【责任编辑：王小明】</div><div class='share'>分享到：<a href='#'>微信</a><a href='#'>微博</a></div>"
        f"<p>上一篇：<a href='a.html'>{_NEWS[4]}</a></p><p>下一篇：没有了</p>"
        f"<div class='xg'><h3>相关链接</h3><ul>{related}</ul></div><a href='javascript:window.close()'>【关闭窗口】</a>"
        "<div><img src='/ewm.png' width='120'>扫一扫在手机打开当前页</div>"
    )


def _draw_foot(report: Report) -> str:
    return (
        f"<div class='bot'><p>友情链接：<select><option>省政府部门网站</option></select></p><p>版权所有：{report.agency} 地址：人民路1号 邮编：650000</p>"
        "<p>网站标识码：9901020001 云ICP备05000001号 滇公网安备 53010202000001号</p></div><div>Baidu</div><div>map</div><script>stat()</script>"
    )
