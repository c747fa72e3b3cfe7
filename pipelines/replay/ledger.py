"""The ledger of a replay: what of which files is done, in a file beside the feeds, so that a stopped replay goes on.

Its first line says what is replayed to where by which parser. Each further line was written after what it tells of was
on the disk: up to which place a file is done (all files before it wholly), how large the feeds were then, and what had
been counted. A replay that goes on cuts the feeds back to these sizes: in the end they are what they would have been.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from archive.format.pieces import Piece
from archive.reading.splitting import resume_piece
from pipelines.errors import PipelineError
from pipelines.replay.outlet import Sizes
from pipelines.replay.refining import Outcome
from pipelines.replay.tally import Tally

SUFFIX = ".ledger"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a ledger is of. Two replays of one purpose may go on where the other stopped."""

    steps: str  # version of the parser, optional readers included
    documents: str | None
    reports: str | None
    store: str | None  # a name for the database

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feed files."""
        return tuple(name for name in (self.documents, self.reports) if name)


@dataclass(slots=True)
class Progress:
    """How far a replay got.

    ``files``: size in bytes of each file of which something is done, in their order; all but the last are done wholly.
    """

    files: dict[str, int] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)  # those of them that the ledger does not know yet
    path: str = ""  # the file, or file in a package, that was done last
    place: tuple[int, int] | None = None  # up to which it is done; None: to its end
    sizes: Sizes = (None, None, None)
    tally: Tally = field(default_factory=Tally)

    def pass_by(self, file: str, outcome: Outcome, sizes: Mapping[str, int]) -> None:
        """One more piece, of a file, is written."""
        if file != self.current:
            self.files.pop(file, None)
            self.files[file] = self.begun[file] = sizes[file]
        self.path, self.place = key_path(outcome.piece.path), outcome.place
        self.tally.add(outcome.tally)

    def is_done(self, file: str, size: int) -> bool:
        """Whether nothing of a file is left to do."""
        return self.files.get(file) == size and file != self.current

    @property
    def current(self) -> str:
        """The file that was being done."""
        return next(reversed(self.files), "")

    def left_of(self, file: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Those of a file's pieces that are yet to be done."""
        found = file != self.current
        for piece in pieces:
            if found:
                yield piece
            elif key_path(piece.path) == self.path:
                left = None if self.place is None else resume_piece(piece, *self.place)
                found = left is not None
                if left is not None:
                    yield left
            elif key_path(piece.path) > self.path:  # a later file of a package
                found = True
                yield piece

    def check_files(self, files: dict[str, int]) -> None:
        """Raise ``PipelineError`` where the feeds could not be gone on with in their order."""
        present = list(files)
        for number, (name, size) in enumerate(self.files.items()):
            if files.get(name) != size:
                what = "has changed since" if name in files else "is not among the files"
                raise PipelineError(f"{name}: was replayed before and {what}; replay without --resume")
            if present[number] != name:
                raise PipelineError(
                    f"{present[number]}: its lines would stand before some that are written; replay without --resume"
                )


class Ledger:
    """A ledger that is being written."""

    def __init__(self, path: Path, purpose: Purpose, *, anew: bool) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not anew:
                _cut_last_line(path)
            self._file: IO[str] = path.open("w" if anew else "a", encoding="utf-8", newline="\n")
        except OSError as error:
            raise PipelineError(f"{path}: cannot be written ({error.strerror}); name feeds elsewhere") from error
        if anew:
            self._write(_describe(purpose))

    def note(self, progress: Progress) -> None:
        """Note how far a replay got; everything that this tells of is on the disk."""
        self._write(
            {
                "files": progress.begun,
                "path": progress.path,
                "place": progress.place,
                "sizes": progress.sizes,
                "tally": progress.tally.as_object(),
            }
        )
        progress.begun = {}

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise PipelineError(
                f"{self._path}: cannot be written ({error.strerror}); make room, then go on with --resume"
            ) from error


def find_ledger(documents: str | None, reports: str | None, database_url: str | None, folder: Path) -> Path | None:
    """Where the ledger of a replay lies: beside its first feed; where only a store is written, in ``folder``."""
    if feed := documents or reports:
        return Path(feed + SUFFIX)
    if database_url is None:
        return None
    return folder / f"replay-{name_store(database_url)}{SUFFIX}"


def key_path(path: str) -> str:
    """A name for a file that does not depend on where one is."""
    return path if "://" in path else str(Path(path).absolute())


def name_store(database_url: str) -> str:
    """A name for a database that gives no password away."""
    return hashlib.sha256(database_url.encode()).hexdigest()[:12]


def read_progress(path: Path, purpose: Purpose) -> Progress | None:
    """How far the replay got whose ledger this is; ``None`` where there is none, or another parser made it.

    Raises ``PipelineError`` where it is another replay's, or its feeds are not what it says.
    """
    try:
        lines = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]  # the last one may be cut
        if not lines or lines[0]["steps"] != purpose.steps:
            return None
        if lines[0] != _describe(purpose):
            raise PipelineError(
                f"{path}: tells of a replay into other feeds or another store; name the same, or leave out --resume"
            )
        progress = Progress()
        for line in lines[1:]:
            for name, size in line["files"].items():
                progress.files.pop(name, None)
                progress.files[name] = size
        if len(lines) > 1:
            _fill(progress, lines[-1])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PipelineError(f"{path}: cannot be read ({error}); leave out --resume") from error
    _check_feeds(purpose, progress.sizes)
    return progress


def _fill(progress: Progress, last: dict[str, Any]) -> None:
    progress.path = last["path"]
    progress.place = (last["place"][0], last["place"][1]) if last["place"] else None
    documents, reports, record_id = last["sizes"]
    progress.sizes = (documents, reports, record_id)
    progress.tally = Tally.of_object(last["tally"])


def _check_feeds(purpose: Purpose, sizes: Sizes) -> None:
    for name, size in zip((purpose.documents, purpose.reports), sizes[:2], strict=True):
        if name and size and (not Path(name).is_file() or Path(name).stat().st_size < size):
            raise PipelineError(f"{name}: is gone or shorter than it was; replay without --resume")


def _describe(purpose: Purpose) -> dict[str, Any]:
    return asdict(purpose)


def _cut_last_line(path: Path) -> None:
    """Take away what a crash left of a line."""
    content = path.read_bytes()
    os.truncate(path, content.rfind(b"\n") + 1)
