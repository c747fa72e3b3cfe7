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
_MENU = (
    "机构职能",
    "政策文件",
    "信息公开指南",
    "信息公开制度",
    "法定主动公开内容",
    "信息公开年报",
    "依申请公开",
    "通知公告",
)
_NEWS = (
    "我市召开防汛抗旱工作会议",
    "关于开展节前安全检查的通知",
    "政府信息公开条例宣传月活动启动",
    "2021年度部门决算公开说明",
    "望川市水利局2021年政府信息公开工作年度报告",
)


def draw_page(report: Report, body: str, family: str, rng: random.Random) -> str:
    """The whole page of a family around the HTML of a body."""
    head = _draw_head(report, family)
    places = " &gt; ".join(f'<a href="/">{name}</a>' for name in ("首页", "政务公开", "年报"))
    crumbs = f'<div class="dqwz">当前位置：{places}</div>'
    top = f'<div class="top"><a href="#">设为首页</a> | <a href="#">无障碍浏览</a></div>{_draw_menu(family)}'
    title = f"{_draw_box(report, rng)}<h1>{report.title}</h1>{_draw_bar(report, rng)}"
    framed, end, foot = _BODY[family].format(body), _draw_end(), _draw_foot(report)
    if family == "aspnet":
        main = _draw_tables(crumbs, title, framed, end)
        state = f'<input type="hidden" name="__VIEWSTATE" value="{"dDwx" * 200}"/>'
        form = f'<form method="post" action="InfoPublic.aspx?id=7" id="form1">{state}{top}{main}{foot}</form>'
        return f"<html><head>{head}</head><body>{form}</body></html>"
    left = f'<div class="left">{_draw_menu("plain")}</div>' if family in ("gkmlpt", "lonsun") else ""
    right = f'<div class="con_right">{title}{framed}{end}</div>'
    wrap = f'<div class="wrap">{top}{crumbs}{left}{right}</div>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{wrap}{foot}</body></html>"


def draw_url(report: Report, family: str) -> str:
    """An address as the family makes them."""
    year, month, day = report.published.split("-")
    path = {
        "trs": f"zfxxgk/zfxxgknb/{year}{month}/t{year}{month}{day}_123.html",
        "hanweb": f"art/{year}/{int(month)}/{int(day)}/art_1_2.html",
        "gkmlpt": "gkmlpt/content/10/10071/post_10071.html",
        "ucap": "site/c115990/0123456789abcdef0123456789abcdef.shtml",
        "vsb": "info/1061/123.htm",
        "lonsun": "public/2600/1234.html",
        "aspnet": "InfoPublic.aspx?cid=1&pid=2",
        "plain": "nb/7.jhtml",
    }[family]
    return f"http://www.example.gov.cn/{path}"


def _draw_tables(crumbs: str, title: str, framed: str, end: str) -> str:
    inner = f"<tr><td>{crumbs}</td></tr><tr><td>{title}</td></tr><tr>{framed}</tr><tr><td>{end}</td></tr>"
    left = f'<td width="200">{_draw_menu("plain")}</td>'
    return f'<table width="1000"><tr>{left}<td><table>{inner}</table></td></tr></table>'


def _draw_head(report: Report, family: str) -> str:
    tags = f'<meta name="SiteName" content="{report.agency}"><meta name="SiteIDCode" content="9901020001">'
    if family in ("trs", "ucap", "lonsun"):
        tags += f'<meta name="ArticleTitle" content="{report.title}">'
        tags += f'<meta name="PubDate" content="{report.published} 09:30">'
        tags += '<meta name="ContentSource" content="办公室">'
    else:
        tags += '<meta name="ArticleTitle" content=""><meta name="ColumnName" content="头部">'
    style = "<style>.print-only{display:none} .x{color:red}</style><script>var a='<p>首页</p>';</script>"
    return f'<meta charset="utf-8"><title>{report.title}_信息公开年报_{report.agency}</title>{tags}{style}'


def _draw_menu(family: str) -> str:
    items = "".join(f'<li><a href="/{number}/">{name}</a></li>' for number, name in enumerate(_MENU))
    mark = {"trs": "nav", "hanweb": "nav_bj", "plain": "zuo"}.get(family, "menu")
    return f'<div class="{mark}"><ul>{items}</ul></div>'


def _draw_box(report: Report, rng: random.Random) -> str:
    pairs = [
        ("索引号", report.index),
        ("公开方式", "主动公开"),
        ("发布机构", report.agency),
        ("发布日期", report.published),
    ]
    style = rng.choice(("table", "list", "lines", "dl", "bare"))
    if style == "table":
        cells = [f"<td>{name}：</td><td>{value}</td>" for name, value in pairs]
        return f"<table class='xxgk'><tr>{cells[0]}{cells[1]}</tr><tr>{cells[2]}{cells[3]}</tr></table>"
    if style == "list":
        items = "".join(f"<li><b>{name}：</b><span>{value}</span></li>" for name, value in pairs)
        return f"<ul class='info'>{items}</ul>"
    if style == "bare":
        items = "".join(f"<li><span>{name[0]} {name[1:]}</span><em>{value}</em></li>" for name, value in pairs)
        return f"<ul class='info'>{items}</ul>"
    if style == "dl":
        return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs) + "</dl>"
    return "".join(f"<p>{name}: {value}</p>" for name, value in pairs)


def _draw_bar(report: Report, rng: random.Random) -> str:
    date = report.published if rng.random() < 0.7 else f"{report.published} 10:21:07"
    sizes = " ".join(f'<a href="#">{size}</a>' for size in "大中小")
    tools = f'字体：[{sizes}] <a href="javascript:window.print()">打印本页</a>'
    return f'<div class="xl_bar">发布时间：{date} 来源：办公室 浏览次数：<span id="hits">35</span> {tools}</div>'


def _draw_end() -> str:
    related = "".join(
        f'<li><a href="t{number}.html">{title}</a><span>2023-02-0{number + 1}</span></li>'
        for number, title in enumerate(_NEWS)
    )
    return (
        "<div>【责任编辑：王小明】</div><div class='share'>分享到：<a href='#'>微信</a><a href='#'>微博</a></div>"
        f"<p>上一篇：<a href='a.html'>{_NEWS[4]}</a></p><p>下一篇：没有了</p>"
        f"<div class='xg'><h3>相关链接</h3><ul>{related}</ul></div><a href='javascript:window.close()'>【关闭窗口】</a>"
        "<div><img src='/ewm.png' width='120'>扫一扫在手机打开当前页</div>"
    )


def _draw_foot(report: Report) -> str:
    return (
        "<div class='bot'><p>友情链接：<select><option>省政府部门网站</option></select></p>"
        f"<p>版权所有：{report.agency} 地址：人民路1号 邮编：650000</p>"
        "<p>网站标识码：9901020001 云ICP备05000001号 滇公网安备 53010202000001号</p></div>"
        "<div>Baidu</div><div>map</div><script>stat()</script>"
    )
