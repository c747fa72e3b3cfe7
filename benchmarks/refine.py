"""What refining costs, beside trafilatura: ``python -m benchmarks.refine [--pages N] [--rounds N] [--memory N]``.

Capture → document is everything up to the line of ``documents.jsonl``, digest included; document → report everything
from there to the line of ``reports.jsonl``. trafilatura runs with its defaults in a process of its own and takes turns
with ours page by page, so that whatever else the machine does meets both. CPU seconds of one core each. Made-up pages
are read once, and what ours remembers of lines is forgotten before each of them; the corpus, where it is there, is read
``--rounds`` times, medians. ``--memory`` refines so many pages more and tells how large the process grows.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import process_time
from typing import Literal

from archive.capture import Capture
from demo.crowd import draw_agencies
from demo.portals import Portal
from demo.site import build_site
from demo.truth import Report, make_reports
from pipelines.clean.cleaning import clean_capture
from pipelines.clean.remembering import forget
from pipelines.feeds import document_line, report_line, write_line
from pipelines.parse.reading import read_report
from pipelines.refine import refine

SMALL, LARGEST = 20_000, 300_000  # bytes of a page
MOST_RATIO = 0.5  # of document → report to capture → document
LEAST_FASTER = 4.0  # than trafilatura
MOST_MEMORY = 300  # MB
SMALL_REPORTS = "made up, < 20 kB"
MOST_GROWTH = 1.1  # from a quarter of the pages to the last
_LISTS: tuple[tuple[Literal["trs", "hanweb", "gkmlpt"], str], ...] = (
    ("trs", "/nb/"),
    ("hanweb", "/col/col7/index.html"),
    ("gkmlpt", "/gkmlpt/index"),
)


@dataclass
class Costs:
    """CPU seconds over the pages of one group; ``of_reports`` is capture → document over those that are reports."""

    pages: int = 0
    size: int = 0
    document: float = 0
    peer: float = 0
    report: float = 0
    of_reports: float = 0


@dataclass(frozen=True)
class Material:
    """One page; ``group`` is the line of the table that it counts in."""

    group: str
    capture: Capture = field(repr=False)


def make_pages(seed: int) -> Iterator[Material]:
    """The HTML pages of made-up portals without end; group ``""`` is what is no report, or a huge one."""
    for number in itertools.count(seed):
        (agency,) = draw_agencies(number, 1)
        family, path = _LISTS[number % 3]
        site = build_site(
            Portal(agency, family, path, rows=6), "http://127.0.0.1:1", make_reports(number, (agency,)), number
        )
        reports = {article.path: article.report for article in site.articles if article.own}
        for address, answer in sorted(site.pages.items()):
            if answer.media_type.startswith("text/html") and answer.body:
                group = _find_group(reports.get(address), len(answer.body))
                yield Material(group, _capture(answer.body, "http://127.0.0.1:1" + address, answer.media_type))


def _find_group(report: Report | None, size: int) -> str:
    if report is None or size > LARGEST:
        return ""
    if size < SMALL:
        return SMALL_REPORTS
    return "made up, doubled" if report.has("printed_twice") else "made up"


def read_corpus(folder: Path) -> Iterator[Material]:
    """The real pages, each a group of its own, and the bare texts of the corpus."""
    for path in sorted(folder.glob("html/*.html")):
        yield Material(path.name, _capture(path.read_bytes(), f"http://a.example/{path.name}", "text/html"))
    for path in sorted(folder.glob("seeds/*.txt")):
        yield Material("bare texts", _capture(path.read_bytes(), f"http://a.example/{path.name}", "text/plain"))


def _capture(body: bytes, url: str, media_type: str) -> Capture:
    headers = (("Content-Type", media_type),)
    return Capture(url, "2024-02-01T00:00:00Z", 200, headers, body, "sha1:A", "<urn:uuid:1>", "a.warc.gz", 0, {}, None)


class Peer:
    """trafilatura in its own environment."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.path = folder / "page.html"
        script = str(Path(__file__).with_name("refinepeer.py"))
        self.process = subprocess.Popen([python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, page: bytes) -> float:
        """What it takes for a page."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.path.write_bytes(page)
        print(self.path, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def measure(capture: Capture) -> tuple[float, float | None]:
    """CPU seconds of capture → document and, of a report, of document → report."""
    forget()
    began = process_time()
    document = clean_capture(capture)
    line = document_line(document)
    write_line(line)
    cleaned = process_time() - began
    if document.kind != "report":
        return cleaned, None
    began = process_time()
    write_line(report_line(read_report(document), line))
    return cleaned, process_time() - began


def compare(material: Iterable[Material], peer: Peer, rounds: int, costs: dict[str, Costs]) -> None:
    """Add to the costs of each group, and of all pages but the bare texts, which are no work for trafilatura."""
    for page in material:
        runs = [(*measure(page.capture), peer.seconds(page.capture.payload)) for _ in range(rounds)]
        parsed = [run[1] for run in runs if run[1] is not None]
        for group in (page.group, "all pages")[: 1 if page.group == "bare texts" else 2]:
            cost = costs.setdefault(group, Costs())
            cost.pages, cost.size = cost.pages + 1, cost.size + len(page.capture.payload)
            cost.document += median(run[0] for run in runs)
            cost.peer += median(run[2] for run in runs)
            if parsed:
                cost.report += median(parsed)
                cost.of_reports += median(run[0] for run in runs)


def show(costs: dict[str, Costs]) -> None:
    """One line a group, milliseconds a page."""
    print(
        f"{'pages':22} {'':>5} {'kB':>5} {'document':>9} {'trafilatura':>12} {'faster':>7} {'report':>7} {'share':>6}"
    )
    for group, cost in sorted(costs.items(), key=lambda item: item[0] == "all pages"):
        share = f"{cost.report / cost.of_reports:6.2f}" if cost.of_reports else f"{'-':>6}"
        each = [1000 * value / cost.pages for value in (cost.document, cost.peer, cost.report)]
        faster = f"{cost.peer / cost.document:6.1f}×" if group != "bare texts" else f"{'-':>7}"
        size = cost.size // cost.pages // 1000
        print(f"{group:22} {cost.pages:5} {size:5} {each[0]:9.2f} {each[1]:12.2f} {faster} {each[2]:7.2f} {share}")


def grow(pages: int, seed: int) -> list[tuple[int, float]]:
    """Pages refined so far and megabytes of the process, at a twentieth of the way each."""
    sizes = []
    for number, page in enumerate(itertools.islice(make_pages(seed), pages), 1):
        refine(page.capture)
        if number % max(1, pages // 20) == 0:
            sizes.append((number, _resident()))
            print(f"  {number:6} pages  {sizes[-1][1]:6.1f} MB", flush=True)
    return sizes


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    """Measure, print, and say whether the bounds are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--corpus", type=Path, default=Path(os.environ.get("KAIJUAN_CORPUS", "../shared/corpus")))
    parser.add_argument("--peer", type=Path, default=Path(".venv-quality/bin/python"))
    options = parser.parse_args()
    if not options.peer.exists():
        sys.exit(f"{options.peer}: no such program; make bench-refine sets the environment up")
    costs: dict[str, Costs] = {}
    with tempfile.TemporaryDirectory(prefix="refine-") as name:
        peer = Peer(options.peer, Path(name))
        compare(itertools.islice(make_pages(options.seed + 1_000_000), 20), peer, 1, {})  # patterns are compiled
        compare(read_corpus(options.corpus), peer, options.rounds, costs)
        typical = (page for page in make_pages(options.seed) if page.group)
        compare(itertools.islice(typical, options.pages), peer, 1, costs)
    show(costs)
    faults = list(find_faults(costs, grow(options.memory, options.seed) if options.memory else []))
    print("\n".join(faults) or "every bound is kept")
    return 1 if faults else 0


def find_faults(costs: dict[str, Costs], sizes: list[tuple[int, float]]) -> Iterator[str]:
    """The bounds that are missed."""
    every = costs["all pages"]
    if every.peer < LEAST_FASTER * every.document:
        yield f"only {every.peer / every.document:.1f} times as fast as trafilatura, not {LEAST_FASTER:g}"
    for group in filter(costs.__contains__, ("all pages", SMALL_REPORTS)):
        if costs[group].report > MOST_RATIO * costs[group].of_reports:
            yield f"{group}: document → report costs more than {MOST_RATIO:g} of capture → document"
    if sizes and sizes[-1][1] > MOST_MEMORY:
        yield f"{sizes[-1][1]:.0f} MB after {sizes[-1][0]} pages"
    if sizes and sizes[-1][1] > MOST_GROWTH * sizes[len(sizes) // 4][1]:
        yield f"grows: {sizes[len(sizes) // 4][1]:.0f} MB at a quarter of the pages, {sizes[-1][1]:.0f} MB at the end"


if __name__ == "__main__":
    sys.exit(main())
