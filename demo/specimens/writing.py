"""A body becomes a page: dressed, perhaps printed again, put into its family's element, with the portal around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from random import Random
from urllib.parse import urljoin

from demo.rendering.layout import Item, Line, Table, flatten_lines
from demo.specimens import around
from demo.specimens.around import NOTHING, Piece, Site
from demo.specimens.content import Content, expand
from demo.specimens.doubling import Printing, print_again
from demo.specimens.dressing import Dress, dress
from demo.specimens.encoding import Sending, meta_tag
from demo.specimens.families import Family
from demo.specimens.heads import Head, draw_posted, write_head
from demo.specimens.naming import attribute
from demo.specimens.nondocuments import column_of
from demo.specimens.parting import write_parted
from demo.specimens.skeletons import KINDS, Parts, assemble, enclose
from demo.specimens.specimen import Grid, Truth
from demo.specimens.tabling import Habit
from demo.specimens.wording import load_words, phrase


@dataclass(frozen=True, slots=True)
class Manner:
    """How one page is made; ``flat`` names the quirk that turns tables into lines."""

    family: Family
    style: str
    inline: str
    habit: str
    sending: Sending
    title: str
    way: str | None = None
    flat: str | None = None
    parted: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is sent, and its truth."""

    url: str
    markup: str = field(repr=False)
    context: Mapping[str, str]
    truth: Truth = field(repr=False)
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Extras:
    """What stands in or behind a body and is neither prose nor chrome: files and pictures."""

    inside: str = ""
    behind: str = ""
    files: tuple[str, ...] = ()  # hrefs
    neutral: tuple[str, ...] = ()
    trait: tuple[str, ...] = ()


def write_page(manner: Manner, content: Content, draw: Random) -> Page:
    """The whole page of a content."""
    report = content.report
    site = Site(_site_name(content, draw), _site_code(content, draw), column_of(draw), draw)
    posted = draw_posted(report, draw)
    lines = [item.text for item in content.items if isinstance(item, Line)]
    signed, named = lines[-2:] == list(report.signature), report.agency.name in lines[-2:]
    head = write_head(report, site, posted, manner.family.dated, signed, named)
    url = manner.family.draw_address(draw, posted)
    items = _flatten(content.items, manner.flat)
    how = Dress(manner.style, manner.inline, Habit(manner.habit), draw)
    if manner.way:
        printing = print_again(manner.way, items, how, report, site)
    else:
        printing = Printing(write_parted(manner.parted, items, how) if manner.parted else dress(items, how))
    extras, base = _draw_extras(draw), _draw_base(draw, url)
    parts, chrome = _lay_parts(manner, head, printing, extras, site, report.title)
    skeleton = "form" if manner.family.name == "aspnet" else draw.choice(KINDS)
    inside = assemble(skeleton, parts, draw)
    truth = Truth(
        kind="report",
        lines=(*(item.text for item in _prose(items, content, manner)), *printing.lines),
        grids=_grids(content, manner),
        loose=sum(isinstance(item, Table) for item in content.items) - len(_grids(content, manner)),
        facts=head.facts,
        form=report.form if content.single else None,
        cells=report.cells if content.single else None,
        sums=report.sums if content.single else (),
        attachments=tuple(urljoin(base or url, href) for href in extras.files),
        neutral=(report.title, *extras.neutral, *_rows_of_bars(content, manner)),
        chrome=chrome,
    )
    markup = _document(manner, head, base, inside, draw)
    return Page(url, markup, head.context, truth, (f"skeleton:{skeleton}", *extras.trait, *(("base",) if base else ())))


def _site_name(content: Content, draw: Random) -> str:
    return draw.choice((content.report.agency.name, content.report.agency.name + "门户网站", "青汀政务公开网"))


def _site_code(content: Content, draw: Random) -> str:
    region = content.report.agency.region
    return f"{region}{draw.randint(1, 9999):04}" if region else f"bm{draw.randint(1, 99_999_999):08}"


def _flatten(items: tuple[Item, ...], flat: str | None) -> list[Item]:
    """Tables as lines, where the page has lost their grids."""
    if flat is None:
        return list(items)
    nested = (flatten_lines(item, bars=flat == "bars") if isinstance(item, Table) else [item] for item in items)
    return [item for group in nested for item in group]


def _prose(items: list[Item], content: Content, manner: Manner) -> list[Line]:
    """The lines that are prose; rows between bars may be read as tables or as lines, so they count as neither."""
    if manner.flat == "bars":
        return [item for item in content.items if isinstance(item, Line)]
    return [item for item in items if isinstance(item, Line)]


def _rows_of_bars(content: Content, manner: Manner) -> tuple[str, ...]:
    tables = [item for item in content.items if isinstance(item, Table)] if manner.flat == "bars" else []
    return tuple(line.text for table in tables for line in flatten_lines(table, bars=True))


def _grids(content: Content, manner: Manner) -> tuple[Grid, ...]:
    """The tables that lose nothing on their way into markup."""
    if manner.flat:
        return ()
    tables = [item for item in content.items if isinstance(item, Table)]
    if content.report.has("cut_by_page"):
        tables = [table for table in tables if table.columns in (4, 5, 15)]
    return tuple(expand(table) for table in tables)


def _draw_base(draw: Random, url: str) -> str:
    """Some portals set the address that links are read against."""
    return urljoin(url, "/") if draw.random() < 0.05 else ""


def _draw_file(draw: Random) -> str:
    """The link of a file: beside the article, in a folder of uploads, or behind an endpoint."""
    number, end = draw.randint(1000, 9999), draw.choice((".pdf", ".doc", ".docx", ".xls", ".wps", ".zip"))
    forms = (
        f"./P02023{number}{end}",
        f"./P02023{number}{end}",
        f"../../upload/files/{number}{end}",
        f"/module/download/downfile.jsp?classid=0&filename={number:08x}{end}",
        f"/attachment/0/{number}{end}",
    )
    return draw.choice(forms)


def _embed(href: str, draw: Random) -> _Extras:
    """The file in a viewer on the page."""
    forms = ('<iframe src="{}" width="100%"></iframe>', '<embed src="{}">', '<object data="{}" width="800"></object>')
    return _Extras(behind=draw.choice(forms).format(href), files=(href,), trait=("viewer",))


def _draw_extras(draw: Random) -> _Extras:
    """Now and then files at the end of the body or behind it, or a picture with its caption."""
    kind = draw.random()
    if kind < 0.25:
        label = phrase(draw, "attachment_labels")
        names = draw.sample(load_words("phrases")["attachment_names"], k=draw.randint(1, 2))
        hrefs = tuple(_draw_file(draw) for _ in names)
        if hrefs[0].endswith(".pdf") and draw.random() < 0.4:
            return _embed(hrefs[0], draw)
        shown = [
            name + draw.choice(("", "." + href.rpartition(".")[2])) for name, href in zip(names, hrefs, strict=True)
        ]
        links = "".join(
            f'<p{attribute(draw)}><a href="{href}">{text}</a></p>' for href, text in zip(hrefs, shown, strict=True)
        )
        markup = f"<p>{label}</p>{links}"
        if draw.random() < 0.5:
            return _Extras(inside=markup, files=hrefs, neutral=(label, *shown), trait=("files_inside",))
        return _Extras(
            behind=f"<div{attribute(draw)}>{markup}</div>",
            files=hrefs,
            neutral=(label, *shown),
            trait=("files_behind",),
        )
    if kind < 0.35:
        caption = draw.choice(("图1 主动公开渠道分布", "图：全年受理申请走势", "（图为政务公开体验区）"))
        picture = '<p style="text-align:center"><img src="./W02023.png" alt="渠道分布示意"></p>'
        markup = f'{picture}<p align="center">{caption}</p>'
        return _Extras(inside=markup, neutral=(caption, "渠道分布示意"), trait=("picture",))
    return _Extras()


def _lay_parts(
    manner: Manner, head: Head, printing: Printing, extras: _Extras, site: Site, title: str
) -> tuple[Parts, tuple[str, ...]]:
    """All parts in their order, and every string of the chrome."""
    draw = site.draw
    others = [title.replace("年", "年（旧版）", 1), *_foreign_titles(draw)]
    top = [around.some(site, around.ABOVE, 0.6), around.crumb(site) if draw.random() < 0.9 else NOTHING]
    side = around.column_menu(site) if draw.random() < 0.4 else NOTHING
    about = [head.box, Piece(head.heading, ()), head.dateline]
    draw.shuffle(about)
    inside = draw.random() < 0.15  # some templates put title and date line into the body's own element
    main = [
        *([] if inside else about),
        printing.behind if printing.first else NOTHING,
        _write_body(manner, printing, extras, about if inside else [], others, site),
        Piece(extras.behind, ()),
        NOTHING if printing.first or printing.far else printing.behind,
        around.decoy(site, manner.family.draw_container(draw)) if draw.random() < 0.1 else NOTHING,
        around.some(site, around.BELOW, 0.3),
        around.neighbours(site, others) if draw.random() < 0.6 else NOTHING,
        around.related(site, others) if draw.random() < 0.5 else NOTHING,
    ]
    end = [around.some(site, around.END[:1], 0.5), around.footer(site), around.some(site, around.END[2:], 0.4)]
    end.append(printing.behind if printing.far else NOTHING)
    chrome = tuple(text for piece in (*top, side, *main, *end) for text in piece.strings)
    return Parts([p.html for p in top], side.html, [p.html for p in main], [p.html for p in end]), chrome


def _write_body(
    manner: Manner, printing: Printing, extras: _Extras, about: list[Piece], others: list[str], site: Site
) -> Piece:
    """The body's own element, with what templates put into it besides the body."""
    draw = site.draw
    repeated = draw.random() < 0.2  # the editor has pasted the title too
    title = f'<p align="center"><b>{escape(manner.title)}</b></p>' if repeated else ""
    tail = around.join(
        (
            around.some(site, around.INSIDE, 0.15),
            around.neighbours(site, others) if draw.random() < 0.06 else NOTHING,
            around.related(site, others) if draw.random() < 0.06 else NOTHING,
        )
    )
    front = around.join(about)
    parts = (*manner.family.marks[:1], front.html, title, printing.body, extras.inside, tail.html)
    body = enclose(manner.family.draw_container(draw), "".join(parts))
    if manner.way is None and draw.random() < 0.03:  # a script shows it when the page is ready
        body = f'<div id="loading" style="display:none">{body}</div>'
    return Piece(body, (*front.strings, *tail.strings))


def _foreign_titles(draw: Random) -> list[str]:
    year = draw.randint(2012, 2018)
    names = ("外省某厅", "邻市某局", "邻县某镇")
    return [f"{name}{year}年政府信息公开工作年度报告" for name in names]


def _document(manner: Manner, head: Head, base: str, inside: str, draw: Random) -> str:
    kind = draw.choice(
        ("<!DOCTYPE html>\n", "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN' ''>\n", "")
    )
    shown = f'<base href="{base}">' if base else ""
    tags = [shown, meta_tag(manner.sending, draw), head.title_tag, head.meta, *manner.family.marks[1:]]
    opening = f"{kind}<html>\n<head>\n{chr(10).join(filter(None, tags))}\n</head>\n<body{attribute(draw)}>\n"
    return f"{opening}{inside}\n</body>\n</html>\n"
