"""How long a look-up takes in an archive of a million captures: ``python -m benchmarks.lookup [--captures N]``.

Makes an index of made-up captures in a temporary folder (a few hundred files of captures, merged as crawls merge them),
opens it, and asks for addresses that are there, addresses that are not, and payload digests. Each look-up is timed by
itself, with the system's cache of the files as warm as making them left it.
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from archive.digests import sha1_digest
from archive.index.cdxj import Entry, write_entry
from archive.index.lookup import Lookup
from archive.index.runs import read_runs, update_runs
from archive.index.sorting import Sorter
from archive.index.surt import make_key

FILES = 200
LOOKUPS = 5000


def main() -> None:
    """Make, look up, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captures", type=int, default=1_000_000)
    captures = parser.parse_args().captures
    with tempfile.TemporaryDirectory(prefix="lookup-") as name:
        folder = Path(name)
        began = perf_counter()
        write_indexes(folder, captures)
        made = perf_counter()
        update_runs(folder)
        merged = perf_counter()
        runs = read_runs(folder)
        size = sum(run.size for run in runs)
        print(f"{captures} captures in {FILES} files: {made - began:.1f} s to make up, {merged - made:.1f} s to merge")
        with Lookup(folder) as lookup:
            print(f"opened in {1000 * (perf_counter() - merged):.1f} ms: {len(runs)} runs, {size / 1e6:.0f} MB")
            measure(lookup, captures)


def write_indexes(folder: Path, captures: int) -> None:
    """Indexes of files as crawls leave them."""
    for number in range(FILES):
        sorter = Sorter(folder)
        name = f"kaijuan-20230118{number:06d}-00000-1"
        for at in range(number, captures, FILES):
            sorter.add(write_entry(make_entry(at, f"{name}.warc.gz")))
        (folder / f"{name}.cdxj").write_bytes(b"".join(sorter.lines()))


def make_entry(number: int, filename: str) -> Entry:
    """One made-up capture: ten of each address, at different times."""
    url = make_url(number // 10)
    stamp = f"20{10 + number % 10}0{1 + number % 9}15{number % 24:02d}{number % 60:02d}00"
    return Entry(make_key(url), stamp, url, "text/html", 200, make_digest(number), 9000, number * 37, filename)


def make_url(number: int) -> str:
    """An address among three thousand hosts."""
    return (
        f"http://www.portal{number % 3000}.gov.cn/art/20{number % 24:02d}/{number % 12}/art_{number}_{number % 97}.html"
    )


def make_digest(number: int) -> str:
    """The payload digest of a capture."""
    return sha1_digest(str(number).encode())


def measure(lookup: Lookup, captures: int) -> None:
    """Time each kind of look-up."""
    chance = random.Random(1)
    known = [make_url(chance.randrange(captures // 10)) for _ in range(LOOKUPS)]
    unknown = [url.replace("art_", "gone_") for url in known]
    digests = [make_digest(chance.randrange(captures)) for _ in range(LOOKUPS)]
    kinds: dict[str, tuple[Callable[[str], object], Iterable[str]]] = {
        "nearest to a time": (lambda url: lookup.nearest(url, "20150601"), known),
        "all captures of an address": (lambda url: list(lookup.captures(url)), known),
        "an address that is not there": (lambda url: list(lookup.captures(url)), unknown),
        "a payload digest": (lambda digest: list(lookup.places(digest)), digests),
    }
    for kind, (find, asked) in kinds.items():
        pairs = list(seconds(find, asked))
        wall, own = sorted(1e3 * pair[0] for pair in pairs), sorted(1e3 * pair[1] for pair in pairs)
        rank = len(pairs) * 99 // 100
        print(
            f"{kind:30} median {median(wall):.3f} ms, p99 {wall[rank]:.3f} ms;"
            f" of the processor median {median(own):.3f} ms, p99 {own[rank]:.3f} ms"
        )


def seconds(find: Callable[[str], object], asked: Iterable[str]) -> Iterator[tuple[float, float]]:
    """The time of each look-up, by the clock and on the processor."""
    for one in asked:
        began, own = perf_counter(), process_time()
        find(one)
        yield perf_counter() - began, process_time() - own


if __name__ == "__main__":
    main()
