"""Copies that break off in the middle of a line or a table, with and without a word that calls for the rest."""

import re

import pytest

from pipelines.clean.brokenends import without_more
from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from tests.clean.capturing import capture

TITLE = "青汀县渡口管理局2022年政府信息公开工作年度报告"
_SECTIONS = (
    ("一、总体情况", "本报告按照条例的规定编写，数据自2022年1月1日起至12月31日止。"),
    (
        "二、主动公开政府信息情况",
        "全年主动公开政府信息四百二十三条，较上年增长百分之八点七，集中在补贴和认定两个方面。",
    ),
    ("三、收到和处理政府信息公开申请情况", "收到申请十二件，全部按期办结，申请人对答复内容表示满意，未收取费用。"),
    (
        "五、存在的主要问题及改进情况",
        "主要问题是解读形式单一，以文字为主；下一步将做到一份文件配一张图和一段讲解视频。",
    ),
)
_ROWS = (
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "0", "0", "0"),
    ("行政规范性文件", "3", "1", "22"),
    ("行政许可", "0", "0", "17"),
)
_TABLE = (
    "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in _ROWS) + "</table>"
)
_BODY = (
    "".join(f"<p>{heading}</p><p>{text}</p>" for heading, text in _SECTIONS[:3])
    + _TABLE
    + "".join(f"<p>{heading}</p><p>{text}</p>" for heading, text in _SECTIONS[3:])
    + "<p>青汀县渡口管理局</p><p>2023年1月20日</p>"
)


def _cut(length: int, ending: str) -> str:
    """The body up to a number of characters that are shown, and what stands there instead of the rest."""
    kept, open_tags = [], list[str]()
    for token in re.findall(r"<[^>]+>|[^<]", _BODY):
        if not token.startswith("<"):
            length -= 1
            if length < 0:
                break
        elif token.startswith("</"):
            open_tags.pop()
        else:
            open_tags.append(token[1:-1])
        kept.append(token)
    return "".join(kept) + ending + "".join(f"</{tag}>" for tag in reversed(open_tags))


def _read(inner: str) -> Document:
    return clean_capture(
        capture(f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{inner}</body></html>")
    )


def _blocks(document: Document) -> list[object]:
    return [block.text or [[slot.text for slot in row] for row in block.grid] for block in document.blocks]


_ONCE = _blocks(_read(_BODY))


@pytest.mark.parametrize("cut_first", [False, True])
@pytest.mark.parametrize("ending", ["", "<a href='#'>点击查看全文&gt;&gt;</a>", "... [详细]"])
def test_a_copy_that_breaks_off_anywhere_is_left_out(ending: str, cut_first: bool) -> None:
    """In sentences, headings, cells and the signature, from the third sentence on."""
    whole, size = f"<div>{_BODY}</div>", len(re.sub(r"<[^>]+>", "", _BODY))
    for length in range(180 + cut_first, size - 1, 2):
        copy = f"<div class=m>{_cut(length, ending)}</div>"
        document = _read(copy + whole if cut_first else whole + copy)
        assert _blocks(document) == _ONCE, (length, ending)
        assert document.dropped


def test_the_signature_behind_a_title_of_two_lines_stays() -> None:
    title = f"<div>{TITLE[:8]}关于<br>{TITLE[8:]}</div>"
    document = clean_capture(
        capture(f"<html><body>{title}<div>{_BODY}</div><div class=m>{_cut(250, '点击查看全文')}</div></body></html>")
    )
    assert [block.text for block in document.blocks[-2:]] == ["青汀县渡口管理局", "2023年1月20日"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("青汀县渡口管理局点击查看全文", "青汀县渡口管理局"),
        ("全年收到申请……", "全年收到申请"),
        ("全年收到申请...[详细]", "全年收到申请"),
        ("全年收到申请 阅读全文>>", "全年收到申请"),
        ("收到申请十二件。", "收到申请十二件。"),
    ],
)
def test_words_that_call_for_the_rest_are_no_part_of_a_line(text: str, rest: str) -> None:
    assert without_more(text) == rest
