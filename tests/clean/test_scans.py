"""Scanned pages, read by the extra ``ocr`` (``make ocr``): text, tables, and cells that stay images."""

import io
import random

import pytest

from demo.rendering.layout import Line, Table, lay_out
from demo.rendering.pdf import write_pdf
from demo.truth import make_reports
from pipelines.clean.cleaning import clean_capture
from pipelines.clean.files import options
from pipelines.document import Document
from tests.clean.capturing import capture

pytestmark = [
    pytest.mark.ocr,
    pytest.mark.skipif(not options._has_ocr(), reason="rapidocr and onnxruntime are not installed: make ocr"),
]
REPORT = next(report for report in make_reports(1) if report.form == "2021" and report.look.quirks == ())
TABLES = [item for item in lay_out(REPORT) if isinstance(item, Table)]
NOTE = Line("本机关认真做好政府信息公开工作，现将上一年度的有关情况公布如下。")


def scan(angle: float = 0.4) -> bytes:
    """A page with the last table of a report, as a scanner makes it: askew, grey, a little noisy."""
    import pypdfium2
    from PIL import Image

    document = pypdfium2.PdfDocument(write_pdf(REPORT.title, [NOTE, TABLES[2]]))
    image = (
        document[0].render(scale=150 / 72).to_pil().convert("L").rotate(angle, Image.Resampling.BICUBIC, fillcolor=250)
    )
    draw = random.Random(1)
    for _ in range(400):
        image.putpixel((draw.randrange(image.width), draw.randrange(image.height)), draw.randrange(120, 256))
    file = io.BytesIO()
    image.save(file, "PDF", resolution=150)
    return file.getvalue()


def clean(payload: bytes, monkeypatch: pytest.MonkeyPatch, on: bool = True) -> Document:
    monkeypatch.setenv(options.OCR, "1" if on else "")
    return clean_capture(capture(payload, "http://www.example.gov.cn/a.pdf", "application/pdf"))


def test_a_scan_is_read_only_where_that_is_turned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    payload = scan()
    unread = clean(payload, monkeypatch, on=False)
    assert (unread.rejected, unread.readers) == ("image-only", ())
    found = clean(payload, monkeypatch)
    assert [name.split("-")[0] for name in found.readers] == ["rapidocr", "onnxruntime"]
    assert NOTE.text in {block.text for block in found.blocks}
    (table,) = (block for block in found.blocks if block.kind == "table")
    assert [slot.text for slot in table.grid[-1]] == [box.text for box in TABLES[2].rows[-1]]
    assert clean(payload, monkeypatch) == found
