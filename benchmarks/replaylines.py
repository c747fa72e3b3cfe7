"""One line of ``benchmarks.replay``, in a process of its own: ``python replaylines.py LINE FILE…``.

Prints a JSON object: pages, seconds by the clock, CPU seconds with those of child processes, and the largest memory in
megabytes of the process that reads (of a worker, where there are some) and of the one that writes. The lines that are
no code of ours run in an environment that has the peers, and import nothing of the project.
"""

import base64
import hashlib
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from io import StringIO
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time


def read_bare(paths: list[str]) -> Iterator[bytes]:
    """Every answer by fastwarc, encodings taken off, the records beside it passed over, its payload's digest taken."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response
    for path in paths:
        for record in ArchiveIterator(path, record_types=wanted, auto_decode="all", fsspec_args=False):
            body = record.reader.read()
            base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest())
            yield body


def read_all(paths: list[str]) -> Iterator[bytes]:
    """As ``read_bare``, with the blocks of all other records read as well."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    for path in paths:
        for record in ArchiveIterator(path, auto_decode="all", fsspec_args=False):
            body = record.reader.read()
            if record.record_type == WarcRecordType.response:
                base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest())
                yield body


def read_ours(paths: list[str]) -> Iterator[bytes]:
    """Every answer by our reader: lengths checked, payload digest of the standard, the records beside it read."""
    from archive.reading.captures import read_captures

    for path in paths:
        for capture in read_captures(path):
            yield capture.payload


def extract_by_trafilatura(body: bytes) -> None:
    """The body's text, by its defaults."""
    import trafilatura  # type: ignore[import-not-found,unused-ignore]  # lives in .venv-quality

    trafilatura.extract(body)


def extract_by_readability(body: bytes) -> None:
    """The body by readability-lxml, its tables by pandas."""
    import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]  # lives in .venv-quality
    from readability import Document  # type: ignore[import-not-found,unused-ignore]

    text = body.decode("utf-8", "replace")
    Document(text).summary()
    if "<table" in text:
        try:
            pandas.read_html(StringIO(text), flavor="lxml")
        except ValueError:  # no table with a cell
            return


def replay_ours(paths: list[str], workers: int) -> int:
    """Captures to lines of both feeds in files."""
    from archive.sources import measure_archives
    from pipelines.replay.pool import Here, Pool
    from pipelines.replay.replaying import Plan, Replay

    with tempfile.TemporaryDirectory(prefix="replay-") as name:
        documents, reports = (str(Path(name) / feed) for feed in ("documents.jsonl", "reports.jsonl"))
        replay = Replay(Plan(measure_archives(paths), tuple(paths), documents=documents, reports=reports))
        try:
            return replay.run(Pool(workers) if workers else Here()).pages
        finally:
            replay.close()


READERS: dict[str, Callable[[list[str]], Iterator[bytes]]] = {
    "fastwarc": read_bare,
    "fastwarc-all": read_all,
    "reading": read_ours,
}
EXTRACTORS: dict[str, Callable[[bytes], None]] = {
    "trafilatura": extract_by_trafilatura,
    "readability": extract_by_readability,
}


# What it takes to begin is not what is measured.
_IMPORTED = {
    "fastwarc": ("fastwarc.warc",),
    "fastwarc-all": ("fastwarc.warc",),
    "reading": ("archive.reading.captures",),
    "trafilatura": ("fastwarc.warc", "trafilatura"),
    "readability": ("fastwarc.warc", "readability", "pandas"),
}


def run_line(line: str, paths: list[str], most: int) -> int:
    """How many pages a line did. ``most``: after how many an extractor of others stops."""
    if line.startswith("ours-"):
        return replay_ours(paths, int(line.removeprefix("ours-")))
    if reader := READERS.get(line):
        return sum(1 for _ in reader(paths))
    extract, count = EXTRACTORS[line], 0
    for count, body in enumerate(islice(read_bare(paths), most), 1):  # noqa: B007 - counted
        extract(body)
    return count


def main() -> None:
    """Run the line and print what it took."""
    line, most, *paths = sys.argv[1:]
    for module in _IMPORTED.get(line, ()):
        import_module(module)
    began, begun = perf_counter(), process_time()
    pages = run_line(line, paths, int(most))
    seconds = perf_counter() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        json.dumps(
            {
                "pages": pages,
                "seconds": seconds,
                "cpu": sum(each.ru_utime + each.ru_stime for each in used) - begun,
                "memory": (used[1].ru_maxrss if line.startswith("ours-") else used[0].ru_maxrss) // 1000,
                "writer": used[0].ru_maxrss // 1000,
            }
        )
    )


if __name__ == "__main__":
    main()
