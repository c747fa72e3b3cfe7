"""What came out of a page: ours, and what the peers' process wrote down, in one shape."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import process_time
from typing import Any

from archive.capture import Capture
from archive.digests import sha1_digest
from demo.specimens.specimen import Grid, Specimen
from pipelines.clean.cleaning import clean_capture
from pipelines.feeds import document_line, report_line
from pipelines.parse.reading import read_report

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extraction:
    """Headings and paragraphs in order; tables, or ``None`` where the tool keeps no table apart; CPU seconds."""

    lines: tuple[str, ...]
    grids: tuple[Grid, ...] | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Refined:
    """Our two feed lines for a page, and the seconds on the processor from capture to document line."""

    document: Line = field(repr=False)
    report: Line | None = field(repr=False)
    seconds: float

    @property
    def extraction(self) -> Extraction:
        """The document in the shape that peers have too."""
        blocks = self.document["blocks"]
        lines = tuple(block["text"] for block in blocks if block["kind"] in ("heading", "paragraph"))
        grids = tuple(tuple(map(tuple, block["grid"])) for block in blocks if block["kind"] == "table")
        return Extraction(lines, grids, self.seconds)


def refine_specimen(specimen: Specimen) -> Refined:
    """The whole road of one page, as a crawl goes it: bytes and headers in, feed lines out."""
    capture = make_capture(specimen)
    began = process_time()
    document = clean_capture(capture)
    line = document_line(document)
    seconds = process_time() - began
    report = report_line(read_report(document), line) if document.kind == "report" else None
    return Refined(line, report, seconds)


def make_capture(specimen: Specimen) -> Capture:
    """The capture that an archive would give for the page."""
    return Capture(
        url=specimen.url,
        captured_at="2024-06-01T08:00:00Z",
        status=200,
        headers=specimen.headers,
        payload=specimen.payload,
        payload_digest=sha1_digest(specimen.payload),
        record_id=None,
        warc="quality.warc.gz",
        offset=0,
        context=specimen.context,
    )


def read_peer(row: Line) -> Extraction:
    """One line of a peer's file."""
    grids: Sequence[Any] | None = row["grids"]
    tables = None if grids is None else tuple(tuple(map(tuple, grid)) for grid in grids)
    return Extraction(tuple(row["lines"]), tables, row["seconds"])
