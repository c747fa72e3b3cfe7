"""What a page is: a report, a list, something else, or no document at all, and why not."""

import re
from collections.abc import Sequence

from pipelines.clean.body import Body
from pipelines.clean.edges import find_core
from pipelines.clean.heads import locate
from pipelines.clean.page import Link, Page, Part
from pipelines.clean.sections import is_section
from pipelines.clean.titles import is_report_title, read_title
from pipelines.clean.weights import is_prose
from pipelines.document import Block, DocumentKind
from pipelines.parse.forms import find_form

_GONE = (
    r"(?:不存在|不可用|没有找到|未找到|找不到|走丢|丢失|(?:已经?|已被|被)(?:被)?(?:管理员|系统|作者)?(?:删除|移除|移动|撤销|撤回|撤下|下线|下架|隐藏|屏蔽)"
    r"|(?:未|没有|没)通过审核|(?:暂时?)?(?:无法|不能)(?:浏览|访问|打开|查看|显示)|(?:已经?)?失效|尚未(?:发布|公开)|未(?:发布|公开))"
)
_THING = r"(?:页面|网页|内容|信息|文章|资源|地址|文件|栏目|稿件|链接|网址|URL)"
_MISSING = re.compile(
    rf"(?:访问|请求|查看|浏览|查找|寻找|要找)的?{_THING}[^。]{{0,10}}?{_GONE}|页面(?:已经?)?{_GONE}"
    rf"|(?:该|此|这个|这篇|您的|本)?{_THING}(?:可能)?(?:或者?{_THING})?(?:已经?|已被|可能)?{_GONE}"
    rf"|(?:找不到|无法找到|没有找到|未找到)(?:该|您|你|所|此|这|相关|{_THING})"
    r"|404\s*(?:Not\s*Found|错误|页面|[-:：!！，,]|$)|(?:^|\s)404\s+(?:[该此这您你]|(?:很|非常|十分)?(?:抱歉|遗憾)|对不起)|Not\s+Found|错误代码[:：]?\s*404",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"__jsl_clearance|acw_sc__v2|arg1=|\$_ts\b|_\$\w{2}\(|安全狗|云锁|创宇盾|知道创宇|加速乐|网站防火墙|(?:访问|请求)(?:已)?(?:被)?(?:拒绝|拦截|阻断|阻止|禁止)|访问过于频繁|"
    r"Access\s+Denied|Request\s+(?:blocked|rejected)|403\s*Forbidden|(?:安全|滑动|人机|身份|访问)验证|请(?:完成|输入)验证|非法访问|WAF\b",
    re.IGNORECASE,
)
_RELOADS = re.compile(r"document\.cookie\s*=|location\.reload\s*\(|eval\(function|\.setCookie\(")
_SHELL = re.compile(
    r"<(?:div|app)[^>]*\bid\s*=\s*[\"']?(?:app|root|main|__next|__nuxt|container)\b[^>]*>\s*(?:<!--.*?-->\s*)?</(?:div|app)>|enable\s+JavaScript|启用\s*JavaScript",
    re.I | re.S,
)
_LOGIN = re.compile(r"登录|登陆|密码|用户名|统一身份认证|sign\s*in|log\s*in", re.IGNORECASE)
_TOPICS = tuple(
    re.compile(pattern)
    for pattern in (
        "总体情况|概述|基本情况",
        "主动公开",
        "收到和处理|依申请公开",
        "复议|诉讼",
        "问题|不足|改进",
        "其他.{0,4}报告|其他.{0,2}事项",
    )
)
_OTHER_GENRE = re.compile(
    r"(?:通知|模板|格式|样式|解读|指南|指引|办法|意见|考核|评估|培训|会议|图解|一图读懂|汇总)[）)】]?$|格式模板|^关于(?:印发|做好|编制)"
)
_DATE = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}")
_LITTLE = 500  # characters beyond which no notice of a missing page goes
_SHELL_TEXT = 60
_OWN_PROSE = 400
_ROWS = 4
_YEAR_ROW = re.compile(r"20\d\d年")  # 2022年年报, 2022年度
_SHORTEST_ROW = 8  # characters of a link that may be a row of a list
_SHORT_BODY = 150  # characters of what may be a foot or a notice, where the links of the page are the page
_CAPTIONS = 120  # characters that may stand beside the images of a report


def find_rejection(page: Page, parts: Sequence[Part], source: str) -> str | None:
    """The reason word for a page that is no document, or ``None``."""
    plain = sum([len(part.text) - part.linked for part in parts if part.kind in ("heading", "paragraph")])
    if plain >= _LITTLE:
        return None
    text = " ".join(part.text for part in parts if part.kind in ("heading", "paragraph"))
    strong = sum(is_prose(part.text) for part in parts) + sum(part.kind == "table" for part in parts)
    if strong < 3 and (_MISSING.search(page.title) or _MISSING.search(text)):
        return "soft-404"
    if strong < 3 and _REFUSED.search(f"{page.title} {text}"):
        return "refusal"
    if plain >= _SHELL_TEXT * 2 or strong > 1:
        return None
    return _find_stub(page, source, text, plain)


def _find_stub(page: Page, source: str, text: str, plain: int) -> str | None:
    """Why a page with next to no text has none."""
    small = len(source) < 40_000
    if small and plain < _SHELL_TEXT and _REFUSED.search(source):
        return "refusal"
    if "password" in page.signs and _LOGIN.search(f"{page.title} {text} {source[:20000]}"):
        return "login"
    if plain < _SHELL_TEXT and len(page.links) < 3:
        if "refresh" in page.signs or ("location" in page.signs and len(source) < 4000 and not _RELOADS.search(source)):
            return "redirect-stub"
        if small and "script" in page.signs and _RELOADS.search(source) and plain < 20:
            return "refusal"
        if "frame" not in page.signs and (_SHELL.search(source) or ("script" in page.signs and plain < 20)):
            return "empty-shell"
    return None


def find_kind(
    title: str | None, blocks: Sequence[Block], page: Page, body: Body, hint: str | None
) -> tuple[DocumentKind, str | None]:
    """The kind of a page that is a document, and the form where it is a report."""
    form = find_form(blocks)
    if is_report(title or "", blocks, form):
        return "report", form
    facts = read_title(title or "")
    if facts.agency and facts.year:
        return "other", None  # a page with one report's title, whose text is in a file
    return ("list" if is_list(page, body, hint) else "other"), None


def is_report(title: str, blocks: Sequence[Block], form: str) -> bool:
    """Whether the body is itself an annual report: its tables, its sections, or its prose under its title."""
    if _OTHER_GENRE.search(title):
        return False
    titled = is_report_title(title)
    if titled and form != "narrative":
        return True
    lines = [
        block.text
        for block in blocks
        if block.kind == "heading" or (block.kind == "paragraph" and is_section(block.text))
    ]
    sections = sum(any(topic.search(line) for line in lines) for topic in _TOPICS)
    if form != "narrative":
        return sections > 0 or _has_prose(blocks, 1)
    if sections >= 4 or (titled and sections >= 2):
        return _has_prose(blocks, 1)
    prose = "".join(block.text for block in blocks if block.kind == "paragraph" and is_prose(block.text))
    covered = sum(bool(topic.search(prose)) for topic in _TOPICS[1:])
    return titled and len(prose) >= _OWN_PROSE and covered >= 3


def is_image_report(title: str | None, blocks: Sequence[Block]) -> bool:
    """A report that is printed only as images: its title, images inside the body, and no sentence beside them."""
    if not is_report_title(title or "") or not any(block.kind == "image" for block in blocks):
        return False
    texts = [block.text for block in blocks if block.kind != "image"]
    return (
        sum(map(len, texts)) < _CAPTIONS
        and not any(block.kind == "table" for block in blocks)
        and not any(text.endswith(("。", "！")) for text in texts)
    )


def is_list(page: Page, body: Body, hint: str | None) -> bool:
    """Whether a page lists other pages: its body is links, with a date beside them, or to reports.

    Links behind the last prose of an article are not its rows, but links with a summary each are; and where the body
    has two or more paragraphs, only links to reports make it a list.
    """
    places = set(locate(page.parts, _until_end(body)))
    if sum(len(page.parts[number].text) for number in places) < _SHORT_BODY and not page.meta.get("articletitle"):
        places = {number for number, part in enumerate(page.parts) if not part.hidden and not body.off[part.owner]}
    prose = [number for number in places if page.parts[number].kind != "table" and _is_own_prose(page.parts[number])]
    links = [link for link in page.links if link.part in places and _is_row(link)]
    if len(prose) > 1:
        links = [link for link in links if link.part < max(prose)]
    reports = sum(is_report_title(link.text) for link in links)
    if len(prose) > 1:
        return reports >= 3 and reports * 2 >= len(links)
    if not prose and page.meta.get("columntype") and not page.meta.get("articletitle"):
        return True  # a column's page by its tags (国办发〔2017〕47号); its rows may come by script
    dates = {number: _is_near_date(page.parts, number) for number in {link.part for link in links}}
    rows = {number: _find_dated_texts(page.parts, number) for number in dates}
    dated = sum(dates[link.part] or link.text in rows[link.part] for link in links)
    return dated >= _ROWS or reports >= 2 or (hint == "list" and (dated > 0 or reports > 0 or len(links) > 10))


def _is_row(link: Link) -> bool:
    return len(link.text) >= _SHORTEST_ROW or bool(_YEAR_ROW.match(link.text))


def _until_end(body: Body) -> list[Part]:
    """The blocks of a body up to the line behind its text that ends an article."""
    last = find_core(body.parts, body.weights)[1]
    for number, weight in enumerate(body.weights):
        if number > last > 0 and weight.kind == "end":
            return list(body.parts[:number])
    return list(body.parts)


def _is_own_prose(part: Part) -> bool:
    return part.kind != "image" and part.linked * 2 <= len(part.text) and is_prose(part.text)


def _is_near_date(parts: Sequence[Part], number: int) -> bool:
    """Whether a block that holds a link, or one of the two behind it, has a date."""
    return bool(_DATE.search(" ".join(part.text for part in parts[number : number + 3])))


def _find_dated_texts(parts: Sequence[Part], number: int) -> set[str]:
    """The texts of a table's rows that have a date."""
    grid = parts[number].grid if number < len(parts) else ()
    return {slot.text for row in grid if any(_DATE.search(slot.text) for slot in row) for slot in row}


def _has_prose(blocks: Sequence[Block], least: int) -> bool:
    return sum(block.kind == "paragraph" and is_prose(block.text) for block in blocks) >= least
