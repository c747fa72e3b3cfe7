"""What the archive says of each agency and year: who refused, and, where there is no store, what is there at all."""

from collections.abc import Callable, Iterable, Mapping

from archive.capture import Capture
from archive.index.cdxj import Entry
from archive.reading.history import History
from crawler.coverage.matrix import UNSAYING, Agency, Cell, Evidence, choose_cells
from crawler.fetching.refusals import SCRIPT_STATUSES, STATUSES, name_refusal
from crawler.planning.revisits import KINDS, Known, is_page, know
from pipelines.clean.titles import find_year, read_title
from pipelines.refine import refine
from pipelines.store.deadlines import find_deadline, find_delay
from pipelines.store.naming import fold_name

_REFUSING = frozenset(STATUSES) | SCRIPT_STATUSES
_ANSWERS = frozenset({200, 304})
Found = tuple[tuple[str, int], Cell, Agency]


def read_refusals(history: History) -> Evidence:
    """The pages that never did anything but refuse. Reads the whole index, and of the archive those answers alone."""
    found: list[Found] = []
    refused: dict[str, str] = {}
    for answers in history.everything():
        capture = _find_refusal(history, answers)
        if capture is None:
            continue
        name = name_refusal(capture.status, capture.payload) or str(capture.status)
        report = _find_report(capture.context, Cell("refused", name, capture.url, capture.record_id))
        if report:
            found.append(report)
        elif portal := capture.context.get("portal"):
            refused.setdefault(portal, name)
    return _collect(found, frozenset(refused), refused)


def read_archive(history: History, note_page: Callable[[], None] = lambda: None) -> Evidence:
    """As ``read_refusals``, and the reports: every page that was linked as one is read, as a replay would.

    ``note_page`` is called after each page: reading one takes as long as parsing it.
    """
    found: list[Found] = []
    crawled: set[str] = set()
    for answers in history.everything():
        known = know(history, answers) if is_page(answers) else None
        if known is None:
            continue
        crawled.add(known.context.get("portal", ""))
        if known.context.get("kind") in KINDS and (report := _read_report(history, known)):
            found.append(report)
        note_page()
    refusals = read_refusals(history)
    # A portal that brought a page has not only refused.
    refused = {portal: why for portal, why in refusals.refused.items() if portal not in crawled}
    own = _collect(found, crawled - {""}, {})
    return own.join(Evidence(refusals.cells, refusals.agencies, refusals.crawled, refused))


def _read_report(history: History, known: Known) -> Found | None:
    """What the latest body of a page is, and whether it still stands there."""
    capture = history.read(known.held) if known.held else None
    if capture is None:
        return None
    line = refine(capture).document
    agency, year, region, portal = (line[name] for name in ("agency", "year", "region", "portal"))
    name = fold_name(agency, region, portal)
    if name is None or year is None or line["rejected"] in UNSAYING:
        return None
    state, detail = "archived", line["rejected"] or line["kind"]
    if line["kind"] == "report":
        published, deadline = line["published"], find_deadline(name, year)
        days = find_delay(name, year, published, [line["captured_at"]])
        state, detail = ("late", f"published {published}, {days} days after {deadline}") if days else ("parsed", None)
    if known.is_gone:
        state, detail = "withdrawn", f"since {known.last}"
    cell = Cell(state, detail, line["url"], line["record_id"])
    return (name, year), cell, Agency(name, line["level"], region, frozenset([portal] if portal else []))


def _find_refusal(history: History, answers: list[Entry]) -> Capture | None:
    if any(entry.status in _ANSWERS for entry in answers) or answers[-1].status not in _REFUSING:
        return None
    capture = history.read(answers[-1])
    return capture if capture and name_refusal(capture.status, capture.payload) else None


def _find_report(context: Mapping[str, str], cell: Cell) -> Found | None:
    """Which report a page is of, by the words and the date of the link that led to it."""
    if context.get("kind") != "report":
        return None
    title, portal, region = context.get("anchor", ""), context.get("portal"), context.get("region")
    listed = context.get("listed", "")[:4]
    year = find_year(title) or (int(listed) - 1 if listed.isdigit() else None)
    agency = context.get("agency") or read_title(title).agency
    name = fold_name(agency, region, portal)
    if not agency or name is None or year is None:
        return None
    return (name, year), cell, Agency(agency, context.get("level"), region, frozenset([portal] if portal else []))


def _collect(found: Iterable[Found], crawled: Iterable[str], refused: dict[str, str]) -> Evidence:
    found = list(found)
    agencies: dict[str, Agency] = {}
    for (name, _), _, agency in found:
        known = agencies.get(name, agency)
        agencies[name] = Agency(known.name, known.level, known.region, known.portals | agency.portals)
    cells = choose_cells((key, cell) for key, cell, _ in found)
    portals = {portal for agency in agencies.values() for portal in agency.portals}
    return Evidence(cells, agencies, frozenset(portals | set(crawled)), refused)
