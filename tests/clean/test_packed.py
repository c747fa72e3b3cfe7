"""ZIP archives: all that can be read in them, in their order, whatever charset their names are in; within bounds."""

import pytest

from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from tests.clean.capturing import capture
from tests.clean.filing import SPECIMENS, pack, run, word

REPORT = (SPECIMENS / "report.docx").read_bytes()


def clean(payload: bytes) -> Document:
    return clean_capture(capture(payload, "http://www.example.gov.cn/a.zip", "application/zip"))


def test_a_member_s_blocks_name_it() -> None:
    found = clean(pack({"附件/年度报告.docx": REPORT, "说明.exe": b"MZ\x90\x00"}))
    assert found.kind == "report"
    assert {block.path.split("!")[0] for block in found.blocks} == {"附件/年度报告.docx"}
    cell = next(block for block in found.blocks if block.kind == "table").grid[2][1]
    assert cell.path == "附件/年度报告.docx!table 1 row 3 cell 2"


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_names_without_a_mark_are_read_in_their_charset(charset: str) -> None:
    found = clean(pack({"二〇二三年报告.docx": REPORT}, charset))
    assert found.blocks[0].path.startswith("二〇二三年报告.docx!")


def test_members_come_in_the_archive_s_order() -> None:
    notes = {f"{name}.docx": word(run(f"{name}号附件：本年度工作说明，内容详见正文。")) for name in ("丙", "甲", "乙")}
    assert [block.path[0] for block in clean(pack(notes)).blocks] == ["丙", "甲", "乙"]


def test_the_same_report_in_two_formats_is_kept_once() -> None:
    found = clean(pack({"报告.docx": REPORT, "报告.odt": (SPECIMENS / "report.odt").read_bytes()}))
    assert sum(block.kind == "table" for block in found.blocks) == 3
    assert len(found.dropped) > 10


def test_an_archive_in_an_archive_is_read() -> None:
    found = clean(pack({"内层.zip": pack({"报告.docx": REPORT})}))
    assert found.blocks[-1].path.startswith("内层.zip!报告.docx!paragraph ")


def test_a_damaged_member_does_not_cost_the_others() -> None:
    found = clean(pack({"坏.docx": REPORT[:2000], "好.docx": REPORT}))
    assert found.kind == "report"


def test_pages_and_texts_in_an_archive_are_read() -> None:
    line = "本年度我局认真做好信息公开工作，成效明显。"
    found = clean(pack({"a.html": f"<html><body><p>{line}</p></body></html>", "b.txt": (line * 2).encode("gb18030")}))
    assert [block.text for block in found.blocks] == [line, line * 2]


def test_an_archive_of_nothing_readable_is_an_attachment() -> None:
    assert (found := clean(pack({"a.exe": b"MZ\x90\x00", "b.bin": b"123"}))).kind == "attachment"
    assert found.blocks == ()


def _nested(depth: int) -> bytes:
    content = REPORT
    for _ in range(depth):
        content = pack({"a.zip": content})
    return content


def _many(count: int) -> bytes:
    return pack({f"{number}.txt": "甲" for number in range(count)})


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (pack({"a.docx": bytes(70 * 2**20)}), "too-large"),
        (pack({f"{number}.txt": bytes(7 * 2**20) for number in range(40)}), "too-large"),
        (_nested(6), "too-large"),
        (_many(400), "too-large"),
        (_many(5000), "too-large"),
        (pack({"a.docx": REPORT})[:-300], "unreadable"),
        (b"PK\x03\x04" + bytes(200), "unreadable"),
        (pack({"a.docx": REPORT[:3000]}), "unreadable"),
    ],
    ids=["bomb", "bombs", "nested", "many", "too many", "cut", "no archive", "broken member"],
)
def test_what_cannot_or_must_not_be_read_is_rejected(payload: bytes, reason: str) -> None:
    found = clean(payload)
    assert (found.kind, found.rejected, found.media_type) == ("rejected", reason, "application/zip")


def test_an_encrypted_archive_is_unreadable() -> None:
    locked = bytearray(pack({"a.docx": REPORT}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + at] |= 1
    assert clean(bytes(locked)).rejected == "unreadable"
