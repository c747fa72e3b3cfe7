"""The one list of steps from a capture to its feed lines, the same live and on replay.

It runs without Scrapy, in any process; what it needs to know is in the capture.
"""

import logging

from archive.capture import Capture
from archive.reading.captures import PayloadAt, read_capture
from pipelines.clean.cleaning import clean_capture
from pipelines.document import Document
from pipelines.feeds import Refined, document_line, report_line
from pipelines.parse.reading import read_report
from pipelines.timing import step

logger = logging.getLogger(__name__)


def is_refinable(capture: Capture) -> bool:
    """Whether a capture makes a line: an answer of status 200, whatever was asked for."""
    return capture.status == 200


def refine(capture: Capture) -> Refined:
    """Clean and parse one capture of status 200.

    A fault of ours costs the page its document, never the crawl: it is logged and the page ``rejected: unreadable``.
    """
    try:
        with step("body"):
            document = clean_capture(capture)
        with step("lines"):
            line = document_line(document)
        if document.kind != "report":
            return Refined(line, None)
        with step("tables"):
            report = read_report(document)
        with step("lines"):
            return Refined(line, report_line(report, line))
    except Exception:
        logger.exception("%s at %s: could not be refined; please report this page", capture.warc, capture.offset)
        return give_up(capture)


def refine_at(path: str, offset: int, original: tuple[str, int] | None = None) -> Refined:
    """Refine the capture at an offset of an archive file, finished or still being written.

    ``original``: where the payload of a revisit lies, if it is known: path and offset.
    """
    return refine(read_capture(path, offset, PayloadAt(*original) if original else None))


def give_up(capture: Capture) -> Refined:
    """The lines of a capture that no step could read."""
    return Refined(document_line(Document(capture, "rejected", "unreadable")), None)
