"""The feeds of many crawls as one file, in the order of ``scrapy replay``: base name of the WARC file, then offset."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from archive.index.sorting import Sorter
from crawler.errors import OutputError
from crawler.many.tasks import Order, Task


class _Place(msgspec.Struct):
    warc: str
    offset: int


_DECODER = msgspec.json.Decoder(_Place)


def prepare_parts(order: Order) -> None:
    """Make the folders of the parts. Raises ``OutputError`` before anything is fetched."""
    for target in order.feeds.values():
        try:
            Path(f"{target}.parts").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{target}: cannot be written ({error.strerror}); name another file") from error


def join_feeds(order: Order, tasks: Sequence[Task]) -> None:
    """Write the whole's feeds from their parts, and remove the parts. Raises ``OutputError``."""
    for feed, target in order.feeds.items():
        path = Path(target)
        temporary = path.with_name(f".{path.name}.joining")
        try:
            with temporary.open("wb") as file:
                file.writelines(_sort(path.parent, [order.part(feed, task) for task in tasks]))
            temporary.rename(path)
            shutil.rmtree(f"{target}.parts", ignore_errors=True)
        except OSError as error:
            raise OutputError(
                f"{target}: cannot be written ({error.strerror}); its parts are in {target}.parts, or use scrapy replay"
            ) from error
        finally:
            temporary.unlink(missing_ok=True)


def _sort(folder: Path, parts: Sequence[Path]) -> Iterator[bytes]:
    sorter = Sorter(folder, most_in_memory=1 << 26)
    for part in parts:
        if not part.exists():
            continue
        with part.open("rb") as file:
            for line in file:
                place = _DECODER.decode(line)
                sorter.add(f"{place.warc}\0{place.offset:020d}\0".encode() + line)
    for line in sorter.lines():
        yield line.split(b"\0", 2)[2]
