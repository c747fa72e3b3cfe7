"""Files for tests: archives, Word packages, OFD pages, made in memory."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

SPECIMENS = Path(__file__).with_name("specimens")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MM = 25.4 / 72
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
OOXML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pack(members: Mapping[str, bytes | str], names: str | None = None) -> bytes:
    """A ZIP of members; ``names``: a charset for the names, unmarked, as old archivers wrote them."""
    file = io.BytesIO()
    stored = {}
    with zipfile.ZipFile(file, "w") as package:
        for number, (name, content) in enumerate(members.items()):
            raw = name.encode(names or "utf-8")
            held = f"{number:x>{len(raw)}}" if names else name
            stored[held.encode()] = raw
            package.writestr(zipfile.ZipInfo(held, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 1)
    packed = file.getvalue()
    for held_name, raw in stored.items():
        packed = packed.replace(held_name, raw) if names else packed
    return packed


def word(body: str, **parts: str) -> bytes:
    """A DOCX of that body; ``styles``, ``numbering``: further parts."""
    members = {
        "[Content_Types].xml": _TYPES,
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
    }
    return pack(members | {f"word/{name}.xml": f"<w:{name} {_W}>{text}</w:{name}>" for name, text in parts.items()})


def run(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def ofd(pages: Sequence[str], root: str = "OFD.xml") -> bytes:
    """An OFD of A4 pages, each the objects of one layer."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}/Content.xml"/>' for n in range(len(pages)))
    members = {
        root: f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for number, layer in enumerate(pages):
        members[f"Doc_0/Pages/P{number}/Content.xml"] = (
            f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{layer}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return pack(members)


def ofd_text(text: str, x: float, y: float, size: float = 12, more: str = "") -> str:
    """A text object with its base line's left end at a point, in points."""
    x, y, size = x * _MM, y * _MM, size * _MM
    return (
        f'<ofd:TextObject Boundary="{x:.3f} {y - size:.3f} 150 {size * 1.2:.3f}" Size="{size:.3f}" {more}>'
        f'<ofd:TextCode X="0" Y="{size:.3f}" DeltaX="g {len(text)} {size:.3f}">{escape(text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def ofd_table(rows: Sequence[Sequence[str]], x: float, y: float, width: float, height: float) -> str:
    """A ruled table of equal cells, its upper left corner at a point."""
    drawn = []
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            left, top = x + column * width, y + number * height
            box = f"{left * _MM:.3f} {top * _MM:.3f} {width * _MM:.3f} {height * _MM:.3f}"
            w, h = width * _MM, height * _MM
            path = f"M 0 0 L {w:.3f} 0 L {w:.3f} {h:.3f} L 0 {h:.3f} C"
            drawn.append(
                f'<ofd:PathObject Boundary="{box}"><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'
            )
            drawn.append(ofd_text(text, left + 3, top + 15, 10) if text else "")
    return "".join(drawn)
