"""What of the optional programs may read files: off unless somebody turns it on, because it changes what lines say.

Read from the environment, which every process that refines inherits: ``KAIJUAN_OCR=1`` and ``KAIJUAN_SOFFICE=`` with
the program's path or ``1`` for ``soffice`` on the search path. A line that one of them had a part in says so in
``parser``.
"""

import functools
import importlib.util
import logging
import os
from dataclasses import dataclass

OCR, SOFFICE = "KAIJUAN_OCR", "KAIJUAN_SOFFICE"
OCR_PACKAGES = ("rapidocr", "onnxruntime")
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD")
_OFF = ("", "0", "no", "off", "false")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileOptions:
    """``ocr``: read scanned pages; ``soffice``: LibreOffice's program, for formats with no reader of our own."""

    ocr: bool = False
    soffice: str | None = None


def reading_environment() -> dict[str, str]:
    """What a process that reads foreign files may know of ours: no password, and no key to a store."""
    secret = (*(name for name in os.environ if name.startswith("KAIJUAN_")), *_KEYS)
    return {name: text for name, text in os.environ.items() if name in (OCR, SOFFICE) or name not in secret}


def read_options() -> FileOptions:
    """The options of this process."""
    office = os.environ.get(SOFFICE, "")
    return FileOptions(
        ocr=os.environ.get(OCR, "").lower() not in _OFF and _has_ocr(),
        soffice=None if office.lower() in _OFF else "soffice" if office == "1" else office,
    )


@functools.cache
def _has_ocr() -> bool:
    """Whether the packages of the extra are there; said once where they are not."""
    missing = [name for name in OCR_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        logger.warning(
            "%s is set, but %s is not installed: scans stay unread (image-only); pip install '.[ocr]', or unset it",
            OCR,
            " and ".join(missing),
        )
    return not missing
