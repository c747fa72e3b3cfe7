"""What a portal had before: which of its rows are asked again, and which pages that no list links any more."""

from collections.abc import Generator

from crawler.planning.revisits import Known, Revisits
from crawler.telling.ledger import Visit
from spiders.courses import Course, Key, Waiting
from spiders.owners import find_named, is_own
from spiders.pages import Link
from spiders.rows import plain, report_year

_MOST_NAMED = 6


def name_report(link: Link, agency: str | None, own: bool) -> Key:
    """Which report a row names: its agency, the portal's own where it names no other, and the year."""
    name = agency or "" if own else find_named(link.title) or link.title
    return plain(name), report_year(link) or 0


def take_rows(course: Course, rows: list[Waiting], revisits: Revisits | None) -> None:
    """Let the rows of a list page wait that are to be asked; note which of them the archive had."""
    if revisits is None:
        course.wait(rows, lambda _: True)
        return
    course.known |= {row.key for row in rows if revisits.is_known(row.url)}
    course.wait(rows, lambda row: revisits.wants(row.url, row.title, row.date))


def recall(
    course: Course, revisits: Revisits, years: frozenset[int] | None, others: bool
) -> Generator[None, None, str | None]:
    """Let the known pages wait that no list links any more; returns why there is less than last time, if there is.

    They are asked when their time has come, and at once when lists that were read to their end show their report no
    longer: that is how a withdrawal is seen. ``others``: whether other agencies' reports are wanted. It reads the
    records of a whole portal, and yields between them.
    """
    vanished: set[Key] = set()
    for known in revisits.addresses_of(course.portal.id, _find_hosts(course), course.has_met):
        yield
        row = _make_row(course, known, years) if known else None
        if known is None or row is None or not (row.own or others):
            continue
        if row.kind == "report" and not (known.is_gone or known.is_unlisted):
            vanished.add(row.key)
        if not _is_wanted(course, known, row, revisits):
            revisits.leave(known)
        elif course.meet(row.url):
            course.wait_again([row])
    before, now = course.known | vanished, course.listed
    if len(now) >= len(before):
        return None
    gone = _name_keys(before - now)
    return f"{len(now)} reports are on its lists, {len(before)} were last time; gone from them: {gone}"


def make_visit(course: Course, less: str | None) -> Visit:
    """What the ledger is told of a portal."""
    return Visit(course.portal.id, frozenset(course.left), less)


def _find_hosts(course: Course) -> set[str]:
    """Where a portal's pages may lie, with their ports."""
    return course.hosts | {url.partition("://")[2].partition("/")[0] for url in course.portal.urls}


def _make_row(course: Course, known: Known, years: frozenset[int] | None) -> Waiting | None:
    """The row that linked a known page; ``None`` where it is not the portal's, or of another year."""
    context = known.context
    link = Link(known.url, context.get("anchor", ""), context.get("listed"))
    if not course.reach.is_near(known.url) or (years is not None and report_year(link) not in years):
        return None
    own = is_own(link.title, course.agency)
    key = name_report(link, course.agency, own)
    return Waiting(link.url, link.title, context.get("via"), own, key, link.date, context["kind"], unlisted=True)


def _is_wanted(course: Course, known: Known, row: Waiting, revisits: Revisits) -> bool:
    if revisits.is_due(known):
        return True
    if not revisits.only_due:
        return not known.is_gone
    is_missed = row.kind == "report" and row.key not in course.listed and not course.is_partial
    return is_missed and not (known.is_gone or known.is_unlisted)


def _name_keys(keys: set[Key]) -> str:
    """``2008, 2009, 云岭省林业局 2019``, and how many more there are."""
    owners = {agency for agency, _ in keys}
    named = [f"{agency if len(owners) > 1 else ''} {year or '?'}".strip() for agency, year in sorted(keys)]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return ", ".join(named[:_MOST_NAMED]) + more
