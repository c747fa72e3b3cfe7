"""Word files (Office Open XML) as blocks: stub of the reader, see below."""

from pipelines.clean.page import Part


class OfficeError(Exception):
    reason = "unreadable"


def read_docx(payload: bytes) -> tuple[Part, ...]:
    raise OfficeError
