"""Which rows of a list are annual reports on disclosure, and of which year: by title, by date, by where they lead.

Columns of annual reports hold much else (news, notices, other yearly reports), and titles vary:
政府信息公开工作年度报告, 政务公开工作报告, 信息公开年报, or just 2022年度报告 where the column says the rest.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from spiders.attachments import is_file
from spiders.dates import find_url_date
from spiders.pages import Link

SUBJECT = re.compile(r"信息公开|政务公开|政府公开|公开工作")
REPORT = re.compile(r"年报|报告")
YEARLY = re.compile(r"年报|年度(?:工作)?报告|年(?:工作)?报告")
# What speaks about reports without being one, and reports on something else.
ABOUT = re.compile(
    r"通知|通报|解读|图解|读懂|培训|会议|召开|指南|方案|要点|办法|制度|规定|规范|转发|印发|部署|督查|评估|测评|考核|模板|格式"
    r"|征集|意见函|汇编|流程|须知|新闻|目录$"
)
OTHER_SUBJECT = re.compile(
    r"法治|法制|依法行政|依法治|预算|决算|财政|财务|审计|绩效|统计|质量|环境|社会责任|国民经济|述职|述廉|党建|党务|政府工作报告"
    r"|安全生产|信用|网站|网络|双随机|建议|提案|项目|调查|调研|监测|发展报告|企业|培训|医疗|教育|知识产权|营商"
)
ANNUAL_LIST = re.compile(r"(?:信息|政务)公开.{0,6}(?:年报|年度.{0,4}报告)|^.{0,6}(?:年报|年度(?:工作)?报告)(?:公开)?$")
# Path tokens of such a list: 政府信息公开年报 in its initials, or in English.
ANNUAL_PATH = re.compile(
    r"/(?:[a-z0-9]*_)?(?:zf|zw)?(?:xx)?(?:gk)?(?:gz)?(?:nb|ndbg|gknb|ndbb|niandubaogao|nianbao)(?:[_-]?\d+|_[a-z]+\d*)?(?=[/_.?-]|$)"
    r"|annual_?reports?\b|xxgkannualreport|opennessannualreport|[?&]type=3\b.*timeframe|/public/column/[^?]*\?(?:.*&)?type=3\b",
    re.IGNORECASE,
)
# Articles that their address alone makes annual reports.
ANNUAL_ARTICLE = re.compile(r"/(?:xxgk|openness)annualreport/show/", re.IGNORECASE)
# An agency's name may hold a subject's word: 财政局, 统计局.
_AGENCY = re.compile(r"[\u4e00-\u9fff]{1,15}?(?:局|厅|委员会|办公室|人民政府|管委会|街道办事处|街道|镇|乡)")
_ACCOUNT = re.compile(r"(?:情况|总结|年度报)(?:[（(].*)?$")
# Of a column over several years: 政府信息公开年报（2008—2023）.
_SPAN = re.compile(r"[（(]?(?:19|20)\d{2}年?\s*[-~—–至]+\s*(?:(?:19|20)\d{2}年?|今|现在)[）)]?")
_BARE_YEAR = re.compile(r"(?:19|20)\d{2}年?度?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?!\s*[-./]\s*\d)\s*(年?)")
_CHINESE_YEAR = re.compile(r"[二貳][〇○零Oo0][〇○零Oo0一二三四五六七八九]{2}")
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九貳", "000001234567892")
_ARTICLE = re.compile(
    r"/t(?:19|20)\d{6}_\d+|/art_|/post_|/content[/_]|/info/\d+/\d+|[0-9a-f]{32}|\d{5,}|/(?:19|20)\d{2}[-/]?\d{2}[-/]?\d{2}/",
    re.IGNORECASE,
)
# Columns whose addresses hold long numbers as articles' do: Hanweb, Lonsun, ucap, Anhui, gkmlpt.
_COLUMN = re.compile(
    r"/col/col\d+(?:/(?:index\.\w+)?)?$|/public/column/|/c\d{4,}/[\w-]*(?:list|index)[\w-]*\.\w+$|/showList/|/gkmlpt/index"
    r"|/module/xxgk/",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:\.{2,}|…+)$")
# What follows the year where a list cuts its titles short.
_BEGINNINGS = tuple(
    f"{year}{subject}公开{rest}"
    for year in ("", "度")
    for subject in ("政府信息", "信息", "政务")
    for rest in ("工作年度报告", "工作报告", "年度报告", "年报")
)
_TAB = re.compile(r"(?:19|20)\d{2}年?度?(?:年报|年度报告|报告)?")
_SECTIONS = re.compile(
    r"总体情况|主动公开政府信息情况|收到和处理政府信息公开申请|行政复议、?(?:、|和)?行政诉讼|存在的?(?:主要)?问题及改进|其他需要报告的?事项"
)
_PAGE_FILE = re.compile(r"\.(?:s?html?|jhtml|jspx?|aspx?)$", re.IGNORECASE)
_INDEX_FILE = re.compile(r"/(?:index|list|default|node)[\w-]*\.\w+$", re.IGNORECASE)


def plain(title: str) -> str:
    """A title without white space, full-width forms folded."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", title))


def names_annual_list(text: str) -> bool:
    """Whether a column's or link's name says that it leads to a list of annual reports on disclosure."""
    title = plain(text)
    title = _SPAN.sub("", title)
    if not ANNUAL_LIST.search(title) or title_year(title) is not None or ABOUT.search(title):
        return False
    return bool(SUBJECT.search(title)) or not OTHER_SUBJECT.search(title)


def leads_to_annual_list(url: str) -> bool:
    """Whether an address has the path tokens of such a list."""
    return bool(ANNUAL_PATH.search(url.partition("://")[2].partition("/")[2].join(("/", ""))))


def is_article(url: str) -> bool:
    """Whether an address looks like one article or file, not like a column."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    if _COLUMN.search("/" + path):
        return False
    if is_file(url) or _ARTICLE.search("/" + path):
        return True
    if re.search(r"[?&](?:id|aid|articleid|infoid|contentid)=\w", url, re.IGNORECASE):
        return True
    return bool(_PAGE_FILE.search(path)) and not _INDEX_FILE.search("/" + path)


def report_year(link: Link) -> int | None:
    """The year that a row reports on: its title's, else the year before its date or its address's date."""
    title = title_year(link.title)
    if title is not None:
        return title
    published = link.date or find_url_date(link.url)
    return int(published[:4]) - 1 if published else None


def title_year(title: str) -> int | None:
    """The year in a title; of several the last one before the word report."""
    text = _CHINESE_YEAR.sub(lambda match: match[0].translate(_DIGITS), plain(title))
    years = [(match.start(), int(match[1])) for match in _YEAR.finditer(text)]
    report = REPORT.search(text)
    before = [year for start, year in years if report is None or start < report.start()]
    return before[-1] if before else next((year for _, year in years), None)


def is_annual_report(link: Link) -> bool:
    """Whether a row of a list of annual reports is one of them, its own agency's or another's.

    The subject and the word report make one if a year is known from anywhere; a title that names only the year and
    the report (2022年度报告, 2022年) does if nothing else is its subject and it leads to an article or file.
    """
    title = plain(link.title)
    if ABOUT.search(title) or (_SPAN.search(title) and not is_article(link.url)):
        return False
    if ANNUAL_ARTICLE.search(link.url):
        return True
    if SUBJECT.search(title) and _ACCOUNT.search(title) and title_year(title) is not None and is_article(link.url):
        return True
    if SUBJECT.search(title) and REPORT.search(title):
        if report_year(link) is None:
            # An agency's annual report of no year that shows: the page will tell.
            return bool(_AGENCY.search(title) and YEARLY.search(title)) and is_article(link.url)
        return title_year(title) is not None or is_article(link.url)
    rest = _AGENCY.sub("", title)
    if _CUT.search(rest) and _begins_like_report(_CUT.sub("", rest)) and is_article(link.url):
        return True
    if OTHER_SUBJECT.search(rest) or title_year(title) is None or not is_article(link.url):
        return False
    return bool(YEARLY.search(rest) or _BARE_YEAR.fullmatch(rest))


def _begins_like_report(title: str) -> bool:
    """Whether a title that a list cut short, its agency taken off, says a year and nothing that no report says."""
    match = re.fullmatch(r"(?:关于)?(?:(?:19|20)\d{2}|二[〇○零][〇○零一二]\w)年?(.*)", title)
    return match is not None and any(beginning.startswith(match[1]) for beginning in _BEGINNINGS)


def find_reports(links: Iterable[Link], years: frozenset[int] | None = None) -> Iterator[Link]:
    """The rows that are annual reports, of these years if any are given."""
    for link in links:
        if is_annual_report(link) and (years is None or report_year(link) in years):
            yield link


def is_year_tab(link: Link, page_url: str) -> bool:
    """Whether a link that bears a year alone leads to that year's part of a list, not to an article.

    It is no article by its address, or it is the list's own address with another query.
    """
    if not _TAB.fullmatch(plain(link.title)) or is_file(link.url):
        return False
    return not is_article(link.url) or ("?" in link.url and link.url.partition("?")[0] == page_url.partition("?")[0])


def reads_like_report(text: str) -> bool:
    """Whether a page holds the sections of a report; what a column of tabs shows may be the report itself."""
    return len({match[0] for match in _SECTIONS.finditer(text)}) >= 3
