"""Near-duplicates among a million texts on disk: ``python -m benchmarks.dedup [--texts N] [--lookups N] [--folder F]``.

Makes up prose whose stock phrases make unrelated texts about as much alike as real reports are (Jaccard .005), writes
it with its signatures and bands into a SQLite store, and then, in a process of its own, looks texts up: copies of
stored ones with a share of their sentences replaced, and new ones. A look-up begins with the prose: masking, shingles,
signature, bands, candidates, and the exact Jaccard of each are in its time.
"""

import argparse
import multiprocessing
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from pipelines.store.database import Database
from pipelines.store.keys import make_key
from pipelines.store.minhash import ALIKE, find_keys, measure, shingle, sign
from pipelines.store.neighbours import look_up
from pipelines.store.settled import likenesses  # noqa: F401 its table belongs to the store
from pipelines.store.tables import metadata

PHRASES, SENTENCES, LENGTH = 3000, 200_000, 25  # LENGTH: sentences in a text, about 900 characters
BATCH = 2000


@dataclass(frozen=True)
class Outcome:
    """What the look-ups came to; seconds are those of all look-ups."""

    clock: float
    processor: float
    alike: int  # copies whose exact Jaccard reaches the threshold
    found: int  # of them, those that the look-up found
    wrong: int  # new texts for which it found something
    peak: int  # MB of the process


def main() -> None:
    """Make, look up, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--lookups", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, help="where the store goes, and stays (default: a temporary folder)")
    given = parser.parse_args()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
        run(given.folder / "dedup.db", given.texts, given.lookups)
    else:
        with tempfile.TemporaryDirectory(prefix="dedup-") as name:
            run(Path(name) / "dedup.db", given.texts, given.lookups)


def run(path: Path, texts: int, lookups: int) -> None:
    """Fill a store unless it is there, and look up in it."""
    if not path.exists():
        began = perf_counter()
        fill(path, texts)
        print(f"{texts} texts made up, signed and written in {perf_counter() - began:.0f} s", flush=True)
    print(f"{path.stat().st_size / 1e6:.0f} MB on disk", flush=True)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        outcome = pool.apply(ask, (path, texts, lookups))
    speed, own = lookups / outcome.clock, lookups / outcome.processor
    print(f"{lookups} look-ups: {speed:.0f} a second by the clock, {own:.0f} a second of the processor")
    share = outcome.found / outcome.alike if outcome.alike else 0.0
    print(f"copies of Jaccard {ALIKE} or more found: {outcome.found} of {outcome.alike} ({share:.3f})")
    print(f"new texts taken for copies: {outcome.wrong}; peak memory {outcome.peak} MB")


def fill(path: Path, texts: int) -> None:
    """Write the texts; what makes a crash harmless is off, because the store is made for this run alone."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    Database(f"sqlite:///{partial}", metadata).close()
    connection = sqlite3.connect(partial)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2000000", "locking_mode=EXCLUSIVE"):
        connection.execute(f"PRAGMA {pragma}")
    ranges = [(start, min(start + BATCH, texts)) for start in range(0, texts, BATCH)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for rows, pairs in pool.imap(make_rows, ranges):
            connection.executemany("INSERT OR IGNORE INTO texts VALUES (?, ?, ?)", rows)
            connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", pairs)
    connection.commit()
    connection.close()
    partial.rename(path)


@lru_cache(maxsize=1)
def make_sentences() -> list[str]:
    """Sentences of four stock phrases each."""
    draw = Random("sentences")
    phrases = ["".join(chr(draw.randrange(0x4E00, 0x6E00)) for _ in range(draw.randint(6, 12))) for _ in range(PHRASES)]
    return ["".join(draw.sample(phrases, 4)) + "。" for _ in range(SENTENCES)]


def make_prose(sentences: list[str], number: int) -> str:
    """The text of a number, the same whenever it is made."""
    return "\n".join(Random(number).sample(sentences, LENGTH))


def make_rows(numbers: tuple[int, int]) -> tuple[list[tuple[int, str, bytes]], list[tuple[int, int]]]:
    """Rows of ``texts`` and of ``bands`` for a range of numbers."""
    proses = [make_prose(make_sentences(), number) for number in range(*numbers)]
    rows = [(make_key(prose), prose, sign(shingle(prose)) or b"") for prose in proses]
    return rows, [(key, row[0]) for row in rows for key in find_keys(row[2])]


def make_questions(sentences: list[str], texts: int, lookups: int) -> Iterator[tuple[str, float]]:
    """Proses with the Jaccard of each to the stored text that it was copied from; 0 for new ones."""
    draw = Random("questions")
    for number in range(lookups):
        if number % 2:
            yield make_prose(sentences, texts + number), 0.0
            continue
        original = make_prose(sentences, draw.randrange(texts))
        kept = original.split("\n")[: draw.randint(LENGTH * 2 // 3, LENGTH)]
        copy = "\n".join([*kept, *draw.sample(sentences, LENGTH - len(kept))])
        yield copy, measure(original, copy)


def ask(path: Path, texts: int, lookups: int) -> Outcome:
    """Look up; only the looking up is timed."""
    database = Database(f"sqlite:///{path}", metadata)
    clock = processor = 0.0
    alike = found = wrong = 0
    sentences = make_sentences()
    with database.reading() as connection:
        for prose, jaccard in make_questions(sentences, texts, lookups):
            began, own = perf_counter(), process_time()
            answer = look_up(connection, prose)
            clock, processor = clock + perf_counter() - began, processor + process_time() - own
            alike += jaccard >= ALIKE
            found += jaccard >= ALIKE and jaccard in answer.values()
            wrong += jaccard == 0.0 and bool(answer)
    database.close()
    return Outcome(clock, processor, alike, found, wrong, read_peak())


def read_peak() -> int:
    """The peak memory of this process in MB; getrusage would count the parent's that it was started from."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
