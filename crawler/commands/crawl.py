"""``scrapy crawl``: Scrapy's command, with mistakes in one line and exit codes that a schedule can read."""

import argparse
import asyncio
import logging
import sys
from typing import Any

from scrapy import Spider
from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from crawler.errors import InterruptedCrawlError, KaijuanError
from crawler.planning.arguments import near, wrong
from crawler.planning.outputs import require_writable
from crawler.watching.audience import has_receivers
from crawler.watching.diskguard import REASON as DISK_LOW
from crawler.watching.disks import require_room
from pipelines.errors import PipelineError

DONE, FAILED, MISUSED, LACKING = 0, 1, 2, 3
# Why a crawl was closed before its end: a room cannot go on, or somebody stopped it.
STOPPED = "stopped at once: scrapy index closes the archive, then scrapy replay refines what it holds"
BROKEN = ("archive-failed", "refine-failed", "claim-failed", "locks-lost", "start_error", "shutdown", DISK_LOW)


class Command(crawl.Command):
    """Exit codes: 0 done, 1 an error, 2 wrong usage, 3 done but some portal brought nothing, less, or only refusals."""

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Crawl portals for annual reports and archive what they answer"

    def long_desc(self) -> str:
        """For ``scrapy crawl --help``."""
        return (
            "Spiders: provincial, municipal and district (portals of the catalogue, by level), portal (any home page,"
            " -a home=URL, or -a homes=FILE, one a line), urls (any list of URLs, -a file=FILE). Arguments, each after"
            " -a: documents=FILE and reports=FILE (the two feeds, JSON Lines),"
            " catalogue=real, demo or a folder, portal=ID,…, region=330000,… (with all below), years=2019-2024,"
            " limit=N portals, dry_run=1 (say what would be fetched), resume=last or a run's id (go on with a run: what"
            " the archive has of it is not fetched again), visit=all or due (ask for everything, as ever, or for what"
            " is new, changed in its list, or due after 7, 30, 180 days and then yearly), due=1 (only portals that are"
            " due by the catalogue's schedule: scrapy due; it brings visit=due with it). Settings, each after -s:"
            " ARCHIVE_DIR, DATABASE_URL, DOWNLOAD_DELAY, ALLOW_LOOPBACK and Scrapy's own. Exit codes: 0 done; 1 an"
            " error; 2 wrong usage; 3 done, but some portal brought nothing, less than last time or than its row"
            " expects, or only refusals."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's options, and a log level that does not exist said in one line."""
        super().process_options(args, opts)
        level = str(self.settings.get("LOG_LEVEL") if self.settings else "")
        if not level.isdigit() and level not in logging.getLevelNamesMapping():
            raise wrong(f"log level {level!r}: write DEBUG, INFO, WARNING, ERROR or CRITICAL")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Plan, crawl, and say in the exit code how it went."""
        try:
            self.exitcode = self._run(args, opts.spargs)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy crawl: {error}", file=sys.stderr)
        except (KaijuanError, ArchiveError, PipelineError) as error:
            self.exitcode = FAILED
            print(f"scrapy crawl: {error}", file=sys.stderr)
        except OSError as error:
            self.exitcode = FAILED
            print(f"scrapy crawl: {error.filename or 'system'}: {error.strerror or error}", file=sys.stderr)
        if self.exitcode != MISUSED and not opts.spargs.get("dry_run"):
            self._tell(opts.spargs.get("catalogue"))

    def _tell(self, catalogue: str | None) -> None:
        """Who is to be told of what is wrong is told now. Only here is imported what that needs: the store, too."""
        assert self.settings is not None
        if has_receivers(self.settings):
            from crawler.watching.evaluating import tell_after_crawl
            from spiders.families import FAMILIES

            tell_after_crawl(self.settings, catalogue or "real", FAMILIES)

    def _run(self, args: list[str], given: dict[str, Any]) -> int:
        spidercls = self._find_spider(args)
        plan = spidercls.read_plan(given, self.settings) if hasattr(spidercls, "read_plan") else None
        if plan is not None and getattr(plan, "only_due", False) and not plan.portals:
            print("scrapy crawl: nothing is due; scrapy due --all says what comes next", file=sys.stderr)
            return DONE
        if given.get("dry_run") and plan is not None:
            print(*plan.lines, sep="\n")
            return DONE
        if self.settings is not None:
            require_writable(self.settings.getdict("FEEDS"))
            require_room(self.settings)
        return self._crawl(spidercls, given)

    def _find_spider(self, args: list[str]) -> type[Spider]:
        assert self.crawler_process
        names = self.crawler_process.spider_loader.list()
        if len(args) != 1:
            raise wrong(f"name one spider: {', '.join(sorted(names))}; its arguments follow -a")
        if args[0] not in names:
            raise wrong(f"unknown spider {args[0]!r}; known: {', '.join(sorted(names))}{near(args[0], names)}")
        return self.crawler_process.spider_loader.load(args[0])

    def _crawl(self, spidercls: type[Spider], given: dict[str, Any]) -> int:
        assert self.crawler_process
        crawler = self._create_crawler(spidercls)
        task = self.crawler_process.crawl(crawler, **given)
        self.crawler_process.start()
        if isinstance(task, asyncio.Task):
            if not task.done() or task.cancelled():
                logging.getLogger("asyncio").disabled = True  # it complains of every task that is left, after our line
                has_begun = crawler.stats is not None and crawler.stats.get_value("start_time") is not None
                raise InterruptedCrawlError(STOPPED if has_begun else "stopped before it began")
            if error := task.exception():
                raise error
        return FAILED if self.crawler_process.bootstrap_failed else self._judge(crawler)

    @staticmethod
    def _judge(crawler: Crawler) -> int:
        """The exit code of a crawl that ended; a spider's own crash is an error, however much came."""
        find = crawler.stats.get_value
        if find("finish_reason") in (None, *BROKEN) or find("spider_exceptions/count"):
            return FAILED
        return LACKING if find("ledger/lacking") else DONE
