"""Word files: numbers of lists, styles, what is deleted and hidden, merged cells; XML that is a trap."""

import shutil

import pytest

from pipelines.clean.files.doc import read_doc
from pipelines.clean.files.docx import read_docx
from pipelines.clean.files.edges import EdgedCell, join_merged, lay_out_rows
from pipelines.clean.files.numbering import write_chinese, write_number
from pipelines.clean.files.odf import read_odf
from pipelines.clean.files.options import FileOptions
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.reading import read_file
from pipelines.clean.files.rtf import read_rtf
from pipelines.clean.media import DOC, WORKS
from pipelines.document import Slot
from tests.clean.filing import OOXML, SPECIMENS, pack, run, word

_LISTS = (
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
    '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%2."/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
)


def numbered(text: str, depth: int = 0) -> str:
    return run(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="3"/></w:numPr>')


def texts(payload: bytes) -> list[str]:
    return [part.text for part in read_docx(payload)]


def test_numbers_of_lists_are_put_back() -> None:
    body = (
        numbered("总体情况")
        + numbered("主动公开", 1)
        + numbered("依申请公开", 1)
        + numbered("其他")
        + numbered("甲", 1)
    )
    assert texts(word(body, numbering=_LISTS)) == ["一、总体情况", "1.主动公开", "2.依申请公开", "二、其他", "1.甲"]


def test_a_style_gives_its_paragraphs_number_and_rank() -> None:
    styles = (
        '<w:style w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>'
        '</w:style><w:style w:styleId="a"><w:name w:val="正文小题"/><w:basedOn w:val="1"/></w:style>'
    )
    (part,) = read_docx(word(run("总体情况", '<w:pStyle w:val="a"/>'), numbering=_LISTS, styles=styles))
    assert (part.kind, part.level, part.text) == ("heading", 1, "一、总体情况")


@pytest.mark.parametrize("outline", ["9", "9" * 5000])
def test_a_rank_that_no_outline_has_makes_no_heading(outline: str) -> None:
    (part,) = read_docx(word(run("总体情况", f'<w:outlineLvl w:val="{outline}"/>')))
    assert (part.kind, part.level, part.text) == ("paragraph", 0, "总体情况")


@pytest.mark.parametrize(("outline", "level"), [("2", 2), ("", 1), ("x", 1), ("\u00b2", 1)])
def test_a_heading_of_a_text_document_without_a_rank_is_of_the_first(outline: str, level: int) -> None:
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text"))
    body = f'<office:text><text:h text:outline-level="{outline}">总体情况</text:h></office:text>'
    content = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    (part,) = read_odf(pack({"content.xml": content}))
    assert (part.kind, part.level, part.text) == ("heading", level, "总体情况")


def test_deleted_and_hidden_text_is_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>收到申请</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>8</w:t></w:r><w:ins><w:r><w:t>7件</w:t></w:r></w:ins></w:p>"
    )
    assert texts(word(body)) == ["收到申请7件"]


def test_strict_files_are_read_as_the_others() -> None:
    strict = pack({
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>'
        f"{run('依申请公开')}</w:body></w:document>",
    })  # fmt: skip
    assert texts(strict) == ["依申请公开"]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (12, "chineseCounting", "十二"),
        (103, "chineseCountingThousand", "一百零三"),
        (20, "japaneseCounting", "二十"),
        (4, "decimalEnclosedCircle", "④"),
        (3, "ideographTraditional", "丙"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (7, "decimalZero", "07"),
        (9, "unheardOf", "9"),
    ],
)
def test_numbers_are_written_in_their_format(value: int, form: str, text: str) -> None:
    assert write_number(value, form) == text


def test_no_two_numbers_are_counted_alike() -> None:
    assert len({write_chinese(number) for number in range(10_000)}) == 10_000


def _laughs() -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE w:document [<!ENTITY a0 "ha">{entities}]><w:document xmlns:w="x" a="&a9;">&a9;</w:document>'


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (_laughs(), "too-large"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "unreadable"),
        ("<a>" * 9000 + "</a>" * 9000, "too-large"),
        ("no XML", "unreadable"),
        ("", "unreadable"),
    ],
    ids=["entities", "a file of ours", "depth", "text", "nothing"],
)
def test_xml_that_is_a_trap_is_rejected(xml: str, reason: str) -> None:
    with pytest.raises(FileError) as error:
        read_docx(pack({"[Content_Types].xml": OOXML, "word/document.xml": xml}))
    assert error.value.reason == reason


def test_edges_that_drift_by_a_hair_are_one_column() -> None:
    def cell(left: int, right: int, text: str, above: bool = False) -> EdgedCell:
        return EdgedCell(left, right, Slot(text, text), above)

    rows = [
        [cell(0, 1000, "甲"), cell(1000, 3000, "乙")],
        [cell(15, 1010, "", above=True), cell(1010, 2000, "1"), cell(2000, 3005, "2")],
    ]
    assert [[slot.text for slot in row] for row in lay_out_rows(rows)] == [["甲", "乙", "乙"], ["甲", "1", "2"]]


@pytest.mark.parametrize("marks", [(1, 2), (2, 1), (3, 1)])
def test_merged_cells_are_one_whichever_mark_comes_first(marks: tuple[int, int]) -> None:
    cells = [(EdgedCell(at, at + 1, Slot(str(at), "")), mark) for at, mark in enumerate((0, *marks, 0))]
    assert [(cell.left, cell.right) for cell in join_merged(cells)] == [(0, 1), (1, 3), (3, 4)]


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansicpg936 \'c4\'ea\'b6\'c8\'b1\'a8\'b8\'e6\par}", "年度报告"),
        (rb"{\rtf1\ansi\uc1 \u24180?\u24230?\'20 2023\par}", "年度 2023"),
        (rb"{\rtf1\ansi\uc2 \u24180\'c4\'ea\u24230\'b6\'c8\par}", "年度"),
        (rb"{\rtf1{\fonttbl{\f1\fcharset134 SimSun;}}\f1 \'c4\'ea{\f0 x}\par}", "年x"),
        (rb"{\rtf1 a{\*\unknown b}{\v c}{\deleted d}{\pict 00ff}{\field{\*\fldinst HYPERLINK}{\fldrslt e}}\par}", "ae"),
    ],
)
def test_rich_text_says_what_its_bytes_mean(rtf: bytes, text: str) -> None:
    assert [part.text for part in read_rtf(rtf)] == [text]


def test_files_that_only_pretend_are_unreadable() -> None:
    with pytest.raises(FileError):
        read_doc(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))


def test_a_file_of_before_1997_needs_a_converter() -> None:
    old = (SPECIMENS / "report.doc").read_bytes().replace(b"\xec\xa5\x01\x01", b"\xec\xa5\x65\x00")
    with pytest.raises(FileError) as error:
        read_file(DOC, old, "a.doc", FileOptions())
    assert error.value.reason == "no-converter"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_what_we_do_not() -> None:
    works = (SPECIMENS / "report.doc").read_bytes()  # under another's type: what matters is the road that it takes
    found = read_file(WORKS, works, "a.wps", FileOptions(soffice="soffice"))
    assert sum(part.kind == "table" for part in found.parts) == 3
    assert found.readers[0].startswith("libreoffice-")
