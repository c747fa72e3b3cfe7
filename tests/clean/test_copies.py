"""Copies of a body that are cut differently: lines broken at other places, tables in pieces or one cell a line."""

from collections.abc import Callable

import pytest

from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from tests.clean.capturing import capture

TITLE = "青汀县渡口管理局2022年政府信息公开工作年度报告"
_PROSE = (
    "本报告按照有关条例和省政府办公厅的通知要求编写，所列数据自2022年1月1日起至12月31日止，报告全文可在本局门户网站查阅和下载。",
    "全年主动公开政府信息四百二十三条，较上年增长百分之八点七，内容集中在就业补贴和工伤认定两个方面，群众反响良好。",
    "收到申请十二件，全部按期办结，没有发生行政复议和行政诉讼案件，申请人对答复内容表示满意，未收取任何费用。",
    "主要问题是解读形式单一，以文字为主；下一步将丰富形式，做到一份文件配一张图和一段讲解视频，并请群众评议。",
)
_HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "五、存在的主要问题及改进情况",
)
_SIGNED = "<p>青汀县渡口管理局</p><p>2023年1月20日</p>"
_ROWS = (
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "0", "0", "0"),
    ("行政规范性文件", "3", "1", "22"),
    ("行政许可", "0", "0", "17"),
)


def _read(inner: str) -> Document:
    return clean_capture(
        capture(f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{inner}</body></html>")
    )


def _body(width: int = 999, tables: str = "") -> str:
    lines = []
    for heading, text in zip(_HEADINGS, _PROSE, strict=True):
        broken = "<br>".join(text[at : at + width] for at in range(0, len(text), width))
        lines.append(f"<p>{heading}</p><p>{broken}</p>{tables if heading == _HEADINGS[1] else ''}")
    return "".join(lines) + _SIGNED


def _table(*rows: tuple[str, ...]) -> str:
    return (
        "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + "</table>"
    )


def _prose(document: Document) -> str:
    return "".join(block.text for block in document.blocks)


def _grids(document: Document) -> list[list[tuple[str, ...]]]:
    return [[tuple(slot.text for slot in row) for row in block.grid] for block in document.blocks if block.grid]


_ONCE = (
    "".join(f"{heading}{text}" for heading, text in zip(_HEADINGS, _PROSE, strict=True))
    + "青汀县渡口管理局2023年1月20日"
)


@pytest.mark.parametrize(("first", "second"), [(15, 22), (19, 999), (999, 17), (16, 16)])
def test_copies_broken_at_other_places_are_one(first: int, second: int) -> None:
    document = _read(f"<div>{_body(first)}</div><div class=m>{_body(second)}</div>")
    assert _prose(document) == _ONCE
    assert document.dropped


@pytest.mark.parametrize("widths", [(15, 22, 22), (22, 15, 22), (22, 22, 15), (15, 19, 22)])
def test_three_copies_broken_at_other_places_are_one(widths: tuple[int, int, int]) -> None:
    copies = "".join(f"<div>{_body(width, _table(*_ROWS))}</div>" for width in widths)
    document = _read(copies)
    assert _prose(document) == _ONCE
    assert _grids(document) == [list(_ROWS)]


def _lines(width: int, tables: str = "") -> str:
    """The body with an element a line, as a converter from PDF leaves it."""
    pieces = []
    for heading, text in zip(_HEADINGS, _PROSE, strict=True):
        lines = "".join(f"<p>{text[at : at + width]}</p>" for at in range(0, len(text), width))
        pieces.append(f"<p>{heading}</p>{lines}{tables if heading == _HEADINGS[1] else ''}")
    return "".join(pieces) + _SIGNED


@pytest.mark.parametrize(("first", "second"), [(999, 31), (31, 999), (31, 37), (22, 31), (25, 25)])
@pytest.mark.parametrize("how", [_body, _lines])
def test_a_copy_with_an_element_a_line_is_a_copy(how: Callable[[int, str], str], first: int, second: int) -> None:
    table = _table(*_ROWS)
    document = _read(f"<div>{how(first, table)}</div><div class=m>{_lines(second, table)}</div>")
    assert _prose(document) == _ONCE
    assert _grids(document) == [list(_ROWS)]


def test_an_element_a_line_stays_as_it_is() -> None:
    document = _read(f"<div>{_lines(31, _table(*_ROWS))}</div>")
    assert _prose(document) == _ONCE
    assert not document.dropped


@pytest.mark.parametrize("how", [_body, _lines])
def test_an_excerpt_gives_way_to_the_hidden_text(how: Callable[[int, str], str]) -> None:
    """Two anchors are no copy; but what is hidden says it all, and most of the page."""
    excerpt = "".join(f"<p>{heading}</p><p>{text}</p>" for heading, text in zip(_HEADINGS[:2], _PROSE, strict=False))
    document = _read(f"<div>{excerpt}</div><div style='display:none'>{how(31, _table(*_ROWS))}</div>")
    assert _prose(document) == _ONCE
    assert [item.text for item in document.dropped] == [_HEADINGS[0], _PROSE[0], _HEADINGS[1], _PROSE[1]]
    assert {item.kept for item in document.dropped} <= {block.path for block in document.blocks}


def test_lines_broken_a_word_apart_do_not_contradict_each_other() -> None:
    figures = "清理失效链接四百九十一条、修改二百零三条并在文件库统一编号，"
    lines = "".join(f"{number}{figures}" for number in (12, 15, 18)) + "全年没有因公开不当引发的投诉。"
    one, two = ("<br>".join(lines[at : at + width] for at in range(0, len(lines), width)) for width in (30, 31))
    document = _read(f"<div>{_body(30)}<p>{one}</p></div><div class=m>{_body(31)}<p>{two}</p></div>")
    assert _prose(document).count("没有因公开不当引发") == 1
    assert _prose(document).count(_HEADINGS[0]) == 1


def test_two_reports_broken_at_other_places_are_two() -> None:
    other = (
        _body(22)
        .replace("2022", "2021")
        .replace("四百二十三", "三百零一")
        .replace("十二件", "七件")
        .replace("2023", "2022")
    )
    inner = f"<div>{_body(15)}</div><h1>{TITLE.replace('2022', '2021')}</h1><div class=m>{other}</div>"
    assert "四百二十三条" in _prose(_read(inner))
    assert "三百零一条" in _prose(_read(inner))


def test_broken_lines_of_one_body_stay_as_they_are() -> None:
    document = _read(f"<div>{_body(15)}</div>")
    assert _prose(document) == _ONCE
    assert not document.dropped


@pytest.mark.parametrize("flat_first", [True, False])
def test_table_with_a_cell_a_line_is_the_copy_of_the_table(flat_first: bool) -> None:
    lines = "".join(f"<p>{cell}</p>" for row in _ROWS for cell in row)
    copies = [_body(tables=_table(*_ROWS)), _body(tables=lines)]
    document = _read("".join(f"<div>{copy}</div>" for copy in (copies[::-1] if flat_first else copies)))
    assert _prose(document) == _ONCE
    assert _grids(document) == [list(_ROWS)]


@pytest.mark.parametrize("cut_first", [True, False])
@pytest.mark.parametrize("again", [(), _ROWS[:1]])
def test_table_cut_in_one_copy_is_there_once(cut_first: bool, again: tuple[tuple[str, ...], ...]) -> None:
    pieces = _table(*_ROWS[:3]) + _table(*again, *_ROWS[3:])
    copies = [_body(tables=_table(*_ROWS)), _body(tables=pieces)]
    document = _read("".join(f"<div>{copy}</div>" for copy in (copies[::-1] if cut_first else copies)))
    assert _prose(document) == _ONCE
    assert _grids(document) == [list(_ROWS)]


def test_tables_of_other_figures_cut_differently_are_two() -> None:
    other = (*_ROWS[:2], ("行政规范性文件", "4", "1", "25"), _ROWS[3])
    pieces = _table(*other[:3]) + _table(*other[3:])
    document = _read(f"<div>{_body(tables=_table(*_ROWS))}</div><div>{_body(tables=pieces)}</div>")
    cells = [cell for grid in _grids(document) for row in grid for cell in row]
    assert "22" in cells
    assert "25" in cells


def test_headings_doubled_around_tables_are_there_once() -> None:
    both = "<div><p>{0}</p></div><div class=m><p>{0}</p></div>"
    lines = [both.format(line) for section in zip(_HEADINGS, _PROSE, strict=True) for line in section]
    review = both.format("四、行政复议、行政诉讼情况") + _table(*_ROWS[1:])
    document = _read(f"<div>{''.join(lines[:6])}{_table(*_ROWS)}{review}{''.join(lines[6:])}</div>")
    texts = [block.text for block in document.blocks if block.kind != "table"]
    assert texts.count("四、行政复议、行政诉讼情况") == 1
    assert len(_grids(document)) == 2


def test_signature_of_a_copy_is_no_head_of_the_next() -> None:
    again = f"<div>{_body()}</div><p>（责任编辑：王某）</p><div class=m>{_body()}</div>"
    document = _read(again)
    assert document.identity.published == "2023-01-20"
    assert document.identity.origins["published"] == "signature"


def test_line_of_date_above_the_second_copy_is_its_head() -> None:
    line = "<div><span>发布日期：2023-02-11</span></div>"
    document = _read(f"<div>{_body()}</div><h3>{TITLE}</h3>{line}<div class=m>{_body()}</div>")
    assert document.identity.published == "2023-02-11"


def test_a_linked_line_beside_both_copies_is_no_part_of_them() -> None:
    following = "<p><a href='/n.html'>下一信息：外省某厅2012年政府信息公开工作年度报告</a></p>"
    notes = "<p>转载本网作品请注明出处，谢谢合作，欢迎留言。</p>"
    half = "".join(f"<p>{heading}</p><p>{text}</p>" for heading, text in zip(_HEADINGS[:3], _PROSE[:3], strict=True))
    document = _read(f"<div>{_body()}</div>{following}<div class=m>{half}</div>{notes}{following}")
    assert _prose(document) == _ONCE


def test_lines_of_another_break_are_no_news() -> None:
    """Of the second copy a point, a word or a name stands alone on a line."""
    one, two = _PROSE[0][:-3], _PROSE[0][-3:]
    mail = "联系邮箱：<br>xxgk@example.gov.cn，电话0999-82284，欢迎来信来电。"
    first = f"<p>{one}<br>{two}</p><p>{mail}</p>{_body()}"
    second = f"<p>{_PROSE[0][:-1]}<br>。</p><p>{mail.replace('<br>', '')}</p>{_body()}"
    document = _read(f"<div>{first}</div><div class=m>{second}</div>")
    assert _prose(document) == f"{_PROSE[0]}{mail.replace('<br>', '')}{_ONCE}"


def test_a_heading_broken_at_another_place_is_there_once() -> None:
    long = "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况（宋体加粗小四号字）"
    first, second = (f"<p>{long[:at]}<br>{long[at:]}</p><p>未发生行政复议和行政诉讼。</p>" for at in (37, 34))
    document = _read(f"<div>{_body()}{first}</div><div class=m>{_body()}{second}</div>")
    assert _prose(document) == f"{_ONCE}{long}未发生行政复议和行政诉讼。"


def test_head_lines_of_the_second_copy_do_not_cut_the_first_title() -> None:
    head = f"<div>{TITLE[:13]}<br>{TITLE[13:]}</div>"
    again = f"<h3>{TITLE}</h3><div>来源：县渡口管理局办公室 访问量：166</div>"
    page = f"<html><body>{head}<div>{_body()}</div>{again}<div>{_body()}</div></body></html>"
    document = clean_capture(capture(page))
    assert document.identity.title == TITLE
    assert _prose(document) == _ONCE


def test_what_the_first_copy_says_of_its_source_is_believed() -> None:
    heads = [f"<h3>{TITLE}</h3><div>来源：{name}</div>" for name in ("青汀县渡口管理局", "局办公室", "本站")]
    copies = "".join(f"{head}<div>{_body(width)}</div>" for head, width in zip(heads, (999, 15, 15), strict=True))
    assert _read(copies).identity.source == "青汀县渡口管理局"


def test_a_day_of_a_copy_s_end_is_no_head_of_the_next() -> None:
    signed = _body().replace("<p>2023年1月20日</p>", "")
    document = _read(f"<div>{_body()}</div><div class=m>{signed}</div>")
    assert document.identity.origins["published"] == "signature"


def test_a_copy_that_breaks_off_after_a_quarter_of_the_page_is_a_copy() -> None:
    more = "".join(
        f"<p>第{n}季度，全局各科室共主动公开信息{n}百零七条，内容逐项登记并按月公示，未发生差错。</p>"
        for n in "一二三四五六七八九"
    )
    start = "".join(f"<p>{heading}</p><p>{text}</p>" for heading, text in zip(_HEADINGS[:3], _PROSE[:3], strict=True))
    document = _read(f"<div>{start}{more}{_SIGNED}</div><div class=m>{start}</div>")
    assert all(_prose(document).count(text) == 1 for text in _PROSE[:3])


def test_a_paragraph_quoted_on_a_page_stays() -> None:
    long = "".join(_PROSE[:3])
    document = _read(f"<div>{_body()}<p>上年报告写道：</p><p>{long}</p></div>".replace(_PROSE[0], long, 1))
    assert not document.dropped


@pytest.mark.parametrize("stop", ["。", "。<br>", "）。"])
def test_a_paragraph_of_the_poorer_copy_keeps_the_stop_that_a_break_parts_from_it(stop: str) -> None:
    own = "说明：因机构调整，原办公室职责划入渡口服务中心，相关统计口径自五月二日起作相应变化，特此说明"
    poorer = _body().replace(f"<p>{_PROSE[3]}", f"<p>{own}<br>{stop}</p><p>{_PROSE[3]}")
    document = _read(f"<div>{_body(tables=_table(*_ROWS))}</div><div class=m>{poorer}</div>")
    assert _prose(document) == _ONCE.replace(_PROSE[3], f"{own}{stop.removesuffix('<br>')}{_PROSE[3]}")
