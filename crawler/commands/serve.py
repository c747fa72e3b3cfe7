"""``scrapy serve``: the web page over the store and the archive."""

import argparse
import re
import sys
from contextlib import closing
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.catalogue import read_catalogue
from crawler.errors import KaijuanError
from crawler.planning.calendar import find_today
from crawler.quiet import QuietCommand
from crawler.watching.dues import Dues
from crawler.watching.watch import Watch
from pipelines.errors import PipelineError
from pipelines.store.database import Database
from spiders.families import FAMILIES
from web.sources import Sources

_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
DONE, FAILED, MISUSED = 0, 1, 2


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


class Command(QuietCommand):
    """Serve the pages until Ctrl-C."""

    def syntax(self) -> str:
        """The command's arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show coverage, reports and their proof in a browser"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Serve the web page over the store (DATABASE_URL) and the archive (ARCHIVE_DIR), both only read, on this"
            " machine alone. Archived pages are shown without anything in them that runs or fetches. Ctrl-C ends it."
            " Exit code 0: ended; 1: an error; 2: wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--port", type=int, default=8000, help="default 8000; 0: any that is free")
        parser.add_argument(
            "--bind",
            default="127.0.0.1",
            metavar="ADDRESS",
            help="of version 4 to listen on (default 127.0.0.1: this machine alone; 0.0.0.0 in a container); there is"
            " no password, so let nobody in who shall not read",
        )
        parser.add_argument(
            "--catalogue", default="real", help="whose reports are expected: real (the default), demo or a folder"
        )

        parser.add_argument(
            "--allowed-host",
            action="append",
            default=[],
            metavar="NAME",
            help="a name that a proxy in front asks for, as readers write it; may be given several times",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open the store, say the address, serve."""
        try:
            if args or not 0 <= opts.port < 65536:
                raise UsageError(f"{args[0]!r}: serve takes options alone" if args else "--port: 0 to 65535")
            if wrong := next((name for name in opts.allowed_host if not _HOST.fullmatch(name)), None):
                raise UsageError(
                    f"--allowed-host {wrong}: a name alone, without scheme, port or *; kaijuan.example.org"
                )
            if not _is_address(opts.bind):
                raise UsageError(f"--bind {opts.bind}: an address of version 4, as 127.0.0.1 or 0.0.0.0")
            self._serve(opts)
        except UsageError as error:
            self.exitcode = MISUSED
            print(f"scrapy serve: {error}", file=sys.stderr)
        except (KaijuanError, PipelineError) as error:
            self.exitcode = FAILED
            print(f"scrapy serve: {error}", file=sys.stderr)

    def _serve(self, opts: argparse.Namespace) -> None:
        from web.serving import serve

        assert self.settings is not None
        catalogue = read_catalogue(opts.catalogue, FAMILIES)
        with closing(Database(self.settings.get("DATABASE_URL") or "", None)) as store:
            archive, today = Path(self.settings["ARCHIVE_DIR"]), partial(find_today, self.settings)
            today()  # a wrong setting is told now, not on a page
            watch = Watch(self.settings, store, Dues(archive, catalogue.portals, catalogue.schedule, today))
            sources = Sources(store, archive, catalogue.portals, today, catalogue.provinces, watch)
            serve(sources, opts.port, tuple(opts.allowed_host), opts.bind)
