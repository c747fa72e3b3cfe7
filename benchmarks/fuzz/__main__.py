"""``python -m benchmarks.fuzz [--count N] [--seed S] [--workers N] [--only NUMBER] [FOLDER …]``, ``make fuzz``.

Folders of saved pages and files are added to the made-up ones (``KAIJUAN_CORPUS`` too). Each fault is written to
``--out`` with what it takes to see it again. Exit code 1 where there was one.
"""

import argparse
import collections
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from time import monotonic

from benchmarks.fuzz.seeds import Seed, read_seeds
from benchmarks.fuzz.trying import Trial, make_payload, try_number, watch

_BATCH = 100
_BATCHES = 20  # of a worker, before a new process takes its place
_PATIENCE = 1200.0  # seconds for a batch, beyond which a number in it hangs
_SPECIMENS = Path("tests/clean/specimens")
_seeds: list[Seed] = []


def main() -> int:
    """Run the fuzzer; print outcomes, the slowest, and the faults."""
    arguments = _read_arguments()
    folders = _folders(arguments.folders)
    if arguments.only is not None:
        watch()
        trial = try_number(read_seeds(folders), arguments.seed, arguments.only)
        print(trial.seed, trial.outcome, f"{trial.seconds:.2f} s", trial.fault or "no fault", sep="\n")
        return int(trial.fault is not None)
    return _run(arguments, folders)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="saved pages and files, besides the made-up ones")
    parser.add_argument("--count", type=int, default=100_000, help="mutations (100000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other mutations")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--workers", type=int, default=_cores(), help="processes (as many as there are cores)")
    parser.add_argument("--only", type=int, help="one number again, in this process")
    parser.add_argument("--out", type=Path, default=Path("var/fuzz"), help="where faults are written (var/fuzz)")
    arguments = parser.parse_args()
    if arguments.workers < 1 or arguments.count < 1:
        parser.error("--workers and --count must be at least 1")
    return arguments


def _folders(named: Sequence[Path]) -> list[Path]:
    corpus = os.environ.get("KAIJUAN_CORPUS")
    found = [_SPECIMENS, *([Path(corpus)] if corpus else []), *named]
    return [folder for folder in found if folder.is_dir()]


def _run(arguments: argparse.Namespace, folders: list[Path]) -> int:
    outcomes: collections.Counter[str] = collections.Counter()
    slowest: list[Trial] = []
    faults = done = 0
    start = monotonic()
    for trials in _batches(arguments, folders):
        for trial in trials:
            outcomes[trial.outcome] += 1
            if trial.fault:
                faults += 1
                _write(arguments, trial)
        slowest = sorted([*slowest, *trials], key=lambda trial: -trial.seconds)[:5]
        done += len(trials)
        speed = done / (monotonic() - start)
        print(f"\r{done:,} of {arguments.count:,}, {faults} faults, {speed:.0f}/s ", end="", flush=True)
    print()
    for outcome, count in sorted(outcomes.items()):
        print(f"  {outcome:28} {count:8,}")
    for trial in slowest:
        print(f"  slowest: {trial.seconds:.2f} s, number {trial.number}, {trial.seed}, {trial.outcome}")
    print(f"{faults} faults" + (f", written to {arguments.out}" if faults else ""))
    return int(faults > 0)


def _batches(arguments: argparse.Namespace, folders: list[Path]) -> Iterator[list[Trial]]:
    """The trials of each batch; a batch that dies, itself or with another, is done again in a process of its own."""
    last = arguments.first + arguments.count
    together = _BATCH * _BATCHES * arguments.workers
    for first in range(arguments.first, last, together):
        numbers = range(first, min(last, first + together))
        with ProcessPoolExecutor(arguments.workers, initializer=_begin, initargs=(folders,)) as pool:
            futures = [
                (at, pool.submit(_try_batch, arguments.seed, at, min(at + _BATCH, numbers.stop)))
                for at in range(numbers.start, numbers.stop, _BATCH)
            ]
            for at, future in futures:
                try:
                    yield future.result(timeout=_PATIENCE)
                except (BrokenProcessPool, TimeoutError):
                    _kill(pool)
                    yield list(_try_apart(arguments.seed, range(at, min(at + _BATCH, numbers.stop)), folders))


def _try_apart(seed: int, numbers: range, folders: list[Path]) -> Iterator[Trial]:
    """Numbers in a process of its own; where it dies, each half of them, until those that it dies of are alone."""
    trials = _try_in_one(seed, numbers, folders, watched=True)
    if trials is None and len(numbers) > 1:
        middle = numbers.start + len(numbers) // 2
        yield from _try_apart(seed, range(numbers.start, middle), folders)
        yield from _try_apart(seed, range(middle, numbers.stop), folders)
        return
    # A library in Rust ends its process where no memory is left. As a crawl reads files, that costs the file alone.
    trials = trials or _try_in_one(seed, numbers, folders, watched=False)
    if trials is None:
        chosen, payload, _ = make_payload(read_seeds(folders), seed, numbers.start)
        trials = [Trial(numbers.start, chosen.name, "died", 0.0, "the process died or hung", payload)]
    yield from trials


def _try_in_one(seed: int, numbers: range, folders: list[Path], watched: bool) -> list[Trial] | None:
    """The trials of a process of their own, ``None`` where it died; not ``watched``, it reads files as a crawl does."""
    with ProcessPoolExecutor(1, initializer=_begin, initargs=(folders, watched)) as pool:
        try:
            return pool.submit(_try_batch, seed, numbers.start, numbers.stop).result(timeout=_PATIENCE)
        except (BrokenProcessPool, TimeoutError):
            _kill(pool)
            return None


def _kill(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()


def _begin(folders: list[Path], watched: bool = True) -> None:
    if watched:
        watch()
    _seeds.extend(read_seeds(folders))


def _try_batch(seed: int, first: int, last: int) -> list[Trial]:
    return [try_number(_seeds, seed, number) for number in range(first, last)]


def _write(arguments: argparse.Namespace, trial: Trial) -> None:
    arguments.out.mkdir(parents=True, exist_ok=True)
    name = f"{arguments.seed}-{trial.number}"
    (arguments.out / f"{name}.bin").write_bytes(trial.payload)
    again = f"python -m benchmarks.fuzz --seed {arguments.seed} --only {trial.number}"
    (arguments.out / f"{name}.txt").write_text(f"{trial.seed}\n{again}\n\n{trial.fault}\n", encoding="utf-8")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main())
