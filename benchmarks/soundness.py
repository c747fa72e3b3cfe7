"""What must hold of an archive's folder, whatever happened to the crawl that wrote it."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.index.cdxj import read_entry
from archive.index.indexing import TEMPORARY_SUFFIX
from archive.index.runs import FOLDER
from archive.opening import OPEN_SUFFIX
from archive.reading.captures import read_capture, read_captures
from archive.verifying.run import verify_archives
from benchmarks.slowserver import Answer

Place = tuple[str, int]  # base name of the WARC file, offset


def find_faults(folder: Path) -> Iterator[str]:
    """Each file against our verifier, against gzip and against warcio."""
    yield from (f"{path.name} was left open" for path in sorted(folder.glob(f"*{OPEN_SUFFIX}")))
    yield from (f"{path.name} was left half written" for path in sorted(folder.rglob(f".*{TEMPORARY_SUFFIX}")))
    files = sorted(folder.glob("*.warc.gz"))
    if files:
        report = verify_archives([str(path) for path in files])
        yield from (f"verify: {kind}" for (severity, kind), _ in report.kinds.items() if severity == "error")
    for path in files:
        try:
            gzip.decompress(path.read_bytes())
        except (OSError, EOFError) as error:
            yield f"{path.name}: gzip: {error}"
        yield from _find_digest_faults(path)


def _find_digest_faults(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            record.content_stream().read()
            chunked = "chunked" in ((record.http_headers and record.http_headers.get_header("Transfer-Encoding")) or "")
            problems = record.digest_checker.problems
            # warcio takes the chunks' framing for payload where the standard does not.
            yield from (f"{path.name}: warcio: {said}" for said in problems if not (chunked and "payload" in said))


def read_names(folder: Path, warcs: Path | None = None) -> dict[str, set[Place]]:
    """Every place in the archive (``warc`` in the folder) that feeds, store and indexes name, by who names it."""
    warcs = warcs or folder / "warc"
    return {
        "a feed": set(_of_feed(folder / "documents.jsonl")),
        "the store": set(_of_store(folder / "kaijuan.db")),
        "an index": set(_of_indexes(warcs.glob("*.cdxj"))) | set(_of_indexes((warcs / FOLDER).glob("*.cdxj"))),
    }


def find_missing(folder: Path, warcs: Path | None = None) -> Iterator[str]:
    """Named places at which no capture can be read."""
    warcs = warcs or folder / "warc"
    for who, places in read_names(folder, warcs).items():
        for warc, offset in sorted(places):
            try:
                read_capture(warcs / warc, offset)
            except (ArchiveError, OSError) as error:
                yield f"{who} names {warc} at {offset}, where there is none: {error}"


def read_pages(folder: Path, origin: str) -> dict[str, list[Capture]]:
    """The captures by path, those of status 200."""
    found: dict[str, list[Capture]] = {}
    for path in sorted(folder.glob("*.warc.gz")):
        for capture in read_captures(path):
            if capture.status == 200 and capture.url.startswith(origin):
                found.setdefault(capture.url.removeprefix(origin), []).append(capture)
    return found


def find_wrong(pages: Mapping[str, list[Capture]], answers: Mapping[str, Answer]) -> Iterator[str]:
    """Captures that pass for whole and are not what was sent, or lack what the crawl knows of them."""
    for path, captures in pages.items():
        for capture in captures:
            if capture.problem is None and capture.payload != answers[path].body:
                yield f"{path}: {len(capture.payload)} bytes kept of {len(answers[path].body)}, without a word of it"
            if "run" not in capture.context:
                yield f"{path}: kept without its context"


def _of_feed(path: Path) -> Iterator[Place]:
    for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
        if line.endswith(b"\n"):  # the kill may have cut the last
            document: dict[str, Any] = json.loads(line)
            yield document["warc"], document["offset"]


def _of_store(path: Path) -> Iterator[Place]:
    if not path.exists():
        return
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        if inspect(connection).has_table("documents"):
            rows = connection.execute(text('SELECT warc, "offset" FROM documents')).all()
            yield from ((row[0], row[1]) for row in rows)
    engine.dispose()


def _of_indexes(paths: Iterable[Path]) -> Iterator[Place]:
    for path in paths:
        if not path.name.startswith("."):
            for line in path.read_bytes().splitlines():
                entry = read_entry(line)
                yield entry.filename, entry.offset
