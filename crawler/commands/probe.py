"""``scrapy probe URL``: what a crawl of a portal would find, without storing anything."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.catalogue import LEVELS, Portal
from crawler.catalogue.writing import add_row
from crawler.errors import KaijuanError
from crawler.fetching.addresses import read_address
from crawler.fetching.scope import split
from crawler.planning.arguments import near, wrong
from crawler.planning.homes import read_home
from spiders.dates import BEIJING
from spiders.families import FAMILIES
from spiders.probing import Probe, ProbedList, ProbeSpider

DONE, FAILED, MISUSED, LACKING = 0, 1, 2, 3
MOST_PAGES = 3  # of each list
MOST_ROWS = 12  # shown of each list
# Nothing is archived, refined or shown but by the command itself.
QUIET: dict[str, Any] = {
    "ADDONS": {},
    "ITEM_PIPELINES": {},
    "JOURNAL_ENABLED": False,
    "PROGRESS_ENABLED": False,
    "LOG_LEVEL": "ERROR",
}


class Command(ScrapyCommand):
    """Search a portal's lists, show what is in them and how they page."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {}

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] URL"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show what a crawl of a portal would find, without storing anything"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Search the lists of annual reports from a home page (or a host alone), read their first pages, and show "
            "the family with its evidence, the rows, the pager and the refusals. No report is fetched and nothing is "
            "stored. --write adds a row for the portal to the catalogue. Exit code 0: reports were found; 1: an error; "
            "2: wrong usage; 3: no list, no report in it, or only refusals."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
        parser.add_argument("--pages", type=int, default=MOST_PAGES, help="pages of each list (default %(default)s)")
        parser.add_argument("--write", action="store_true", help="add a row to the catalogue, if reports were found")
        parser.add_argument("--catalogue", default="real", help="which one: real, demo, a folder or a file")
        for name, what in (("id", "the row's id"), ("agency", "the agency's full name"), ("region", "GB/T 2260 code")):
            parser.add_argument(f"--{name}", help=f"{what}, for --write; else what the pages say")
        parser.add_argument("--level", help=f"one of {', '.join(LEVELS)}, for --write; else what the name says")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's options; whatever would store is taken away."""
        super().process_options(args, opts)
        assert self.settings is not None
        for name, value in {**QUIET, "LIST_PAGES": max(1, opts.pages)}.items():
            self.settings.set(name, value, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Probe, tell, write."""
        try:
            self.exitcode = self._run(args, opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy probe: {error}", file=sys.stderr)
        except (KaijuanError, OSError) as error:
            self.exitcode = FAILED
            print(f"scrapy probe: {error}", file=sys.stderr)

    def _run(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1 or args[0].startswith("-"):
            raise wrong("name one home page: scrapy probe https://www.example.gov.cn/")
        if opts.level and opts.level not in LEVELS:
            raise wrong(f"level {opts.level!r}: write one of {', '.join(LEVELS)}{near(opts.level, LEVELS)}")
        home = read_home(args[0])
        if home is None:
            raise wrong(f"{args[0]}: no URL; write http://… or https://…, or the host alone")
        probe = self._probe(home)
        if opts.json:
            print(json.dumps(write_object(probe), ensure_ascii=False, indent=2))
        else:
            print(*write_lines(probe), sep="\n")
        if opts.write and probe.reports:
            file = add_row(opts.catalogue, make_row(probe, opts), FAMILIES)
            print(f"added to {file}", file=sys.stderr)
        return DONE if probe.reports else LACKING

    def _probe(self, home: str) -> Probe:
        assert self.crawler_process
        crawler = self.crawler_process.create_crawler(ProbeSpider)
        print(f"probing {home} …", file=sys.stderr)
        self.crawler_process.crawl(crawler, home=home, name="probe")
        self.crawler_process.start()
        if not isinstance(crawler.spider, ProbeSpider):
            raise KaijuanError(f"{home}: the probe could not begin; the lines above say why")
        return crawler.spider.probe


def write_object(probe: Probe) -> dict[str, Any]:
    """A probe as JSON: the keys of ``spiders.probing.Probe``, and how many reports the lists have."""
    found = asdict(probe)
    found["notes"] = [{"kind": note.kind, "text": note.text} for note in probe.notes]
    found["lists"] = list(found["lists"].values())
    return {**found, "reports": probe.reports}


def write_lines(probe: Probe) -> Iterator[str]:
    """A probe for a reader."""
    owner = probe.owner
    whose = " ".join(part for part in (owner.agency or "agency unknown", owner.level, owner.region) if part)
    yield f"{probe.home}  {whose}"
    yield f"asked     {len(probe.asked)} pages"
    for found in probe.lists.values():
        yield from _list_lines(found, probe.why.get(found.url, ()))
    if not probe.lists:
        yield "list      none found"
    for note in probe.notes:
        yield f"{note.kind:<9} {note.text}"


def _list_lines(found: ProbedList, why: tuple[str, ...]) -> Iterator[str]:
    own = sum(row.own for row in found.rows)
    yield f"list      {found.url}"
    if why:
        yield f"  because {'; '.join(why)}"
    scores = ", ".join(f"{name} {evidence}" for name, evidence in found.evidence[:4])
    signs = f" ({'; '.join(found.signs)})" if found.signs else ""
    yield f"  family  {found.family}{signs}; evidence on its first page: {scores}"
    count = len(found.rows)
    yield f"  rows    {count} annual reports on {found.pages} pages, {own} its own, {count - own} of others"
    for row in found.rows[:MOST_ROWS]:
        yield f"    {row.year or '????'}  {'own  ' if row.own else 'other'}  {row.title}  {row.url}"
    if len(found.rows) > MOST_ROWS:
        yield f"    … and {len(found.rows) - MOST_ROWS} more"
    for turn in found.turns:
        yield f"  next    {turn}"
    if found.ended:
        yield f"  ended   {found.ended}"


def make_row(probe: Probe, opts: argparse.Namespace) -> Portal:
    """The row of a probed portal; raises ``UsageError`` for what its pages do not say and the options do not either."""
    owner, lists = probe.owner, [found for found in probe.lists.values() if found.rows]
    agency, level = opts.agency or owner.agency, opts.level or owner.level
    if not agency or not level:
        name = "level" if agency else "agency"
        raise wrong(f"the pages do not say the portal's {name}: name it with --{name}")
    return Portal(
        id=opts.id or _make_id(probe.home),
        agency=agency,
        level=level,
        home=probe.home,
        region=opts.region or owner.region,
        family=lists[0].family if lists[0].family in FAMILIES else None,
        list_url=lists[0].url,
        more_lists=tuple(found.url for found in lists[1:]),
        evidence="seen",
        reached=datetime.now(BEIJING).date().isoformat(),
    )


def _make_id(home: str) -> str:
    """``zj-yjt`` for ``https://yjt.zj.gov.cn/``: the host's labels from the widest to the narrowest."""
    _, host, port = split(home)
    if read_address(host):
        host = ".".join(host.split(".")[::-1])
    labels = host.removeprefix("www.").removesuffix(".gov.cn").split(".")[::-1]
    return re.sub(r"[^a-z0-9]+", "-", "-".join([*labels, *([str(port)] if port not in (80, 443) else [])])).strip("-")
