from pipelines.clean.page import Part


class PdfError(Exception):
    reason = "unreadable"


def read_pdf(payload: bytes) -> tuple[Part, ...]:
    raise PdfError
