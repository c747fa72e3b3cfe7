"""What portals put around a body: each piece as markup, with the strings that no clean document may hold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from random import Random
from typing import NamedTuple

from demo.specimens.naming import attribute, name
from demo.specimens.skeletons import enclose
from demo.specimens.wording import load_words, phrase, phrases


class Piece(NamedTuple):
    """Markup, and the strings in it that are chrome."""

    html: str
    strings: tuple[str, ...]


NOTHING = Piece("", ())


@dataclass(frozen=True, slots=True)
class Site:
    """Whose portal it is, and what its chrome calls things."""

    name: str
    code: str
    column: str
    draw: Random = field(repr=False)


def join(pieces: Iterable[Piece], glue: str = "\n") -> Piece:
    """Pieces one behind the other."""
    found = [piece for piece in pieces if piece.html]
    return Piece(glue.join(piece.html for piece in found), tuple(text for piece in found for text in piece.strings))


def _link(draw: Random, text: str) -> str:
    href = draw.choice(("#", "javascript:void(0);", f"/{name(draw)}/", f"../../{name(draw)}/index.html"))
    return f'<a href="{href}">{escape(text)}</a>'


def _row_of_links(draw: Random, texts: Sequence[str]) -> str:
    glue = draw.choice((" ", " | ", "\n", "　", "&nbsp;|&nbsp;", ""))
    if draw.random() < 0.5:
        return f"<ul{attribute(draw)}>{''.join(f'<li>{_link(draw, text)}</li>' for text in texts)}</ul>"
    return f"<div{attribute(draw)}>{glue.join(_link(draw, text) for text in texts)}</div>"


def _list_of(kind: str) -> Callable[[Site], Piece]:
    def write(site: Site) -> Piece:
        texts = phrases(site.draw, kind, value=site.name, code=site.code)
        return Piece(_row_of_links(site.draw, texts), texts)

    return write


def crumb(site: Site) -> Piece:
    """Where one is: label, arrows, the column; the last step may be plain text."""
    draw = site.draw
    label, arrow = (draw.choice(load_words("phrases")[key]) for key in ("crumb_labels", "crumb_arrows"))
    steps = draw.choice(
        (("首页", "政府信息公开", site.column), ("网站首页", "公开", "政府信息公开年报"), ("首页", site.column))
    )
    last = draw.choice((steps[-1], steps[-1], "正文"))
    linked = [_link(draw, step) for step in steps[:-1]] + [draw.choice((_link(draw, last), last))]
    strings = (label.strip(), *(step for step in (*steps[:-1], last) if step == "政府信息公开年报"))
    return Piece(
        f"<div{attribute(draw)}>{escape(label)}{escape(arrow).join(linked)}</div>", tuple(filter(None, strings))
    )


def neighbours(site: Site, titles: Sequence[str]) -> Piece:
    """上一篇 and 下一篇, with titles that look like this page's."""
    draw = site.draw
    before, after, none = phrases(draw, "neighbours")
    links = [draw.choice((none, _link(draw, title))) for title in titles[:2]]
    strings = (before, after, *(title for title, link in zip(titles, links, strict=False) if title in link))
    tag = draw.choice(("p", "li", "div", "td"))
    rows = [f"<{tag}>{escape(label)}{link}</{tag}>" for label, link in zip((before, after), links, strict=True)]
    inside = f"<table><tr>{''.join(rows)}</tr></table>" if tag == "td" else "".join(rows)
    return Piece(f"<div{attribute(draw)}>{inside}</div>", strings)


def related(site: Site, titles: Sequence[str]) -> Piece:
    """A heading and a list of other articles, dates beside them."""
    draw = site.draw
    heading = phrase(draw, "related")
    pool = load_words("phrases")["related_titles"]
    texts = [text.replace("§", site.name[:6]) for text in draw.sample(pool, k=draw.randint(3, 7))] + list(titles[2:4])
    day = draw.choice((" [2023-05-1{n}]", "<span>2022-11-0{n}</span>", "<em>05-2{n}</em>", ""))
    rows = "".join(f"<li>{_link(draw, text)}{day.format(n=at % 9)}</li>" for at, text in enumerate(texts))
    head = draw.choice(("<h3>{0}</h3>", "<div class='tit'>{0}</div>", "<p><b>{0}：</b></p>", "<dt>{0}</dt>"))
    return Piece(f"<div{attribute(draw)}>{head.format(heading)}<ul>{rows}</ul></div>", (heading, *texts))


def footer(site: Site) -> Piece:
    """Who runs the portal, licences and numbers."""
    draw = site.draw
    texts = phrases(draw, "footers", value=site.name, code=site.code)
    if draw.random() < 0.4:
        inside = "　".join(map(escape, texts))
    else:
        inside = "".join(f"<p>{escape(text)}</p>" for text in texts)
    tag = draw.choice(("div", "div", "footer", "center"))
    return Piece(f"<{tag}{attribute(draw)}>{inside}</{tag}>", texts)


def friends(site: Site) -> Piece:
    """Links to other portals: as a list, or as choices of a form."""
    draw = site.draw
    texts = phrases(draw, "friends")
    if draw.random() < 0.4:
        choices = "".join(f"<option value='#'>{escape(text)}</option>" for text in texts)
        return Piece(f"<select onchange='window.open(this.value)'>{choices}</select>", texts)
    return Piece(_row_of_links(draw, texts), texts)


def share(site: Site) -> Piece:
    """Share bars are spans, links or bare text."""
    draw = site.draw
    texts = phrases(draw, "shares")
    inside = draw.choice(
        (
            "".join(f'<a class="bds_{at}" title="{text}">{text}</a>' for at, text in enumerate(texts)),
            " ".join(texts),
            "".join(f"<span>{text}</span>" for text in texts),
        )
    )
    return Piece(f"<div{attribute(draw)}>{inside}</div>", texts)


def buttons(site: Site) -> Piece:
    """Print, close, correct."""
    texts = phrases(site.draw, "buttons")
    return Piece(f"<div{attribute(site.draw)}>{''.join(_link(site.draw, text) for text in texts)}</div>", texts)


def editor(site: Site) -> Piece:
    """Who put the page into the system."""
    draw = site.draw
    text = phrase(draw, "editors", value=draw.choice(load_words("phrases")["surnames"]))
    tag = draw.choice(("p", "div"))
    return Piece(f"<{tag}{attribute(draw)}>{escape(text)}</{tag}>", (text,))


def code_picture(site: Site) -> Piece:
    """A QR code with its caption."""
    texts = site.draw.choice((("扫一扫在手机打开当前页",), ("手机扫码阅读本文",), ("扫描二维码分享到微信",), ("",)))
    return Piece(
        f'<div{attribute(site.draw)}><img src="/qr.png" alt=""><span>{texts[0]}</span></div>',
        tuple(filter(None, texts)),
    )


def decoy(site: Site, container: str) -> Piece:
    """The family's own element once more, with something else in it."""
    text = phrase(site.draw, "decoys")
    return Piece(enclose(container, f"<p>{text}</p>"), (text,))


def search(site: Site) -> Piece:
    """A form: its controls are no text of the page."""
    texts = phrases(site.draw, "search")
    words = "".join(_link(site.draw, text) for text in texts[1:])
    form = (
        f'<input type="text" value="{texts[0]}"><input type="hidden" name="siteid" value="12"><button>搜索一下</button>'
    )
    return Piece(f"<div{attribute(site.draw)}>{form}{words}</div>", (texts[0], "搜索一下", *texts[1:]))


def notice(site: Site) -> Piece:
    """A warning that a script shows when it is needed."""
    text = phrase(site.draw, "notices")
    return Piece(f'<div class="{name(site.draw)}" style="display:none;">{text}</div>', (text,))


def scroll(site: Site) -> Piece:
    """A line that runs across the head of the page."""
    text = phrase(site.draw, "scroll", value=site.name)
    return Piece(f"<marquee>{text}</marquee>" if site.draw.random() < 0.3 else f"<div>{text}</div>", (text,))


_NOISE = (
    ("<script>var _hmt=_hmt||[];(function(){document.write('§');})();</script>", "本站由统计脚本写出"),
    ("<!-- 栏目导航开始 <div>§</div> -->", "旧版导航"),
    ("<noscript>§</noscript>", "请启用脚本以继续浏览"),
    ('<iframe src="/weather.html" width="200" title="§"></iframe>', "本地天气预报"),
    ("<style>.x{color:red}/* § */</style>", "样式说明文字"),
    ('<textarea style="display:none">§</textarea>', "模板缓存文字"),
)


def noise(site: Site) -> Piece:
    """Scripts, comments and frames that hold no text of the page."""
    chosen = site.draw.sample(_NOISE, k=site.draw.randint(1, 3))
    return Piece("".join(form.replace("§", text) for form, text in chosen), tuple(text for _, text in chosen))


toolbar, menu, column_menu = _list_of("toolbar"), _list_of("menu"), _list_of("column_menu")
floats, survey, baidu = _list_of("floats"), _list_of("survey"), _list_of("map")

ABOVE = (toolbar, menu, search, scroll, noise, notice)
BELOW = (share, buttons, code_picture, survey, baidu, noise)
END = (friends, footer, floats, noise)
INSIDE = (editor, share, code_picture, buttons)  # what templates put into the body's own element, at its end


def some(site: Site, makers: Sequence[Callable[[Site], Piece]], chance: float) -> Piece:
    """Each piece with that chance, in the order of the makers."""
    return join(maker(site) for maker in makers if site.draw.random() < chance)
