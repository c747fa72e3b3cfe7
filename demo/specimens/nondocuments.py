"""Answers of status 200 that are no report: what a crawl meets between two reports."""

from collections.abc import Callable
from random import Random

from demo.specimens.around import BELOW, Site, crumb, footer, menu, neighbours, some, toolbar
from demo.specimens.naming import attribute, name
from demo.specimens.wording import load_words, phrase

Answer = tuple[str, str | None, str]  # kind, why rejected, markup


def _page(site: Site, title: str, inside: str) -> str:
    """A whole page of the portal around something that is no body."""
    pieces = [
        toolbar(site).html,
        menu(site).html,
        crumb(site).html,
        inside,
        some(site, BELOW, 0.3).html,
        footer(site).html,
    ]
    body = "\n".join(f"<div{attribute(site.draw)}>{piece}</div>" for piece in pieces)
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>"


def _soft404(site: Site) -> Answer:
    text = phrase(site.draw, "soft404")
    return "rejected", "soft-404", _page(site, site.draw.choice((site.name, "提示信息", "404")), f"<h2>{text}</h2>")


def _list(site: Site) -> Answer:
    """Rows of reports and other things; titles of reports do not make it one."""
    draw = site.draw
    rows = [f"{site.name}{year}年政府信息公开工作年度报告" for year in range(2015, 2024)]
    rows += [text.replace("§", site.name[:4]) for text in load_words("phrases")["related_titles"]]
    draw.shuffle(rows)
    items = "".join(
        f"<li><a href='./{name(draw)}_{at}.html' title='{row}'>{row}</a><span>2024-01-{at + 1:02}</span></li>"
        for at, row in enumerate(rows)
    )
    pager = "<div>首页 上一页 1 2 3 下一页 尾页 共3页</div>"
    return "list", None, _page(site, f"{site.column}-{site.name}", f"<ul{attribute(draw)}>{items}</ul>{pager}")


def _refusal(site: Site) -> Answer:
    code = f"{site.draw.getrandbits(300):x}"
    script = f"var a='{code}';document.cookie='__jsl_clearance='+a;location.reload();"
    return "rejected", "refusal", f"<html><head><script>{script}</script></head><body></body></html>"


def _stub(site: Site) -> Answer:
    forms = (
        '<html><head><meta http-equiv="refresh" content="0;url=/zwgk/index.html"></head><body></body></html>',
        "<script>window.location.href='./index_new.html';</script>",
    )
    return "rejected", "redirect-stub", site.draw.choice(forms)


def _shell(site: Site) -> Answer:
    scripts = "".join(f'<script src="/static/js/chunk-{site.draw.getrandbits(32):x}.js"></script>' for _ in range(4))
    return (
        "rejected",
        "empty-shell",
        (
            f"<!DOCTYPE html><html><head><title>{site.name}</title></head><body>"
            f'<noscript>很抱歉，请启用JavaScript后使用本系统</noscript><div id="app"></div>{scripts}</body></html>'
        ),
    )


def _login(site: Site) -> Answer:
    form = (
        "<form action='/sso/login' method='post'><label>用户名</label><input name='user'><label>密码</label>"
        "<input type='password' name='pass'><label>验证码</label><input name='code'><button>登录</button></form>"
    )
    markup = f"<html><head><title>统一身份认证平台</title></head><body><h1>用户登录</h1>{form}</body></html>"
    return "rejected", "login", markup


def _pictures(site: Site) -> Answer:
    images = "".join(f'<p><img src="./W0{at}.jpg" alt=""></p>' for at in range(1, 6))
    title = f"{site.name}2022年政府信息公开工作年度报告"
    tail = neighbours(site, ["上年度统计公报", "本年度计划"]).html
    inside = f"<h1>{title}</h1><div class='TRS_Editor'>{images}</div>{tail}"
    return "rejected", "image-only", _page(site, title, inside)


def _news(site: Site) -> Answer:
    title = f"{site.name}发布2022年政府信息公开工作年度报告"
    text = (
        f"<p>近日，{site.name}在门户网站发布2022年政府信息公开工作年度报告。报告显示，全年主动公开信息一千余条，受理申请二十三件，"
        "均按期答复。</p><p>记者从新闻发布会上了解到，报告首次配发了图解版本，读者可以扫码阅读，也可以到办事大厅领取纸质版。</p>"
        "<p>下一步，该单位还将就群众关心的问题组织一场在线访谈，时间另行通知。</p>"
    )
    return "other", None, _page(site, title, f"<h1>{title}</h1><div{attribute(site.draw)}>{text}</div>")


def _notice(site: Site) -> Answer:
    title = "关于做好2022年度政府信息公开工作年度报告编制和发布工作的通知"
    text = (
        "<p>各科室、各直属单位：</p><p>为做好年度报告编制工作，现将有关事项通知如下。</p>"
        "<p>一、请于1月10日前将统计数据报送办公室，数据由主要负责人签字确认，逾期未报的予以通报。</p>"
        "<p>二、报告按国务院办公厅规定的格式编写，不得增减表格栏目，不得以图片代替文字。</p><p>三、报告经审定后统一发布。</p>"
    )
    return "other", None, _page(site, title, f"<h1>{title}</h1><div{attribute(site.draw)}>{text}</div>")


_KINDS: dict[str, Callable[[Site], Answer]] = {
    "soft404": _soft404,
    "list": _list,
    "refusal": _refusal,
    "stub": _stub,
    "shell": _shell,
    "login": _login,
    "pictures": _pictures,
    "news": _news,
    "notice": _notice,
}
NONDOCUMENTS = tuple(_KINDS)


def make_nondocument(kind: str, site: Site) -> Answer:
    """One page of that kind, dressed like its portal where it has a dress."""
    return _KINDS[kind](site)


def column_of(draw: Random) -> str:
    """What a portal calls its list of reports."""
    return draw.choice(("政府信息公开年报", "信息公开年报", "年度报告", "年报", "政府信息公开工作年度报告"))
