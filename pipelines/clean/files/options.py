"""What of the optional programs may read files: off unless somebody turns it on, because it changes what lines say.

Read from the environment, which every process that refines inherits: ``KAIJUAN_OCR=1`` and ``KAIJUAN_SOFFICE=`` with
the program's path or ``1`` for ``soffice`` on the search path. A line that one of them had a part in says so in
``parser``.
"""

import os
from dataclasses import dataclass

OCR, SOFFICE = "KAIJUAN_OCR", "KAIJUAN_SOFFICE"
_OFF = ("", "0", "no", "off", "false")


@dataclass(frozen=True, slots=True)
class FileOptions:
    """``ocr``: read scanned pages; ``soffice``: LibreOffice's program, for formats with no reader of our own."""

    ocr: bool = False
    soffice: str | None = None


def read_options() -> FileOptions:
    """The options of this process."""
    office = os.environ.get(SOFFICE, "")
    return FileOptions(
        ocr=os.environ.get(OCR, "").lower() not in _OFF,
        soffice=None if office.lower() in _OFF else "soffice" if office == "1" else office,
    )
