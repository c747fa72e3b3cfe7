"""What stands in a portal's list: its reports, another agency's, notices that look like reports, dead links, news."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from urllib.parse import quote

from demo.cast import GUESTS
from demo.cruelties.cast import CROWD, Later
from demo.families import MODULES
from demo.portals import Portal
from demo.rendering import docx, gkmlpt, hanweb, office, pdf, trs
from demo.rendering.layout import lay_out
from demo.rendering.markup import write_body
from demo.rendering.page import Article, Family, File
from demo.truth import Report, make_reports

FAMILIES: dict[str, Family] = {"trs": trs, "hanweb": hanweb, "gkmlpt": gkmlpt, **MODULES}

# The smallest PNG there is: one grey pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63680000008200817751ea0c0000000049454e44ae426082"
)
_OFFICE = (
    ("docx_only", "docx", docx.MEDIA_TYPE, office.write_word),
    ("sheet_only", "xlsx", office.WORKBOOK, office.write_workbook),
)
_NEWS = (
    ("{agency}召开{topic}工作部署会", "会议分析了当前{topic}形势，要求各处室对照清单逐项落实，月底前报送进展。"),
    ("{agency}开展{topic}专项检查", "检查组随机抽取了六个点位，现场指出问题九处，责令限期改正并向社会公布结果。"),
    ("{agency}组织{topic}业务培训", "来自各县区的四十余名业务骨干参加培训，课程以真实案例为主，结业测试全部合格。"),
    ("{agency}负责人谈{topic}", "负责人表示，{topic}关系千家万户，下一步将把办事指南再压缩三分之一，让群众一看就懂。"),
)


def make_rows(portal: Portal, reports: Sequence[Report], seed: int, *, day: int = 1) -> tuple[Article, ...]:
    """The rows of a portal's list, newest first. ``reports`` are those of all agencies; the portal's own are picked.

    ``day``: on the portal's second or third; rows whose pages are gone by then are listed no more.
    """
    own = [report for report in reports if report.agency.id == portal.source]
    rows = [_report_row(portal, report, number) for number, report in enumerate(own, start=301)]
    if own and portal.temper == "open" and not portal.quiet:
        rows = _harden(portal, rows)
        rows += [*_guest_rows(portal, seed), *_lures(portal, own), *_dead_rows(portal)]
        rows += _news_rows(portal, portal.rows - len(rows), Random(f"{seed}/{portal.source}/news"))
    if day > 1 and portal.later:
        rows = [changed for row in rows for changed in _change(portal, row, portal.later, day)]
    return tuple(sorted(rows, key=lambda row: (row.published, row.path), reverse=True))


def _path(portal: Portal, published: str, number: int) -> str:
    return FAMILIES[portal.family].article_path(portal.list_path, published, number)


def _report_row(portal: Portal, report: Report, number: int, own: bool = True) -> Article:
    path = _path(portal, report.published, number)
    files = tuple(_files(portal, report, path, number))
    return Article(
        path=path,
        title=report.title,
        published=report.published,
        source=report.source,
        body=_write_body(report, files),
        copy=write_body(report, copy=True) if report.has("printed_twice") else "",
        report=report,
        own=own,
        files=files,
    )


def _write_body(report: Report, files: Sequence[File]) -> str:
    """The body, or what a page shows in its place."""
    if report.has("images_only"):
        return "".join(f'<p align="center"><img src="{file.href}"></p>' for file in files)
    if report.has("viewed"):
        viewer = "/pdfjs/web/viewer.html?file="
        return f'<iframe src="{viewer}{quote(files[0].href)}" width="100%" height="900"></iframe>'
    return '<p style="text-align: center;">详见附件。</p>' if report.is_file else write_body(report)


def _files(portal: Portal, report: Report, path: str, number: int) -> list[File]:
    addresses = FAMILIES[portal.family].file_addresses
    files = []
    if report.has("pdf") or report.has("pdf_only"):
        shown = report.misprinted if report.look.misprints else report
        body = pdf.write_pdf(report.title, lay_out(shown))
        name, linked = f"{report.title}.pdf", not report.has("viewed")
        files.append(File(*addresses(path, number, "pdf"), name, "application/pdf", body, linked, shown))
    for quirk, suffix, media, write in _OFFICE:
        if report.has(quirk):
            body = write(report.title, lay_out(report))
            files.append(File(*addresses(path, number, suffix), f"{report.title}.{suffix}", media, body))
    if report.has("images_only"):
        numbers = range(number + 60, number + 63)
        files += [
            File(*addresses(path, at, "png"), "", "image/png", PIXEL + bytes([at % 256]), False) for at in numbers
        ]
    if report.has("appendix"):
        rows = [("序号", "目录名称"), *((str(n), f"{topic}信息") for n, topic in enumerate(report.agency.topics, 1))]
        body = docx.write_docx("公开事项对照表", rows)
        files.append(File(*addresses(path, number + 50, "docx"), "附件：公开事项对照表.docx", docx.MEDIA_TYPE, body))
    return files


def _guest_rows(portal: Portal, seed: int) -> list[Article]:
    """Other agencies' reports, as lists of governments and of careless editors have them."""
    guests = make_reports(seed, CROWD if "crowded" in portal.traits else GUESTS)
    return [_report_row(portal, report, 390 - number, own=False) for number, report in enumerate(guests)]


def _harden(portal: Portal, rows: list[Article]) -> list[Article]:
    """The reports' rows as a portal with such traits lists them, the newest last, and rows that lead nowhere."""
    if "loops" in portal.traits:
        leading = [replace(row, leads_to=f"/go/to/{at}.html") for at, row in enumerate(rows[:1])]
        rows = [*leading, *rows[1:], *_lost_rows(portal)]
    if "twice" in portal.traits:
        newest = max(rows, key=lambda row: row.published)
        rows = [*rows, replace(newest, path=f"/wap{newest.path}")]
    return rows


def _lost_rows(portal: Portal) -> list[Article]:
    """Reports of long ago whose addresses lead anywhere but to a page."""
    name = portal.agency.name
    return [
        _plain_row(portal, f"{name}{year}年政府信息公开工作年度报告", f"{year + 1}-03-05", 380 + at, "", status)
        for at, (year, status) in enumerate(((2009, "inner"), (2010, "circle"), (2011, "astray")))
    ]


def _change(portal: Portal, row: Article, later: Later, day: int) -> Iterator[Article]:
    """A row on a later day: as it was, of a page that is gone, or of one that moved and the notice that it left."""
    year = row.report.year if row.report and row.own else None
    if year in later.gone and not (day > 2 and year in later.returned):
        yield replace(row, status="missing", listed=False)
    elif year in later.excused:
        yield replace(row, status="soft", listed=False)
    elif year in later.unfiled:
        yield replace(row, files=tuple(replace(file, gone=True) for file in row.files))
    elif year is not None and year in later.moved:
        notice = _plain_row(portal, "网页更新说明", row.published, 0, "<p>本页原载内容已重新排版，请到本栏目查看。</p>")
        yield replace(notice, path=row.path, listed=False)
        yield replace(row, path=_path(portal, row.published, 340 + year % 20))
    else:
        yield row


def _lures(portal: Portal, own: Sequence[Report]) -> list[Article]:
    """Rows whose titles speak of annual reports and which are none."""
    year = own[-1].year
    return [
        _plain_row(
            portal,
            f"关于做好{year}年度政府信息公开工作年度报告编制工作的通知",
            f"{year}-12-11",
            391,
            f"<p>各处室：</p><p>请于12月31日前将本处室{year}年信息公开数据报办公室，逾期未报的按零计。</p>",
        ),
        _plain_row(
            portal,
            f"一图读懂{portal.agency.name}{year}年政府信息公开工作年度报告",
            f"{year + 1}-03-29",
            392,
            '<p align="center"><img src="/images/poster.png" alt="一图读懂"></p>',
        ),
    ]


def _dead_rows(portal: Portal) -> list[Article]:
    """Reports that the list still names: one is gone, one is answered with an excuse."""
    name = portal.agency.name
    return [
        _plain_row(portal, f"{name}2013年政府信息公开工作年度报告", "2014-03-03", 393, "", "missing"),
        _plain_row(portal, f"{name}2012年政府信息公开工作年度报告", "2013-03-04", 394, "", "soft"),
    ]


def _news_rows(portal: Portal, count: int, draw: Random) -> list[Article]:
    rows = []
    for number in range(max(0, count)):
        title, text = draw.choice(_NEWS)
        words = {"agency": portal.agency.short, "topic": draw.choice(portal.agency.topics)}
        day = f"{draw.randint(2019, 2024)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        body = f"<p>{text.format(**words)}</p><p>{words['agency']}办公室供稿。</p>"
        rows.append(_plain_row(portal, title.format(**words), day, 400 + number, body))
    return rows


def _plain_row(portal: Portal, title: str, day: str, number: int, body: str, status: str = "ok") -> Article:
    return Article(_path(portal, day, number), title, day, portal.agency.name, body, status=status)
