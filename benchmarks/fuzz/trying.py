"""One damaged file through every step from capture to feed line, watched for what must not happen."""

import json
import logging
import random
import resource
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.capture import Capture
from benchmarks.fuzz.mutations import mutate
from benchmarks.fuzz.seeds import Seed
from pipelines.clean import cleaning
from pipelines.clean.bounds import PageTooLargeError
from pipelines.clean.files.options import FileOptions
from pipelines.clean.files.outcome import FileError, FileReading
from pipelines.clean.files.reading import read_file
from pipelines.clean.grids import GridTooLargeError
from pipelines.feeds import document_line, report_line, write_line
from pipelines.parse.reading import read_report

SECONDS = 2.0  # of processor time
MEMORY = 2**30  # bytes
_KINDS = ("report", "list", "attachment", "other", "rejected")
_CONTEXTS: tuple[dict[str, str], ...] = (
    {},
    {"kind": "report", "anchor": "2023年政府信息公开年度报告"},
    {"kind": "attachment"},
    {"kind": "list"},
)
_PAGES = 0.6  # of all mutations are of pages; the formats of files share the rest


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one mutation: how it was read, how long it took, and the fault, if there was one."""

    number: int
    seed: str
    outcome: str  # the kind, or ``rejected:`` and the reason
    seconds: float
    fault: str | None = None
    payload: bytes = field(default=b"", repr=False)  # where there is a fault


def make_payload(seeds: Sequence[Seed], seed: int, number: int) -> tuple[Seed, bytes, random.Random]:
    """The file of a number: always the same one for the same seeds."""
    draw = random.Random(f"{seed}:{number}")
    formats = sorted({item.format for item in seeds} - {"page"})
    wanted = "page" if draw.random() < _PAGES or not formats else draw.choice(formats)
    chosen = draw.choice([item for item in seeds if item.format == wanted])
    others = [draw.choice(seeds).payload for _ in range(3)]
    return chosen, mutate(chosen.payload, draw, others), draw


def try_number(seeds: Sequence[Seed], seed: int, number: int) -> Trial:
    """Refine the mutation of a number, in this process."""
    chosen, payload, draw = make_payload(seeds, seed, number)
    headers = (("Content-Type", chosen.media_type),) if chosen.media_type and draw.random() < 0.8 else ()
    url = f"http://www.example.gov.cn/{chosen.name.rsplit('/', 1)[-1]}"
    record = "<urn:uuid:00000000-0000-0000-0000-000000000001>"
    capture = Capture(
        url, "2024-02-01T00:00:00Z", 200, headers, payload, "sha1:A", record, "a.warc.gz", 0, draw.choice(_CONTEXTS)
    )
    start = time.process_time()
    try:
        outcome = _refine(capture)
    except Exception:  # noqa: BLE001 any exception is the finding
        return Trial(number, chosen.name, "raised", time.process_time() - start, traceback.format_exc(), payload)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    fault = None
    if seconds > SECONDS:
        fault = f"took {seconds:.1f} s"
    elif peak > MEMORY:
        fault = f"took {peak >> 20} MB"
    return Trial(number, chosen.name, outcome, seconds, fault, payload if fault else b"")


def _refine(capture: Capture) -> str:
    """As ``pipelines.refine`` does it, but nothing is caught."""
    document = cleaning.clean_capture(capture)
    line = document_line(document)
    assert json.loads(write_line(line))["kind"] in _KINDS
    for block in document.blocks:
        assert len({len(row) for row in block.grid}) <= 1, f"rows of unequal length in {block.path}"
        assert block.path, "a block without its proof"
    if document.kind == "report":
        write_line(report_line(read_report(document), line))
    assert (document.kind == "rejected") == bool(document.rejected)
    return f"rejected:{document.rejected}" if document.rejected else document.kind


def read_here(media: str, payload: bytes, name: str, options: FileOptions) -> FileReading:
    """A file read in this process, so that what its reader raises is seen."""
    try:
        return read_file(media, payload, name, options)
    except (GridTooLargeError, PageTooLargeError, RecursionError, MemoryError) as error:
        raise FileError("too-large") from error
    except BaseException as error:
        # A panic of a library in Rust is no Exception; it ends the reader's process (files/desk.py), and is no fault.
        if type(error).__name__ == "PanicException":
            raise FileError("unreadable") from None
        raise


def watch() -> None:
    """Let this process read files itself, without the libraries' remarks on what is wrong with them."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    cleaning.__dict__["read_apart"] = read_here
