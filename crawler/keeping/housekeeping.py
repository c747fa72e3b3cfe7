"""Housekeeping: what has to be done now and then so that an archive lasts, in one turn that cron or a schedule calls.

Indexes, then verification, then leftovers, then the store; a line for each thing done. One turn at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.errors import ArchiveError
from crawler.errors import HousekeepingError
from crawler.keeping.indexing import bring_up_to_date, foresee
from crawler.keeping.leftovers import Leftover, Rules, find_leftovers, remove
from crawler.keeping.turns import take_turn
from crawler.keeping.verifying import SOUND, choose_files, read_record, verify_some
from pipelines.errors import PipelineError
from pipelines.store.tidying import find_store_folder, tidy_store

PARTS = ("index", "verify", "leftovers", "store")
Tell = Callable[[str], None]
Advance = Callable[[int, int], None]
Work = Callable[["HousePlan", datetime, Tell, Advance | None], bool]


@dataclass(frozen=True, slots=True)
class HousePlan:
    """What is kept in order, and how. ``address``: of the store, or none; ``is_tried``: say it and do nothing."""

    archive: Path
    address: str | None
    verify_days: float
    journal_days: float
    leftover_days: float
    parts: Sequence[str] = PARTS
    is_tried: bool = False
    verify_all: bool = False


def keep_house(plan: HousePlan, now: datetime, tell: Tell, advance: Advance | None = None) -> bool:
    """One turn; whether all went well: what cannot be done is told, and the rest done. Raises ``HousekeepingError``."""
    if not plan.archive.is_dir():
        raise HousekeepingError(f"{plan.archive}: there is no such archive; crawl first, or set ARCHIVE_DIR")
    works = {"index": _index, "verify": _verify, "leftovers": _clear, "store": _tidy}
    well = True
    with take_turn(
        plan.archive / ".housekeeping.lock",
        HousekeepingError,
        busy=f"{plan.archive}: another housekeeping is at it; wait for its end",
        unwritable="make it writable",
    ):
        for part in PARTS:
            if part in plan.parts:
                well &= _try(works[part], plan, now, _name(part, tell), advance)
    return well


def _try(work: Work, plan: HousePlan, now: datetime, tell: Tell, advance: Advance | None) -> bool:
    """What fails in one part must not cost the others."""
    try:
        return work(plan, now, tell, advance)
    except (ArchiveError, PipelineError, HousekeepingError) as error:
        tell(str(error))
    except OSError as error:
        tell(f"{error.filename or plan.archive}: {error.strerror}")
    return False


def _name(part: str, tell: Tell) -> Tell:
    return lambda line: tell(f"{part}: {line}")


def _index(plan: HousePlan, _: datetime, tell: Tell, __: Advance | None) -> bool:
    tell((foresee if plan.is_tried else bring_up_to_date)(plan.archive))
    return True


def _verify(plan: HousePlan, now: datetime, tell: Tell, advance: Advance | None) -> bool:
    record = read_record(plan.archive)
    days = 0.0 if plan.verify_all else plan.verify_days
    paths = choose_files(plan.archive, record, now, days)
    if plan.is_tried:
        tell(f"{len(paths)} files would be read, {sum(path.stat().st_size for path in paths) / 1e6:.1f} MB")
        return True
    found = verify_some(plan.archive, paths, now, lambda name, result: tell(f"{name}: {result}"), advance)
    told = {path.relative_to(plan.archive).as_posix() for path in paths}
    for name, result in found.broken.items():
        if name not in told:
            tell(f"{name}: {result}")
    verdict = f"{len(found.broken)} files are not {SOUND}: scrapy verify says where" if found.broken else f"all {SOUND}"
    tell(f"{found.files} files read, {found.size / 1e6:.1f} MB; {verdict}")
    return not found.broken


def _clear(plan: HousePlan, now: datetime, tell: Tell, _: Advance | None) -> bool:
    folder = find_store_folder(plan.address) if plan.address else None
    found = find_leftovers(Rules(plan.archive, folder, plan.journal_days, plan.leftover_days), now)
    done = [_clear_one(leftover, plan, tell) for leftover in found]
    if not found:
        tell("nothing to remove")
    return all(done)


def _clear_one(leftover: Leftover, plan: HousePlan, tell: Tell) -> bool:
    line = f"{leftover.path} ({leftover.size / 1e3:.1f} kB; {leftover.why})"
    if plan.is_tried:
        tell(f"would remove {line}")
        return True
    try:
        remove(leftover)
    except (OSError, HousekeepingError) as error:
        tell(f"not removed: {error}")
        return False
    tell(f"removed {line}")
    return True


def _tidy(plan: HousePlan, _: datetime, tell: Tell, __: Advance | None) -> bool:
    tell(tidy_store(plan.address, is_tried=plan.is_tried) if plan.address else "there is none")
    return True
