"""The ledger: what came of each portal, year by year, and what did not; frozen rows in, counts out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler.catalogue.portals import Expectation

# Sent through ``crawler.signals`` by the spiders, with ``note`` and with ``visit``.
noted = object()
visited = object()

CANDIDATES = ("report", "attachment")
NO_YEAR = 0  # the year of what has none: lists, robots.txt, errors


@dataclass(frozen=True, slots=True)
class Note:
    """A spider's word on a portal.

    ``kind``: ``stopped`` (a pager's end that a person should know),
    ``failed`` (nothing came back), ``status`` (an error status), ``refused`` (a refusing one), ``gone`` (404 or 410
    where a page had been), ``out-of-scope``, ``ignored`` (robots.txt forbids it, too many redirects),
    ``not-archived`` (a re-walk asked for it), ``locked`` (another crawl has the portal: this one leaves it).
    """

    portal: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What a spider knows of a portal from earlier crawls.

    ``left``: the reports (agency and year) on its lists that were not asked again, or are what they were; ``less``: why
    there is less than last time, ``None`` where there is not.
    """

    portal: str
    left: frozenset[tuple[str, int]] = frozenset()
    less: str | None = None


@dataclass(slots=True)
class Tally:
    """Counts of one portal and year."""

    archived: int = 0
    parsed: int = 0
    rejected: Counter[str] = field(default_factory=Counter)  # reason → pages
    broken: Counter[str] = field(default_factory=Counter)  # identity → reports


@dataclass(slots=True)
class Account:
    """Everything about one portal."""

    name: str
    years: dict[int, Tally] = field(default_factory=dict)
    captures: int = 0
    pages: int = 0  # answers of status 200, robots.txt left out
    candidates: int = 0  # of these, pages and attachments that a list or report linked as a report's
    refused: Counter[str] = field(default_factory=Counter)  # name of the refusal → answers
    notes: list[Note] = field(default_factory=list)
    found: set[tuple[str, int]] = field(default_factory=set)  # agency and year of the reports parsed
    visit: Visit | None = None

    def year(self, year: int) -> Tally:
        """The tally of a year, begun where there is none."""
        return self.years.setdefault(year, Tally())

    @property
    def reports(self) -> int:
        """Reports parsed, of all years."""
        return sum(tally.parsed for tally in self.years.values())

    @property
    def left(self) -> frozenset[tuple[str, int]]:
        """Reports that are as they were."""
        return self.visit.left if self.visit else frozenset()

    @property
    def rejected(self) -> Counter[str]:
        """Pages rejected, by reason, of all years."""
        return sum((tally.rejected for tally in self.years.values()), Counter())

    def noted(self, kind: str) -> list[str]:
        """The texts of the notes of a kind."""
        return [note.text for note in self.notes if note.kind == kind]


class Ledger:
    """The accounts of a crawl, in the order in which its plan names the portals; others follow as they come."""

    def __init__(
        self,
        names: Mapping[str, str],
        *,
        wants_reports: bool = True,
        expected: Mapping[str, Expectation] | None = None,
    ) -> None:
        self.names = dict(names)
        self.expected = dict(expected or {})
        self.wants_reports = wants_reports  # a list of URLs may hold anything
        self.accounts = {portal: Account(name) for portal, name in names.items()}
        self.warcs: set[str] = set()

    def account(self, portal: str) -> Account:
        """A portal's account, opened where there is none."""
        return self.accounts.setdefault(portal, Account(portal))

    def add_capture(self, portal: str, url: str, status: int | None, warc: str, kind: str | None = None) -> None:
        """An archived exchange; ``status`` is ``None`` where nothing came back, ``kind`` the spider's guess."""
        self.warcs.add(warc)
        if status is not None:
            account = self.account(portal)
            account.captures += 1
            account.pages += status == 200 and not is_robots(url)
            account.candidates += status == 200 and kind in CANDIDATES

    def add_refusal(self, portal: str, name: str) -> None:
        """An answer that refuses."""
        self.account(portal).refused[name] += 1

    def add_document(self, document: Mapping[str, Any], report: Mapping[str, Any] | None) -> None:
        """The feed lines of a refined capture."""
        account = self.account(portal_of(document.get("portal"), document["url"]))
        # A list is of no year, whatever year its first row names.
        tally = account.year((document.get("year") if document["kind"] != "list" else None) or NO_YEAR)
        tally.archived += 1
        if document["kind"] == "rejected":
            tally.rejected[document.get("rejected") or "unknown"] += 1
        if report is not None:
            tally.parsed += 1
            account.found.add(("".join((document.get("agency") or "").split()), document.get("year") or NO_YEAR))
            tally.broken.update(
                identity["id"] for identity in report.get("identities", ()) if identity["result"] == "broken"
            )

    def add_note(self, note: Note) -> None:
        """A spider's word."""
        self.account(note.portal).notes.append(note)

    def add_visit(self, visit: Visit) -> None:
        """What is known of a portal from earlier crawls."""
        self.account(visit.portal).visit = visit

    @property
    def locked(self) -> dict[str, str]:
        """The portals that were left to another crawl, each with the reason in words."""
        return {portal: words[0] for portal, account in self.accounts.items() if (words := account.noted("locked"))}

    @property
    def lacking(self) -> dict[str, str]:
        """The portals of the plan that brought nothing, each with the reason in words."""
        asked = self.names.keys() - self.locked.keys()
        found = {portal: self._why_lacking(self.accounts[portal]) for portal in self.names if portal in asked}
        return {portal: why for portal, why in found.items() if why}

    @property
    def short(self) -> dict[str, str]:
        """The portals that have reports, but fewer than their rows expect."""
        found, locked = {}, self.locked
        for portal, expect in self.expected.items():
            if portal in locked:
                continue
            account = self.accounts[portal]
            there = sum(expect.covers(year) for _, year in account.found | account.left)
            if 0 < there < expect.count:
                found[portal] = f"{there} of at least {expect.count} reports {expect.span}"
        return found

    @property
    def less(self) -> dict[str, str]:
        """The portals that have less than last time."""
        visits = {portal: self.accounts[portal].visit for portal in self.names}
        return {portal: visit.less for portal, visit in visits.items() if visit and visit.less}

    @property
    def failing(self) -> dict[str, str]:
        """The portals that a person must look at, each with the first reason."""
        return {**self.less, **self.short, **self.lacking}

    def total(self, what: str) -> int:
        """The sum of a number of all accounts."""
        return sum(getattr(account, what) for account in self.accounts.values())

    @property
    def refusals(self) -> int:
        """Answers that refuse, of all portals."""
        return sum(account.refused.total() for account in self.accounts.values())

    def _why_lacking(self, account: Account) -> str | None:
        rejected = account.rejected
        if (account.reports or account.left) if self.wants_reports else account.pages > rejected.total():
            return None
        if account.refused and account.pages <= rejected["refusal"]:
            return f"only refusals: {in_words(account.refused)}"
        why = f"; rejected: {in_words(rejected)}" if rejected else ""
        if account.candidates:
            return f"pages fetched as reports: {account.candidates}, none of them is one{why}"
        if (
            failed := account.noted("refused")
            + account.noted("failed")
            + account.noted("status")
            + account.noted("out-of-scope")
        ):
            return f"{failed[0]}" + (f" (and {len(failed) - 1} more)" if len(failed) > 1 else "")
        if ignored := account.noted("ignored"):
            return ignored[0]
        if missing := account.noted("not-archived"):
            return f"not archived: {missing[0]}" + (f" (and {len(missing) - 1} more)" if len(missing) > 1 else "")
        if not account.pages:
            return "nothing came"
        return f"no annual report found on its list{why}" if self.wants_reports else f"no page that can be read{why}"


def in_words(counts: Counter[str]) -> str:
    """Counts as text, largest first: ``3 soft-404, 1 login``."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def portal_of(portal: str | None, url: str) -> str:
    """The account that a capture belongs to: its portal's, else its host's."""
    return portal or urlsplit(url).netloc


def is_robots(url: str) -> bool:
    """Whether an address is one of a robots.txt."""
    return "/robots.txt" in url and urlsplit(url).path == "/robots.txt"
