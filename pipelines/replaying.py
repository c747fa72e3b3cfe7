"""Re-parse: every archived answer through the steps, over all cores, without Scrapy, in a stable order."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.reading import Broken, Resolver, read_captures
from pipelines.feeds import Refined
from pipelines.refine import give_up, is_refinable, refine
from pipelines.sightings import find_sighting
from pipelines.sink import Sink
from pipelines.workers import WorkerDiedError, Workers


@dataclass(slots=True)
class Tally:
    """What a replay came to: lines by kind, form and rejection; damage found on the way."""

    kinds: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    broken_identities: int = 0
    damage: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # files that are no archive
    remarks: list[str] = field(default_factory=list)  # damage that touches no answer

    def count(self, lines: Refined) -> None:
        """Count one capture's lines."""
        document = lines.document
        self.kinds[document["kind"]] += 1
        if document["rejected"]:
            self.rejections[document["rejected"]] += 1
        if lines.report:
            self.forms[document["form"]] += 1
            self.broken_identities += sum(check["result"] == "broken" for check in lines.report["identities"])


def replay(
    paths: Iterable[str], resolver: Resolver, sink: Sink, workers: int, advance: Callable[[str, int], None]
) -> Tally:
    """Refine every answer of status 200 in the files, in their order, and write the lines in that order.

    ``resolver`` finds the payloads of revisits; ``advance(path, offset)`` is called as captures are read. At most a
    few captures a worker are in memory. A file that is no archive is ``refused``; raises ``PipelineError`` when a
    line cannot be written.
    """
    tally = Tally()
    captures = _captures(paths, resolver, tally, sink, advance)
    for lines in _refined(captures, workers):
        sink.write(lines)
        tally.count(lines)
    return tally


def _captures(
    paths: Iterable[str], resolver: Resolver, tally: Tally, sink: Sink, advance: Callable[[str, int], None]
) -> Iterator[Capture]:
    def note(broken: Broken) -> None:
        (tally.remarks if broken.harmless else tally.damage).append(str(broken))

    for path in paths:
        try:
            for capture in read_captures(path, resolver=resolver, on_broken=note):
                advance(path, capture.offset)
                if is_refinable(capture):
                    yield capture
                elif sighting := find_sighting(capture):
                    sink.note(sighting)
        except ArchiveError as error:
            # One file that is no archive must not cost the others.
            tally.refused.append(str(error))


def _refined(captures: Iterator[Capture], count: int) -> Iterator[Refined]:
    workers = Workers(count)
    under_way: deque[tuple[Capture, Future[Refined]]] = deque()
    try:
        for capture in captures:
            under_way.append((capture, workers.submit(refine, capture)))
            while len(under_way) > 4 * count:
                yield _settled(*under_way.popleft())
        while under_way:
            yield _settled(*under_way.popleft())
    finally:
        workers.close()


def _settled(capture: Capture, future: "Future[Refined]") -> Refined:
    try:
        return future.result()
    except WorkerDiedError:
        return give_up(capture)
