"""What a PDF draws: our reader sees what pdfplumber sees, reads damaged operators, and ends what would never end."""

import io
import time
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pytest

from demo.rendering.layout import lay_out
from demo.rendering.pdf import write_pdf
from demo.truth import make_reports
from pipelines.clean.files.canvas import Character
from pipelines.clean.files.operators import read_operators
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.pdf import _read_leaves, read_pdf
from tests.clean.hostile import HOSTILE, page, pdf, stream

PDFS = sorted(name for name in HOSTILE if name.startswith("pdf-"))
KEYS = ("text", "x0", "top", "x1", "bottom", "size")
HELVETICA = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def written() -> Iterator[bytes]:
    for report in make_reports(1)[1:3]:
        yield write_pdf(report.title, lay_out(report))
    yield page(
        b"q 2 0 0 2 50 60 cm BT /F 10 Tf 1 0 .2 1 5 7 Tm 90 Tz 2 Tc (a\\(b\\)\\101) Tj T* [(x) -300 <4142>] TJ ET Q "
        b"10 10 200 100 re S 10 10 m 90 10 l 90 50 l h f 1 w 20 20 m 300 20 l S q 30 0 0 40 5 6 cm /I Do Q "
        b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI 0 0 m 5 9 l 20 30 40 50 60 50 c S",
        HELVETICA + " /XObject << /I 6 0 R >>",
        o6=stream(
            b"x", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
        ),
    )


def rounded(characters: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(c[key] if key == "text" else round(c[key], 4) for key in KEYS) for c in characters]


def test_characters_and_images_are_where_pdfplumber_sees_them() -> None:
    for payload in written():
        leaves = list(_read_leaves(payload))
        with pdfplumber.open(io.BytesIO(payload)) as judge:
            assert [leaf.number for leaf in leaves] == [theirs.page_number for theirs in judge.pages]
            for leaf, theirs in zip(leaves, judge.pages, strict=True):
                assert rounded(list(leaf.characters)) == rounded(theirs.chars)
                boxes = [(image["x0"], image["top"], image["x1"], image["bottom"]) for image in theirs.images]
                assert list(leaf.pictures) == [pytest.approx(box) for box in boxes]


def test_rules_are_the_edges_that_pdfplumber_sees() -> None:
    for payload in written():
        leaves = list(_read_leaves(payload))
        with pdfplumber.open(io.BytesIO(payload)) as judge:
            for leaf, theirs in zip(leaves, judge.pages, strict=True):
                edges = [[edge[key] for key in ("x0", "x1", "top", "bottom")] for edge in theirs.edges]
                level = [(t, x0, x1) for x0, x1, t, b in edges if b - t <= 3 <= x1 - x0]
                upright = [(x0, t, b) for x0, x1, t, b in edges if x1 - x0 <= 3 <= b - t]
                found = [[tuple(rule[1:]) for rule in leaf.rules if rule.upright is way] for way in (False, True)]
                assert [sorted(map(_near, side)) for side in found] == [sorted(map(_near, s)) for s in (level, upright)]


def _near(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(number, 3) for number in numbers)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"(a\\)b\\\\) Tj", [("Tj", [b"a)b\\"])]),
        (b"(a(b(c))d)Tj", [("Tj", [b"a(b(c))d"])]),
        (b"(\\101\\53\\n\\\r\nx) '", [("'", [b"A+\nx"])]),
        (b"<4 14\n2> Tj <4> Tj", [("Tj", [b"AB"]), ("Tj", [b"@"])]),
        (b"[(a)-120.5<41>.5]TJ T*", [("TJ", [[b"a", -120.5, b"A", 0.5]]), ("T*", [])]),
        (b"% (not) Tj\n1 -2 +.5 6. Td", [("Td", [1, -2, 0.5, 6.0])]),
        (b"1e9999 99999999999999999999 m--5 l", [("e9999", [1]), ("m--5", [0]), ("l", [])]),
        (b"BI /W 4 /H 2 ID \x00(\xff EI Q", [("EI", [{"W": 4, "H": 2}]), ("Q", [])]),
        (b"true false null gs", [("gs", [True, False, None])]),
        (b"[[[1] 2 ] ] ) > } 3 g", [("g", [[[[1], 2]], 3])]),
        (b"(never shut Tj", []),
        (b"[" * 9000 + b"1 0 0 rg", [("rg", [1, 0, 0])]),
    ],
)
def test_operators_are_read_however_they_are_written(content: bytes, expected: list[tuple[str, list[Any]]]) -> None:
    assert [(name, operands) for name, operands, _ in read_operators(content) if name] == expected


def test_names_are_unescaped() -> None:
    ((_, operands, _), _) = read_operators(b"/A#20B /C scn")
    assert [operand.name for operand in operands] == ["A B", "C"]


def hundred_pages() -> bytes:
    lines = "".join(f"1 0 0 1 60 {780 - 14 * row} Tm ({'text of a line, '}) Tj " for row in range(50))
    rules = "".join(f"60 {780 - 14 * row} 480 .5 re f " for row in range(50))
    kids = " ".join(f"{number} 0 R" for number in range(10, 210, 2))
    objects: dict[int, str | bytes] = {2: f"<< /Type /Pages /Kids [{kids}] /Count 100 >>"}
    for number in range(10, 210, 2):
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << {HELVETICA} >> "
            f"/Contents {number + 1} 0 R >>"
        )
        objects[number + 1] = stream(f"% {number}\nBT /F 6 Tf {lines} ET {rules}".encode())
    return pdf(objects)


def test_a_hundred_full_pages_are_read_whole() -> None:
    leaves = list(_read_leaves(hundred_pages()))
    assert [len(leaf.characters) for leaf in leaves] == [50 * 16] * 100


@pytest.mark.parametrize("name", PDFS)
def test_no_hostile_file_takes_two_seconds(name: str) -> None:
    payload = HOSTILE[name][0]()
    start = time.process_time()
    try:
        parts = read_pdf(payload)
        reason = "read" if parts else "empty"
    except FileError as error:
        reason = error.reason
    assert time.process_time() - start < 2
    assert reason in ("too-large", "image-only", "unreadable")


def test_a_width_beyond_all_characters_is_cut_and_the_text_is_read() -> None:
    descendants = b"/ToUnicode 6 0 R /DescendantFonts [7 0 R]"
    payload = page(
        b"BT /F 12 Tf 72 700 Td " + b"<00010002> Tj " * 20 + b"ET",
        "/Font << /F 5 0 R >>",
        o5=b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H " + descendants + b" >>",
        o6=stream(b"2 beginbfchar <0001> <7532> <0002> <4E59> endbfchar"),
        o7=b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /W [2 2000000000 500 1 [250]] "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
    )
    characters: list[Character] = list(next(_read_leaves(payload)).characters)
    assert "".join(character["text"] for character in characters) == "甲乙" * 20
    assert [round(c["x1"] - c["x0"], 3) for c in characters[:2]] == [3, 6]
