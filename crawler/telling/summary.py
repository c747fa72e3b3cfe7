"""The table at a crawl's end: portal × year, what is missing and why, and where the files are."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from scrapy.crawler import Crawler

from crawler.configuration.masking import mask_value
from crawler.telling.ledger import NO_YEAR, Account, Ledger, Tally, in_words

MOST_ROWS = 80  # beyond, a portal has one row
MOST_PORTALS = 150  # beyond, only portals with something to tell have one
MOST_LINES = 12  # of each kind of remark

Row = tuple[str, str, int, int, int, Counter[str], Counter[str], int]


def print_summary(console: Console, ledger: Ledger, crawler: Crawler, reason: str) -> None:
    """Everything that a person should know when the crawl is over."""
    print_accounts(console, ledger)
    for line in (*_places(ledger, crawler), *_refining(crawler)):
        console.print(line, soft_wrap=True)
    if reason != "finished":
        console.print(f"[bold]The crawl did not run to its end: {escape(reason)}[/bold]", soft_wrap=True)


def print_accounts(console: Console, ledger: Ledger) -> None:
    """The table, and what is missing."""
    if any(map(_has_come, ledger.accounts.values())):
        console.print(make_table(ledger))
    for line in _remarks(ledger):
        console.print(line, soft_wrap=True)


def make_table(ledger: Ledger) -> Table:
    """Portal × year; one row a portal where there are many; totals below."""
    accounts = {portal: account for portal, account in ledger.accounts.items() if _has_come(account)}
    rows = [row for account in accounts.values() for row in _year_rows(account)]
    if len(rows) > MOST_ROWS:
        rows = [_portal_row(account) for account in accounts.values()]
    left_out = 0
    if len(rows) > MOST_PORTALS:
        telling = [row for row in rows if any(row[4:]) or not row[3]]
        left_out, rows = len(rows) - len(telling), telling[:MOST_PORTALS]
    total = _total_row(list(accounts.values()))
    has_gaps = bool(total[7])  # of the archive that a re-walk asks
    table = Table(title="What came", title_justify="left", caption_justify="left")
    for heading in ("portal", "year"):
        table.add_column(heading, overflow="fold")
    for heading in ("archived", "parsed", "refused", "rejected"):
        table.add_column(heading, justify="right")
    table.add_column("broken identities", overflow="fold")
    if has_gaps:
        table.add_column("not archived", justify="right")
    previous = ""
    for row in rows:
        table.add_row(row[0] if row[0] != previous else "", *_cells(row)[: 7 if has_gaps else 6])
        previous = row[0]
    if left_out:
        table.caption = f"{left_out} portals without trouble are left out here"
    table.add_section()
    table.add_row("total", *_cells(total)[: 7 if has_gaps else 6])
    return table


def _has_come(account: Account) -> bool:
    """Whether anything came, a refusal or the word that it is not archived included."""
    return bool(account.captures or account.refused or account.noted("not-archived"))


def _year_rows(account: Account) -> list[Row]:
    """The portal's years, then what has no year: lists, robots.txt, errors, refusals."""
    rows = [
        _row(account.name, str(year), tally, tally.archived, 0, 0)
        for year, tally in sorted(account.years.items())
        if year != NO_YEAR
    ]
    rest = account.years.get(NO_YEAR, Tally())
    others = account.captures - sum(tally.archived for year, tally in account.years.items() if year != NO_YEAR)
    missing = len(account.noted("not-archived"))
    if others or account.refused or rest.parsed or missing:
        rows.append(_row(account.name, "–", rest, max(others, 0), account.refused.total(), missing))
    return rows


def _portal_row(account: Account) -> Row:
    return _total_row([account], account.name)


def _total_row(accounts: list[Account], name: str = "total") -> Row:
    years = sorted({year for account in accounts for year in account.years if year != NO_YEAR})
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    whole = Tally()
    for tally in (tally for account in accounts for tally in account.years.values()):
        whole.parsed += tally.parsed
        whole.rejected += tally.rejected
        whole.broken += tally.broken
    refused = sum(account.refused.total() for account in accounts)
    missing = sum(len(account.noted("not-archived")) for account in accounts)
    return _row(name, span, whole, sum(account.captures for account in accounts), refused, missing)


def _row(name: str, year: str, tally: Tally, archived: int, refused: int, missing: int) -> Row:
    return name, year, archived, tally.parsed, refused, tally.rejected, tally.broken, missing


def _cells(row: Row) -> list[str]:
    _, year, archived, parsed, refused, rejected, broken, missing = row
    numbers = [str(number) if number else "" for number in (archived, parsed, refused)]
    identities = " ".join(name if count == 1 else f"{name}×{count}" for name, count in sorted(broken.items()))
    return [year, *numbers, in_words(rejected), identities, str(missing or "")]


def _remarks(ledger: Ledger) -> Iterator[str]:
    """What is missing, loudest first."""
    for heading, failing in (
        ("[bold red]Nothing came of {}[/bold red]", ledger.lacking),
        ("[bold red]Less than last time of {}[/bold red]", ledger.less),
        ("[bold red]Less than expected of {}[/bold red]", ledger.short),
    ):
        lines = [f"{p} {ledger.accounts[p].name}: {why}" for p, why in failing.items()]
        yield from _listed(heading, "portal", lines)
    refused = [f"{p}: {in_words(account.refused)}" for p, account in ledger.accounts.items() if account.refused]
    yield from _listed("Refusals by {}", "portal", refused)
    notes = [note for account in ledger.accounts.values() for note in account.notes]
    for what, kinds in (
        ("page gone", {"gone"}),
        ("list stopped early", {"stopped"}),
        ("portal left to another crawl", {"locked"}),
        ("request out of scope", {"out-of-scope"}),
        ("request failed", {"failed", "status", "ignored"}),
        ("page not archived", {"not-archived"}),
    ):
        yield from _listed("{}", what, [f"{note.portal}: {note.text}" for note in notes if note.kind in kinds])
    left = {portal: len(account.left) for portal, account in ledger.accounts.items() if account.left}
    if left:
        reports, portals = _counted(sum(left.values()), "report"), _counted(len(left), "portal")
        yield f"As they were, or not due yet: {reports} of {portals}"


def _counted(count: int, what: str) -> str:
    """``1 request failed``, ``2 requests failed``."""
    noun, _, rest = what.partition(" ")
    return f"{count} {noun}{'' if count == 1 else 's'} {rest}".strip()


def _listed(heading: str, what: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield heading.format(_counted(len(lines), what)) + ":"
    yield from (f"  {escape(line)}" for line in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"  … and {len(lines) - MOST_LINES} more"


def _refining(crawler: Crawler) -> Iterator[str]:
    """How fast captures were refined, and how long the crawl's end waited for the last."""
    find = crawler.stats.get_value
    captures, seconds = find("refine/captures", 0), find("refine/seconds", 0.0)
    if captures and seconds:
        behind = find("refine/seconds_behind", 0.0)
        yield f"refined   {captures} captures, {captures / seconds:.0f} a second; {behind:.0f} s after the last came"


def _places(ledger: Ledger, crawler: Crawler) -> Iterator[str]:
    """Where the files are."""
    folder = str(crawler.settings.get("ARCHIVE_DIR"))
    warcs = sorted(ledger.warcs)
    if asked := crawler.settings.get("ARCHIVE_REPLAY"):
        missing = crawler.settings.get("ARCHIVE_REPLAY_MISSING")
        yield f"re-walked {escape(str(asked))}" + (f", not archived: {escape(str(missing))}" if missing else "")
    elif warcs:
        more = f" and {len(warcs) - 1} more" if len(warcs) > 1 else ""
        yield f"WARC      {escape(str(Path(folder) / warcs[0]))}{more}"
    for name in ("documents", "reports"):
        if path := getattr(crawler.spider, name, None):
            yield f"{name:<10}{escape(str(path))}"
    if database := crawler.settings.get("DATABASE_URL"):
        yield f"database  {escape(str(mask_value('DATABASE_URL', str(database))))}"
    if not asked:
        yield f"run       {escape(str(crawler.settings.get('RUN_ID')))}"
