"""``scrapy crawl-many``: the portals of several spiders on several processes or machines, politely across them all."""

import argparse
import sys
from pathlib import Path
from typing import Any, cast

from scrapy import Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict
from sqlalchemy import make_url

from archive.errors import ArchiveError
from archive.writing.writer import prepare_folder
from crawler.catalogue import Expectation
from crawler.configuration.travelling import travelling_settings
from crawler.errors import KaijuanError
from crawler.many.addressing import resolve_hosts
from crawler.many.engines import Cluster, Engine, Processes
from crawler.many.grouping import Walk, deal, unite
from crawler.many.joining import join_feeds, prepare_parts
from crawler.many.running import find_worst, run_tasks
from crawler.many.tasks import Order, Task, find_runs, make_tasks, read_tasks, write_tasks
from crawler.many.telling import Telling, merge_ledgers, print_whole
from crawler.many.working import DONE, FAILED, MISUSED
from crawler.planning.arguments import near, wrong
from crawler.planning.choosing import Plan
from crawler.planning.outputs import require_writable
from crawler.planning.resuming import LAST
from crawler.planning.run import make_run_id
from crawler.quiet import QuietCommand, tell_stopped
from crawler.watching.disks import require_room
from crawler.watching.evaluating import tell_after_crawl
from pipelines.errors import PipelineError
from pipelines.feedfiles import require_feeds
from pipelines.workers import CORES
from spiders.families import FAMILIES

_OF_THE_WHOLE = ("portal", "region", "limit", "documents", "reports", "resume", "dry_run")
_OF_EACH = ("RUN_ID", "ARCHIVE_PREFIX", "JOBDIR", "ARCHIVE_REPLAY", "FEEDS", "DOWNLOADER")


class Command(QuietCommand):
    """Exit codes as those of ``scrapy crawl``: the worst of all tasks."""

    _has_begun = False

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options] SPIDER [SPIDER...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Crawl the portals of several spiders on several processes or machines"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Cut the catalogue by portal, so that all hosts of one address stay with one process, and crawl each part "
            "with a scrapy crawl of its own: scrapy crawl-many provincial municipal --workers 4. Spiders: provincial, "
            "municipal, district. Arguments (-a) and settings (-s) are those of scrapy crawl; documents= and reports= "
            "name the feeds of the whole. A process that dies is gone on with from what it has archived; "
            "-a resume=last or a run's id goes on with the whole. On many machines: --dask tcp://host:8786, with "
            "ARCHIVE_DIR on storage that all share and PostgreSQL as DATABASE_URL. Exit codes: those of scrapy crawl, "
            "the worst of all."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="set spider argument"
        )
        parser.add_argument("--workers", metavar="N", type=int, help=f"crawls side by side (default {CORES})")
        parser.add_argument("--dask", metavar="URL", help="crawl on the workers of a Dask scheduler, tcp://host:8786")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's options, and the spiders' arguments as a mapping."""
        super().process_options(args, opts)
        try:
            opts.spargs = arglist_to_dict(opts.spargs)
        except ValueError as error:
            raise wrong("write -a NAME=VALUE") from error

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Plan, crawl, tell, and say in the exit code how it went."""
        try:
            self.exitcode = self._run(args, opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy crawl-many: {error}", file=sys.stderr)
        except (KaijuanError, ArchiveError, PipelineError) as error:
            self.exitcode = FAILED
            print(f"scrapy crawl-many: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            way = "; -a resume=last goes on with it" if self._has_begun else " before it began"
            self.exitcode = tell_stopped(f"scrapy crawl-many: stopped{way}")
        if self.exitcode != MISUSED and not opts.spargs.get("dry_run"):
            assert self.settings is not None
            tell_after_crawl(self.settings, opts.spargs.get("catalogue") or "real", FAMILIES)

    def _run(self, args: list[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        _check_options(args, opts)
        opts.spiders = args
        plans = _read_plans(_load_spiders(args, self.settings), opts.spargs, self.settings)
        walks = list(_walks(plans))
        if not walks:
            print("scrapy crawl-many: nothing is due; scrapy due --all says what comes next", file=sys.stderr)
            return DONE
        if opts.spargs.get("dry_run"):
            for plan in plans.values():
                print(*plan.lines, sep="\n")
            return DONE
        order = _make_order(opts, self.settings)
        require_writable(order.feeds.values())
        require_feeds(order.feeds.get("documents"), order.feeds.get("reports"))
        require_room(self.settings)
        prepare_parts(order)
        prepare_folder(Path(order.archive))
        telling = Telling(order)
        engine: Engine = Cluster(opts.dask, telling.say) if opts.dask else Processes(opts.workers or CORES, telling.say)
        try:
            tasks = self._find_tasks(order, args, walks, engine.workers)
            if opts.spargs.get("resume"):
                for task in tasks:
                    order.file(task, "begun").touch()
            telling.begin(tasks)
            self._has_begun = True
            outcomes = run_tasks(engine, order, tasks, telling)
        finally:
            telling.close()
            engine.close()
        join_feeds(order, tasks)
        names = {walk.portal.id: walk.portal.agency for walk in walks}
        expected: dict[str, Expectation] = {
            name: each for plan in plans.values() for name, each in plan.expected.items()
        }
        ledger = merge_ledgers(order, tasks, names, expected)
        print_whole(telling.console, order, tasks, ledger, outcomes)
        codes = [outcomes[task.number].code if task.number in outcomes else FAILED for task in tasks]
        return find_worst([FAILED if code is None else code for code in codes])

    def _find_tasks(self, order: Order, spiders: list[str], walks: list[Walk], workers: int) -> list[Task]:
        """Those of the run that goes on, else new ones, written down."""
        if (order.folder / "tasks.json").exists():
            return read_tasks(Path(order.archive), order.run)
        assert self.settings is not None
        addresses = resolve_hosts({host for walk in walks for host in walk.hosts}, self.settings)
        groups = unite(walks, addresses)
        tasks = make_tasks(order.run, deal(groups, workers))
        write_tasks(order.folder, spiders, tasks)
        print(
            f"{len(walks)} portals of {len(groups)} addresses in {len(tasks)} tasks for {workers} workers",
            file=sys.stderr,
        )
        return tasks


def _check_options(args: list[str], opts: argparse.Namespace) -> None:
    if unknown := [word for word in args if word.startswith("-")]:
        raise wrong(f"unknown option {unknown[0]}; scrapy crawl-many --help lists them")
    if opts.workers is not None and opts.workers < 1:
        raise wrong("--workers needs a whole number from 1 up")
    if opts.dask and opts.workers:
        raise wrong("--workers counts processes of this machine; with --dask it is the cluster that has them")
    if opts.dask and "://" not in opts.dask:
        raise wrong(f"--dask needs the scheduler's address, like tcp://{opts.dask}:8786")
    for pair in opts.set:
        if (name := pair.partition("=")[0]) in _OF_EACH:
            raise wrong(f"{name} is of a single crawl; leave it out, or use scrapy crawl")


def _load_spiders(names: list[str], settings: BaseSettings) -> dict[str, type[Spider]]:
    loader = get_spider_loader(cast(Any, settings))
    fitting = [name for name in sorted(loader.list()) if "portal" in getattr(loader.load(name), "known", ())]
    if not names:
        raise wrong(f"name one spider or several: {', '.join(fitting)}")
    for name in names:
        if name not in fitting:
            raise wrong(
                f"{name!r} is no spider of the catalogue's portals; known: {', '.join(fitting)}{near(name, fitting)}"
            )
    return {name: loader.load(name) for name in names}


def _read_plans(spiders: dict[str, type[Spider]], given: dict[str, str], settings: BaseSettings) -> dict[str, Plan]:
    """The plan of each spider. ``resume`` is ours, and so is what was due when the run that goes on was cut into tasks;
    a level that the wishes leave nothing of is left out.
    """
    ours = ("resume", "due") if given.get("resume") else ("resume",)
    own = {name: value for name, value in given.items() if name not in ours}
    plans: dict[str, Plan] = {}
    refused: UsageError | None = None
    for name, spider in spiders.items():
        try:
            plans[name] = cast(Any, spider).read_plan(own, settings)
        except UsageError as error:
            if not str(error).startswith("no portal of catalogue"):
                raise
            refused = error
    if refused and not plans:
        raise refused
    return plans


def _walks(plans: dict[str, Plan]) -> list[Walk]:
    """Each portal once: named ones are chosen by every spider."""
    found: dict[str, Walk] = {}
    for spider, plan in plans.items():
        for portal in plan.portals:
            found.setdefault(portal.id, Walk(spider, portal))
    return list(found.values())


def _make_order(opts: argparse.Namespace, settings: BaseSettings) -> Order:
    """What the tasks have in common, with every path absolute: they run elsewhere."""
    given: dict[str, str] = opts.spargs
    archive = Path(settings["ARCHIVE_DIR"]).absolute()
    arguments = {name: value for name, value in given.items() if name not in _OF_THE_WHOLE}
    if (catalogue := given.get("catalogue")) and Path(catalogue).exists():
        arguments["catalogue"] = str(Path(catalogue).absolute())
    own = _travelling() | dict(pair.partition("=")[::2] for pair in opts.set)
    workers = 1 if opts.dask else (opts.workers or CORES)
    own.setdefault("REFINE_WORKERS", str(max(1, CORES // workers - 1)))
    if opts.loglevel:
        own["LOG_LEVEL"] = opts.loglevel.upper()
    if opts.logfile:
        own["LOG_FILE"] = str(Path(opts.logfile).absolute())
    if database := settings.get("DATABASE_URL"):
        own["DATABASE_URL"] = _make_absolute(str(database))
    return Order(
        run=_find_run(given.get("resume"), archive, opts.spiders),
        archive=str(archive),
        arguments=arguments,
        settings=own,
        feeds={feed: str(Path(given[feed]).absolute()) for feed in ("documents", "reports") if given.get(feed)},
        prefix=str(settings.get("BOT_NAME") or "archive"),
    )


def _travelling() -> dict[str, str]:
    """Without those of alerts, which the whole tells once; and everybody on a machine can read its command lines."""
    return {name: text for name, text in travelling_settings().items() if not name.startswith("ALERT_")}


def _find_run(wish: str | None, archive: Path, spiders: list[str]) -> str:
    if not wish:
        return make_run_id()
    runs = find_runs(archive, spiders)
    if wish == LAST and runs:
        return runs[-1]
    if wish not in runs:
        known = f"; the last is {runs[-1]}" if runs else ""
        raise wrong(f"resume={wish}: {archive} holds no such run of crawl-many {' '.join(spiders)}{known}")
    return wish


def _make_absolute(database: str) -> str:
    """The address of a SQLite file wherever it is opened; any other as it is."""
    try:
        url = make_url(database)
    except Exception:  # noqa: BLE001 - whoever opens it says what is wrong with it
        return database
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return database
    return url.set(database=str(Path(url.database).absolute())).render_as_string(hide_password=False)
