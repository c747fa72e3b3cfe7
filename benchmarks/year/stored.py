"""The store after the year: a replay of the archive into an empty one has each archived version, and no other."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks.year.judging import Found
from benchmarks.year.world import Portal

_PROJECT = Path(__file__).resolve().parents[2]
_Key = tuple[str, int]


def find_faults(portals: Sequence[Portal], found: Found, folder: Path) -> Iterator[str]:
    """What the store says otherwise than the archive, by agency and year."""
    address = f"sqlite:///{folder / 'replayed.db'}"
    words = ["replay", str(folder / "warc"), "-s", f"DATABASE_URL={address}"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words], cwd=_PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        yield f"the replay ended with {done.returncode}: {done.stderr[-500:]}"
        return
    versions, gone = _read(address, "versions"), _read(address, "withdrawals")
    for portal in portals:
        for report in portal.reports:
            key = (portal.agency, report.year)
            archived = sum(portal.mark(report, version) in found.marks for version in report.versions)
            if versions[key] != archived:
                yield f"{portal.id} {report.year}: the store has {versions[key]} versions, the archive {archived}"
            if bool(gone[key]) != (archived and portal.origin + report.path in found.gone):
                yield f"{portal.id} {report.year}: the store has {gone[key]} withdrawals"


def _read(address: str, table: str) -> Counter[_Key]:
    engine = create_engine(address)
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT agency, year, count(*) FROM {table} GROUP BY agency, year"))
        found: Counter[_Key] = Counter({(agency, year): count for agency, year, count in rows})
    engine.dispose()
    return found
