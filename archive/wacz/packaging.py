"""WACZ 1.1.1: WARC files with their index, their pages and a manifest in one ZIP file, to hand over and to replay.

>>> write_package(Path("crawl.wacz"), find_files(["var/warc"]), PackageOptions(title="2023 年度报告"))

Nothing is held in memory but what one page needs, and what lists the blocks of the index.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from heapq import merge
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TypeVar

from archive.errors import ArchiveError
from archive.format.record import Broken
from archive.index.cdxj import Entry
from archive.index.sorting import Sorter
from archive.opening import OPEN_SUFFIX, final_name, open_archive
from archive.reading.captures import read_captures
from archive.reading.revisits import Resolver
from archive.wacz.files import member_path
from archive.wacz.index import INDEX, entry_lines, write_blocks
from archive.wacz.originals import Wanted, copy_originals
from archive.wacz.pages import Page, PageReader, page_lines, read_page
from archive.wacz.signing import Signer
from archive.wacz.zipping import Package, open_package

STAGES = ("copy", "index", "pages")
_PIECE = 1 << 20

T = TypeVar("T")
Advance = Callable[[str, str, int], None]  # stage, file, how far it has been read


@dataclass(frozen=True, slots=True)
class PackageOptions:
    """What the manifest says. ``created`` is RFC 3339 in whole seconds, UTC; by default the present moment."""

    title: str | None = None
    description: str | None = None
    software: str = "archive"
    signer: Signer | None = None
    created: str | None = None
    has_text: bool = False  # whether the reader of pages gives their text


@dataclass(slots=True)
class Packaged:
    """What went into a package. ``damage`` names places of the files that could not be read; they are packaged too."""

    files: int = 0
    captures: int = 0
    originals: int = 0  # records of other files, copied because revisit records point to them
    pages: int = 0
    size: int = 0  # bytes
    damage: list[str] = field(default_factory=list)

    def note(self, broken: Broken) -> None:
        """Remember damage, once, unless it touches no answer."""
        if not broken.harmless and str(broken) not in self.damage:
            self.damage.append(str(broken))


def write_package(
    output: Path,
    files: Sequence[str],
    options: PackageOptions,
    *,
    reader: PageReader = read_page,
    archive: Path | None = None,
    advance: Advance = lambda stage, path, position: None,
) -> Packaged:
    """Package WARC files, whose base names must differ. ``reader`` gives the page in a capture, or none.

    ``archive``: the folder in which revisit records find payloads that the files themselves do not hold. The package
    replaces one of that name, at once and only when it is whole. Raises ``ArchiveError``.
    """
    packaged = Packaged(files=len(files))
    created = options.created or f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    with open_package(output, created) as package:
        for path in files:
            _copy(package, path, advance)
        _write_index(package, files, output, archive, packaged, advance)
        pages = _pages(files, reader, Resolver(files, archive=archive), packaged, advance)
        with package.member("pages/pages.jsonl", packed=True) as out:
            out.writelines(page_lines(pages, has_text=options.has_text))
        described = {"title": options.title, "description": options.description}
        package.finish({name: text for name, text in described.items() if text}, options.software, options.signer)
    packaged.size = output.stat().st_size
    return packaged


def _copy(package: Package, path: str, advance: Advance) -> None:
    with open_archive(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        with package.member(member_path(path), packed=False, size=size) as out:
            for piece in _read(path, iter(partial(file.read, _PIECE), b"")):
                out.write(piece)
                advance("copy", path, file.tell())


def _write_index(
    package: Package, files: Sequence[str], output: Path, archive: Path | None, packaged: Packaged, advance: Advance
) -> None:
    with ExitStack() as stack:
        sorter, wanted = Sorter(output.parent), Wanted()
        stack.callback(sorter.close)
        for path in files:
            for entry, line in _read(path, _list_lines(path, packaged)):
                sorter.add(line)
                wanted.note(entry)
                packaged.captures += entry.status is not None
                advance("index", path, entry.offset)
        lines = sorter.lines()
        if wanted:
            # Whether a payload is in the package is known once all lines are; they wait on the disk.
            lines = _spool(lines, wanted, stack.enter_context(TemporaryFile(dir=output.parent)))
            originals = Sorter(output.parent)
            stack.callback(originals.close)
            _add_originals(package, wanted, output, archive, packaged, originals)
            lines = merge(lines, originals.lines())
        with package.member(f"indexes/{INDEX}", packed=False) as out:
            blocks = write_blocks(lines, out)
    with package.member("indexes/index.idx", packed=True) as out:
        out.writelines(blocks)


def _list_lines(path: str, packaged: Packaged) -> Iterator[tuple[Entry, bytes]]:
    with open_archive(path) as file, open_archive(path) as again:
        yield from entry_lines(file, again, path, packaged.note)


def _spool(lines: Iterator[bytes], wanted: Wanted, file: IO[bytes]) -> Iterator[bytes]:
    """The same lines again, after what they hold was struck off."""
    for line in lines:
        wanted.strike(line)
        file.write(line)
    file.seek(0)
    return iter(file)


def _add_originals(
    package: Package, wanted: Wanted, output: Path, archive: Path | None, packaged: Packaged, sorter: Sorter
) -> None:
    """Put the records that revisits need into one more file of the package, and its index lines into the sorter."""
    if wanted and archive:
        with TemporaryDirectory(dir=output.parent, prefix=".") as folder:
            # A crash leaves it as a file that nobody takes for a finished one.
            path = Path(folder, package.free_name(output.stem + "-originals", ".warc.gz") + OPEN_SUFFIX)
            with path.open("wb") as file:
                packaged.originals = copy_originals(wanted, archive, final_name(path.name), file)
            if packaged.originals:
                _copy(package, str(path), lambda stage, path, position: None)
                for _, line in _list_lines(str(path), packaged):
                    sorter.add(line)
    if wanted.needed:
        packaged.damage.append(
            f"{wanted.needed} payloads that revisit records point to are neither in these files nor in "
            f"{archive or 'an archive that was named'}: those answers cannot be replayed"
        )


def _pages(
    files: Sequence[str], reader: PageReader, resolver: Resolver, packaged: Packaged, advance: Advance
) -> Iterator[Page]:
    for path in files:
        for capture in read_captures(path, resolver, packaged.note):
            page = reader(capture)
            advance("pages", path, capture.offset)
            if page is not None:
                packaged.pages += 1
                yield page


def _read(path: str, pieces: Iterator[T]) -> Iterator[T]:
    """What is read of an archive file; its failing says its own name and not the package's."""
    try:
        yield from pieces
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror or error})") from error
