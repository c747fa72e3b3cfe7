"""OFD pages: characters and ruled tables at their places, by the standard and by what writers make of it."""

import pytest

from pipelines.clean.files.ofd import read_ofd
from pipelines.clean.files.outcome import FileError
from pipelines.clean.media import OFD, find_binary_media
from tests.clean.filing import ofd, ofd_table, ofd_text, pack

_TITLE = "青禾市水利局2023年政府信息公开工作年度报告"
_LINE = "本年度我局认真做好信息公开工作，主动公开信息若干条。"


def test_lines_and_tables_come_in_order_with_their_boxes() -> None:
    rows = [["信息内容", "本年制发件数"], ["规章", "3"], ["行政规范性文件", "12"]]
    page = ofd_text(_TITLE, 100, 80, 18) + ofd_table(rows, 80, 200, 160, 24) + ofd_text(_LINE, 80, 320)
    parts = read_ofd(ofd([page]))
    assert [part.kind for part in parts] == ["paragraph", "table", "paragraph"]
    assert [[slot.text for slot in row] for row in parts[1].grid] == rows
    assert parts[1].path == "page 1 [80.0, 200.0, 400.0, 272.0]"
    assert parts[1].grid[2][1].path == "page 1 [240.0, 248.0, 400.0, 272.0]"
    assert parts[2].text == _LINE


def test_a_table_goes_on_over_the_page() -> None:
    head = ofd_table([["信息内容", "本年处理决定数量"], ["行政许可", "120"]], 80, 700, 160, 24)
    rest = ofd_table([["行政处罚", "35"], ["行政强制", "0"]], 80, 60, 160, 24)
    (table,) = (part for part in read_ofd(ofd([ofd_text(_LINE, 80, 600) + head, rest])) if part.kind == "table")
    assert [row[0].text for row in table.grid] == ["信息内容", "行政许可", "行政处罚", "行政强制"]


def test_a_template_lies_behind_the_page_and_watermarks_are_no_text() -> None:
    slanted = ofd_text("内部资料" * 5, 200, 400, 30, 'CTM="0.7 0.7 -0.7 0.7 0 0"')
    unseen = ofd_text("看不见的字" * 5, 80, 500, 12, 'Visible="false"')
    parts = read_ofd(ofd([ofd_text(_LINE, 80, 100) + slanted + unseen]))
    assert [part.text for part in parts] == [_LINE]


def test_a_matrix_scales_the_characters() -> None:
    scaled = ofd_text(_LINE, 80, 100, 6, 'CTM="2 0 0 2 0 0"')
    (part,) = read_ofd(ofd([scaled]))
    assert part.text == _LINE


def test_it_is_known_by_its_root() -> None:
    assert find_binary_media(ofd([ofd_text(_LINE, 80, 100)]), "http://www.example.gov.cn/a.zip") == OFD


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (ofd([""]), "unreadable"),
        (ofd(['<ofd:ImageObject Boundary="0 0 210 297" ResourceID="4"/>']), "image-only"),
        (pack({"OFD.xml": "<OFD><DocBody><DocRoot>nowhere.xml</DocRoot></DocBody></OFD>"}), "unreadable"),
        (ofd([ofd_text(_LINE, 80, 100)] * 301), "too-large"),
        (ofd([ofd_text(_LINE * 30_000, 80, 100)]), "too-large"),
        (ofd(["<a>" * 3000 + "</a>" * 3000]), "too-large"),
    ],
    ids=["empty", "scan", "no document", "pages", "characters", "depth"],
)
def test_what_is_no_text_is_named(payload: bytes, reason: str) -> None:
    with pytest.raises(FileError) as error:
        read_ofd(payload)
    assert error.value.reason == reason
