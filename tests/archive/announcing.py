"""``python -m tests.archive.announcing FOLDER COUNT [BROKEN]``: writes exchanges, and says of each that it is kept.

BROKEN takes away what makes it true: ``no-sync``, ``no-folder-sync``, ``no-sync-at-close``.
"""

import json
import os
import random
import stat
import sys
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

from archive.format import warcfile
from archive.position import Position
from archive.writing.writer import Writer, WriterOptions
from tests.archive.wreckage import make_exchange


def announce(future: "Future[Position | None]") -> None:
    position = future.result()
    assert position is not None
    line = json.dumps({"warc": position.warc, "offset": position.offset, "url": position.url}) + "\n"
    sys.stdout.write(line)
    sys.stdout.flush()


def break_promise(how: str) -> None:
    room: Any = warcfile
    system: Any = os
    real = system.fsync
    if how == "no-sync":
        room._sync_data = lambda _: None
    elif how == "no-folder-sync":
        room.sync_folder = lambda _: None
    elif how == "no-sync-at-close":
        system.fsync = lambda descriptor: real(descriptor) if stat.S_ISDIR(os.fstat(descriptor).st_mode) else None


def main() -> None:
    folder, count, *broken = sys.argv[1:]
    for how in broken:
        break_promise(how)
    writer = Writer(WriterOptions(Path(folder), rotate_bytes=20_000))
    chance = random.Random(1)
    futures = []
    for number in range(int(count)):
        futures.append(writer.submit(make_exchange(number, chance.randbytes(500))))
        futures[-1].add_done_callback(announce)
        if number % 7 == 0:
            wait(futures, timeout=20)  # groups of several sizes
    wait(futures, timeout=20)
    writer.close().result(timeout=20)


if __name__ == "__main__":
    main()
