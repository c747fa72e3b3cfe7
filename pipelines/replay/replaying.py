"""Re-parse: every archived answer of files through the steps, wherever they run, in the order of the archive."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from archive.errors import ArchiveError
from archive.format.pieces import Piece
from archive.opening import INSIDE
from archive.reading.splitting import split_archive
from pipelines.clean.files.options import read_options
from pipelines.errors import PipelineError
from pipelines.replay.ledger import Ledger, Progress, Purpose, find_ledger, key_path, name_store, read_progress
from pipelines.replay.ordering import Engine, run_pieces
from pipelines.replay.outlet import OpenStore, Outlet
from pipelines.replay.refining import Job, Outcome
from pipelines.replay.tally import Places, Tally
from pipelines.steps import name_steps
from pipelines.store import Store
from pipelines.timing import step, timing

SYNC_SECONDS = 2.0  # between two notes in the ledger, each of which waits for the disk

Watch = Callable[[str, int | None, Tally], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is replayed, and to where.

    ``files``: sizes in bytes by path, in the order of the lines; ``names``: files and folders as they were named, among
    which the payloads of revisits are looked for; ``archive``: a crawl's folder, in which they are too. ``open_store``
    opens what stands for the store at an address.
    """

    files: Mapping[str, int]
    names: tuple[str, ...]
    archive: str | None = None
    documents: str | None = None
    reports: str | None = None
    database_url: str | None = field(default=None, repr=False)
    resume: bool = False
    open_store: OpenStore = field(default=Store, repr=False)
    is_noted: bool = True  # in a ledger, as done

    @property
    def job(self) -> Job:
        """What a worker needs to know of it."""
        return Job(self.names, self.archive, stores=self.database_url is not None)

    @property
    def ledger_path(self) -> Path | None:
        """Where its ledger lies, if it writes anything."""
        if not self.is_noted:
            return None
        folder = Path(self.archive or "var/warc").parent
        return find_ledger(self.documents, self.reports, self.database_url, folder)


@dataclass(slots=True)
class Replayed:
    """What came of a replay. ``resumed``: files of which nothing was left to do."""

    tally: Tally
    seconds: float  # by the clock
    pages: int  # of this run alone
    resumed: int = 0


class Replay:
    """One replay; ``run`` it once. Raises ``PipelineError`` where nothing can be written or gone on with."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sizes = {key_path(path): size for path, size in plan.files.items()}
        self._progress = Progress()
        self._ledger: Ledger | None = None
        self._noted_at = monotonic()
        self._is_taking = False
        self._outlet = self._open()

    def run(self, engine: Engine, watch: Watch | None = None) -> Replayed:
        """Refine and write everything; ``watch(path, bytes done of it, tally)`` as it goes, ``None``: all bytes.

        The engine is closed. Where this is interrupted, what was done is noted, and ``resume`` goes on from there.
        """
        began, before = monotonic(), self._progress.tally.pages
        resumed = sum(self._progress.is_done(key_path(path), size) for path, size in self._plan.files.items())
        try:
            for outcome in run_pieces(self._plan.job, self._pieces(), engine):
                self._take(outcome)
                if watch:
                    watch(outcome.piece.path, outcome.place[0] if outcome.place else None, self._progress.tally)
            self._note()
            engine.close()
        except BaseException:
            engine.close(at_once=True)
            if not self._is_taking:  # else feeds have lines of a piece that is not done: the last note stands
                with suppress(PipelineError):  # the first word of a disk or database says enough
                    self._note()
            raise
        pages = self._progress.tally.pages
        return Replayed(self._progress.tally, monotonic() - began, pages - before, resumed)

    def settle(self, advance: Callable[[int, int], None]) -> None:
        """Have the store make anew what depends on several captures."""
        self._outlet.settle(advance)

    def close(self) -> None:
        """Close feeds, store and ledger."""
        if self._ledger:
            self._ledger.close()
        self._outlet.close()

    def _open(self) -> Outlet:
        """The outlet where it is to go on, or new; and the ledger of it."""
        plan, path = self._plan, self._plan.ledger_path
        purpose = _make_purpose(plan)
        found = read_progress(path, purpose) if plan.resume and path else None
        if found is not None:
            if purpose.feeds:
                found.check_files(self._sizes)
            self._progress = found
        outlet = Outlet(
            plan.documents, plan.reports, plan.database_url, found.sizes if found else None, plan.open_store
        )
        if path and outlet.is_lasting:
            self._ledger = Ledger(path, purpose, anew=found is None)
        elif plan.resume and path:
            outlet.close()
            raise PipelineError("--resume needs feeds that are files; name files, or leave it out")
        return outlet

    def _pieces(self) -> Iterator[Piece | Outcome]:
        """The pieces that are to be done, cut as they are asked for."""
        for path, size in self._plan.files.items():
            if self._progress.is_done(key_path(path), size):
                continue
            try:
                yield from self._progress.left_of(key_path(path), split_archive(path))
            except ArchiveError as error:
                # One file that is no archive must not cost the others.
                yield Outcome(Piece(path), tally=Tally(refused=Places(1, [str(error)])))

    def _take(self, outcome: Outcome) -> None:
        self._is_taking = True
        with timing() as spent, step("store"):
            self._outlet.write(outcome)
        self._progress.pass_by(self._file_of(outcome.piece.path), outcome, self._sizes)
        self._is_taking = False
        self._progress.tally.add(Tally(seconds=spent))
        if monotonic() - self._noted_at >= SYNC_SECONDS:
            self._note()

    def _note(self) -> None:
        """Have everything on the disk, and then the ledger say so."""
        with timing() as spent, step("store"):
            self._progress.sizes = self._outlet.sync()
        self._progress.tally.add(Tally(seconds=spent))
        if self._ledger and self._progress.path:
            self._ledger.note(self._progress)
        self._noted_at = monotonic()

    def _file_of(self, path: str) -> str:
        """The file that a piece is of, where that may be one in a package."""
        return key_path(path if path in self._plan.files else path.partition(INSIDE)[0] + INSIDE[:-1])


def _make_purpose(plan: Plan) -> Purpose:
    feeds = [key_path(name) if name else None for name in (plan.documents, plan.reports)]
    store = name_store(plan.database_url) if plan.database_url else None
    return Purpose(f"{name_steps()} {read_options()}", feeds[0], feeds[1], store)
