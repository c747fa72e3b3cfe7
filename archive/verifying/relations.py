"""Records of several files held together: ids, references, revisits and segments.

The facts go into a temporary SQLite database on disk, so that an archive of any number of records can be verified.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import repeat

from archive.opening import final_name
from archive.verifying.facts import Facts, Reference, Revisit, digest_key, make_key
from archive.verifying.labelled import number_algorithm
from archive.verifying.problems import Findings, show_text
from archive.verifying.segments import check_segments

_SCHEMA = """
pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -32768;
create table ids (key integer, file integer, offset integer, stamp integer);
create table warcinfos (key integer primary key) without rowid;
create table digests (key integer primary key) without rowid;
create table pointers (key integer, algorithm integer, digest integer);
"""


def check_relations(files: Sequence[tuple[Facts, Findings]]) -> None:
    """Tell, in the findings of each file, what its records name and no file has, and ids that occur twice."""
    with closing(sqlite3.connect("")) as base:
        base.executescript(_SCHEMA)
        for number, (facts, _) in enumerate(files):
            _store(base, number, facts)
        base.execute("create index ids_key on ids (key)")
        base.execute("create index pointers_key on pointers (key)")
        _check_ids(base, [findings for _, findings in files])
        for facts, findings in files:
            for reference in facts.references:
                _check_reference(base, reference, findings)
            for revisit in facts.revisits:
                _check_revisit(base, revisit, findings)
        segments = [(facts.segments, findings) for facts, findings in files]
        check_segments(segments, lambda key: _has(base, "ids", key))


def _store(base: sqlite3.Connection, number: int, facts: Facts) -> None:
    ids = zip(facts.keys, repeat(number), facts.offsets, facts.stamps, strict=False)
    base.executemany("insert into ids values (?, ?, ?, ?)", ids)
    base.executemany("insert or ignore into warcinfos values (?)", ((key,) for key in sorted(facts.warcinfos)))
    base.executemany("insert or ignore into digests values (?)", ((key,) for key in facts.digests))
    pointers = zip(facts.pointers, facts.algorithms, facts.pointed, strict=True)
    base.executemany("insert into pointers values (?, ?, ?)", pointers)


def _check_ids(base: sqlite3.Connection, findings: Sequence[Findings]) -> None:
    """Within one file an id that occurs twice has been told already."""
    repeated = """
        select one.file, one.offset, other.file, other.offset, one.stamp = other.stamp
        from (select key, min(file) as file from ids group by key having count(*) > 1) as first
        join ids as other on other.key = first.key and other.file = first.file
        join ids as one on one.key = first.key and one.file > first.file
        order by one.file, one.offset
    """
    copied: set[tuple[int, int]] = set()
    for file, offset, other, there, equal in base.execute(repeated):
        path = final_name(findings[other].path)
        if not equal:
            findings[file].tell("id-elsewhere", offset=offset, other=path, there=there)
        elif (file, other) not in copied:
            copied.add((file, other))
            findings[file].tell("record-copied", offset=offset, other=path)


def _check_reference(base: sqlite3.Connection, reference: Reference, findings: Findings) -> None:
    key = make_key(reference.target)
    known = _has(base, "ids", key)
    code = reference.code
    if code == "warcinfo-missing" and known:
        if _has(base, "warcinfos", key):
            return
        code = "warcinfo-other"
    elif known:
        return
    findings.tell(code, reference, target=show_text(reference.target))


def _check_revisit(base: sqlite3.Connection, revisit: Revisit, findings: Findings) -> None:
    """The payload is found by its digest; a pointer alone counts where no digest can be compared."""
    wanted = digest_key(revisit.digest) if revisit.digest else None
    if wanted is not None and _has(base, "digests", wanted):
        return
    pointed = [row for key in revisit.pointers for row in _pointed(base, key)]
    algorithm = number_algorithm(revisit.digest.algorithm) if revisit.digest else None
    if pointed and not any(found == algorithm for found, _ in pointed):
        return
    findings.tell("revisit-other-payload" if pointed else "revisit-unresolved", revisit)


def _has(base: sqlite3.Connection, table: str, key: int) -> bool:
    return base.execute(f"select 1 from {table} where key = ? limit 1", (key,)).fetchone() is not None


def _pointed(base: sqlite3.Connection, key: int) -> list[tuple[int, int]]:
    return base.execute("select algorithm, digest from pointers where key = ?", (key,)).fetchall()
