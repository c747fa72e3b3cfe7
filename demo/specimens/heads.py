"""What a page says of itself: meta tags, info box, title, date line, address; and what the crawl knew beside it.

Portals leave any of them out, empty, or filled with their template's words. Each fact that is judged stands in at least
one place that a reader can trust, and all its places are noted.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from random import Random

from demo.specimens.around import NOTHING, Piece, Site
from demo.specimens.casting import is_named_level, is_named_region
from demo.specimens.naming import attribute
from demo.specimens.specimen import Fact
from demo.specimens.wording import load_words, phrase
from demo.truth import Report

FULL_TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{agency}政府信息公开工作{year}年度报告",
    "{agency}{year}年政务公开工作报告",
    "{agency}{year}年度信息公开年报",
    "{agency}关于{year}年度政府信息公开工作情况的报告",
)
BARE_TITLES = (
    "{short}{year}年政府信息公开工作年度报告",
    "{year}年政府信息公开工作年度报告",
    "{year}年度政府信息公开年报",
)
_TRUST = ("meta", "info-box", "url", "signature")
_HEADINGS = (
    "<h1{a}>{t}</h1>",
    "<h2>{t}</h2>",
    "<div{a}>{t}</div>",
    '<p align="center"{a}><b>{t}</b></p>',
    '<div class="title"><span>{t}</span></div>',
    '<table width="100%"><tr><td align="center">{t}</td></tr></table>',
)


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a page that speak of it, as markup, and the facts that they give."""

    meta: str
    title_tag: str
    box: Piece
    heading: str
    dateline: Piece
    context: dict[str, str]
    facts: dict[str, Fact]
    posted: str = field(default="")  # YYYY-MM-DD


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which places are there."""

    report: Report
    posted: str
    source: str
    full_title: bool
    meta: bool
    box: bool
    line: bool
    context: bool
    dated_url: bool
    signed: bool
    named: bool
    heading: bool


def draw_posted(report: Report, draw: Random) -> str:
    """The day a report went online: its own, or some days later."""
    if draw.random() < 0.6:
        return report.published
    return (date.fromisoformat(report.published) + timedelta(days=draw.randint(1, 90))).isoformat()


def write_head(report: Report, site: Site, posted: str, dated_url: bool, signed: bool, named: bool) -> Head:
    """Draw what the page says of ``report``.

    ``signed``: the body ends with the agency and the report's own date; ``named``: at least with the agency.
    """
    draw = site.draw
    plan = _Plan(
        report=report,
        posted=posted,
        source=draw.choice((report.agency.name, report.agency.name, f"{report.agency.short}办公室", "本站")),
        full_title=report.agency.name in report.title,
        meta=draw.random() < 0.6,
        box=draw.random() < 0.6,
        line=draw.random() < 0.75,
        context=draw.random() < 0.5,
        dated_url=dated_url,
        signed=signed,
        named=named,
        heading=draw.random() < 0.85,
    )
    meta, meta_facts = _write_meta(plan, site) if plan.meta else (_bare_meta(site), {})
    box, box_facts = _write_box(plan, site) if plan.box else (NOTHING, {})
    line, line_facts = _write_line(plan, site, "published" in box_facts) if plan.line else (NOTHING, {})
    return Head(
        meta=meta,
        title_tag=_title_tag(plan, site),
        box=box,
        heading=_heading(plan, draw) if plan.heading else "",
        dateline=line,
        context=_context(plan, site) if plan.context else {},
        facts=_gather(plan, site, {"meta": meta_facts, "info-box": {**line_facts, **box_facts}}),
        posted=posted,
    )


Said = dict[str, str]


def _write_meta(plan: _Plan, site: Site) -> tuple[str, Said]:
    """The mandated tags of 国办发〔2017〕47号 in one of their misspellings; some empty, some wrong."""
    draw, said = site.draw, {}
    cases = draw.choice((str, str.lower, lambda key: key[0].lower() + key[1:]))
    shapes = draw.choice(
        ('<meta name="{0}" content="{1}">', '<meta content="{1}" name="{0}" />', "<META NAME='{0}' CONTENT='{1}'>")
    )
    stamp = plan.posted + draw.choice(("", " 10:12:00", " 09:30", " 00:00:00.0"))
    year, month, day = plan.posted.split("-")
    stamp = draw.choice(
        (stamp, stamp, f"{year}/{month}/{day}", f"{year}年{month}月{day}日", f"{year}-{int(month)}-{int(day)}")
    )
    tags = {
        "SiteName": site.name,
        "SiteDomain": "www.xxgk.gov.example",
        "ColumnName": draw.choice((site.column, "头部")),
    }
    if site.code:
        tags["SiteIDCode"], said["code"] = site.code, site.code
    tags["ColumnType"] = draw.choice(("信息公开年报", "", "政府信息公开"))
    good = draw.random() < 0.75
    tags["ArticleTitle"] = plan.report.title if good else draw.choice(("", "正文", site.name))
    said |= {"title": plan.report.title} if good else {}
    for tag, key, value in (("PubDate", "published", stamp), ("ContentSource", "source", plan.source)):
        full = draw.random() < 0.8
        tags[tag] = value if full else ""
        said |= {key: plan.posted if key == "published" else value} if full else {}
    tags |= {"Author": "", "Keywords": "政府信息公开,年报", "Description": plan.report.title, "Image": ""}
    return "\n".join(shapes.format(cases(key), escape(value)) for key, value in tags.items()), said


def _bare_meta(site: Site) -> str:
    return site.draw.choice(("", f'<meta name="keywords" content="{site.name},政务公开">'))


def _write_box(plan: _Plan, site: Site) -> tuple[Piece, Said]:
    """The info box: labels and values in a table, a list, lines or definition lists."""
    draw, report = site.draw, plan.report
    rows = [(phrase(draw, "index_labels"), report.index_number)]
    said = {"index_number": report.index_number}
    if draw.random() < 0.8 or not plan.full_title:
        rows.append((phrase(draw, "organ_labels"), report.agency.name))
        said["agency"] = report.agency.name
    if draw.random() < 0.3:
        rows.append((phrase(draw, "written_labels"), report.published))
        said["written"] = report.published
    if draw.random() < 0.8:
        year, month, day = plan.posted.split("-")
        shown = draw.choice(
            (plan.posted, plan.posted + " 16:20", f"{year}年{int(month)}月{int(day)}日", f"{year}/{month}/{day}")
        )
        rows.append((phrase(draw, "box_dates"), shown))
        said["published"] = plan.posted
    others = draw.sample(load_words("phrases")["box_others"], k=draw.randint(1, 5))
    rows += [(label, value.replace("§title", report.title)) for label, value in others]
    if any(value == report.title for _, value in rows):
        said["title"] = report.title
    draw.shuffle(rows)
    labels = tuple(label for label, _ in rows) + tuple(
        value for _, value in others if len(value) > 2 and "§" not in value
    )
    return Piece(_lay_box(rows, draw), labels), said


def _lay_box(rows: list[tuple[str, str]], draw: Random) -> str:
    colon = draw.choice(("：", "：", ":", ""))
    pairs = [(escape(label) + colon, escape(value)) for label, value in rows]
    kind = draw.randrange(6)
    if kind == 0:
        cells = [f"<td>{label}</td><td>{value}</td>" for label, value in pairs]
        lines = [f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2)]
        return f"<table{attribute(draw)}>{''.join(lines)}</table>"
    if kind == 1:
        return f"<ul{attribute(draw)}>{''.join(f'<li><span>{k}</span><em>{v}</em></li>' for k, v in pairs)}</ul>"
    if kind == 2:
        return f"<dl>{''.join(f'<dt>{k}</dt><dd>{v}</dd>' for k, v in pairs)}</dl>"
    if kind == 3:
        return f"<div{attribute(draw)}>{''.join(f'<p><b>{k}</b>{v}</p>' for k, v in pairs)}</div>"
    if kind == 4:
        return f"<table>{''.join(f'<tr><th>{k}</th><td>{v}&nbsp;</td></tr>' for k, v in pairs)}</table>"
    return f"<div{attribute(draw)}>{''.join(f'<div><label>{k}</label><i>{v}</i></div>' for k, v in pairs)}</div>"


def _write_line(plan: _Plan, site: Site, boxed: bool) -> tuple[Piece, Said]:
    """The line under the title: date, source, counter, sizes, in any order."""
    draw, said, parts, strings = site.draw, {}, [], []
    if draw.random() < 0.85:
        label = phrase(draw, "dates")
        parts.append(label + plan.posted + draw.choice(("", " 10:12", " 10:12:33")))
        said["published"] = plan.posted
        strings.append(label + plan.posted)
    if draw.random() < 0.7:
        label = phrase(draw, "sources")
        parts.append(label + plan.source)
        said["source"] = plan.source
        strings.append((label + plan.source).strip())
    for kind, chance in (("counters", 0.6), ("sizes", 0.6)):
        if draw.random() < chance:
            text = phrase(draw, kind, value=str(draw.randint(3, 9999)))
            parts.append(text)
            strings.append(text)
    draw.shuffle(parts)
    glue = draw.choice(("　", "&nbsp;&nbsp;", " | ", "\n"))
    tag = draw.choice(("span", "em", "span", "li", "td"))
    inside = (
        glue.join(map(escape, parts)) if draw.random() < 0.3 else "".join(f"<{tag}>{escape(p)}</{tag}>" for p in parts)
    )
    if tag == "td" and "<td>" in inside:
        inside = f"<table><tr>{inside}</tr></table>"
    return Piece(f"<div{attribute(draw)}>{inside}</div>" if parts else "", tuple(strings)), said


def _title_tag(plan: _Plan, site: Site) -> str:
    draw, title = site.draw, escape(plan.report.title)
    joint = draw.choice(("_", "-", " - ", "|", " "))
    forms = [title, f"{title}{joint}{site.name}", f"{title}{joint}{site.column}{joint}{site.name}"]
    if plan.heading:
        forms += [site.name, "", f"{site.name}{joint}{site.column}{joint}{title}", "内容页"]
    shown = draw.choice(forms)
    return f"<title>{shown}</title>" if shown or draw.random() < 0.5 else ""


def _heading(plan: _Plan, draw: Random) -> str:
    title = plan.report.title
    places = [title.find(word) for word in (str(plan.report.year), "政府信息公开", "年度报告")]
    cut = draw.choice([at for at in places if 3 < at < len(title) - 3] or [0])
    text = escape(title)
    if cut and draw.random() < 0.2:
        text = escape(title[:cut]) + draw.choice(("<br>", "<br/>\n", "</span><br><span>")) + escape(title[cut:])
    return draw.choice(_HEADINGS).format(a=attribute(draw), t=f"<span>{text}</span>")


def _context(plan: _Plan, site: Site) -> dict[str, str]:
    agency = plan.report.agency
    found = {"portal": agency.id, "agency": agency.name, "level": agency.level, "run": "quality", "kind": "report"}
    return found | ({"region": agency.region} if agency.region else {})


def _gather(plan: _Plan, site: Site, said: dict[str, Said]) -> dict[str, Fact]:
    """Each fact with all places that give it."""
    agency = plan.report.agency
    said = {**said, "url": {"published": plan.posted} if plan.dated_url else {}}
    if plan.signed:
        said["signature"] = {"published": plan.report.published}
    facts = {"year": Fact(plan.report.year, ())}
    for key in ("published", "source", "index_number"):
        places = tuple(place for place in _TRUST if key in said.get(place, {}))
        if places:
            value = said[places[0]][key]
            ranked = key == "published"
            if ranked and places[0] in ("url", "signature") and "written" in said["info-box"]:
                places, ranked = (*places, "info-box"), False  # the day of writing is all that the box has
            facts[key] = Fact(value, places, places[0] if ranked else None)
    titled = tuple(place for place in ("meta", "info-box") if "title" in said[place])
    facts["title"] = Fact(plan.report.title, (*titled, "title"))
    named = (
        plan.context
        or plan.full_title
        or plan.named
        or agency.name in (said["info-box"].get("agency"), said["meta"].get("source"))
    )
    if named:
        facts["agency"] = Fact(agency.name, ())
    if plan.context or (named and is_named_level(agency)):
        facts["level"] = Fact(agency.level, ())
    if (
        agency.region
        and agency.level != "other"
        and (plan.context or is_named_region(agency) or "code" in said["meta"])
    ):
        facts["region"] = Fact(agency.region, ())
    return facts
