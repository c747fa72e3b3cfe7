"""A command that is imported when it is called."""

import argparse
from importlib import import_module

from scrapy.commands import ScrapyCommand

from crawler.configuration.checking import Checked
from crawler.quiet import tell_stopped
from crawler.telling.jsonlog import set_up_log


class Deferred(ScrapyCommand):
    """Turns into the command itself, its settings checked, at the first question about it."""

    requires_project = True

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return self._become().short_desc()

    def syntax(self) -> str:
        """The arguments: what Scrapy asks first of the command that it is told to run."""
        return self._become().syntax()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run it."""
        self._become().run(args, opts)

    def _become(self) -> ScrapyCommand:
        name = type(self).__module__.rpartition(".")[2]
        command = import_module(f"crawler.commands.{name}").Command
        self.__class__ = type(name, (_Logged, Checked, command), {"__module__": command.__module__})
        self.__init__()  # type: ignore[misc] # that of the class it has now
        return self


class _Logged(ScrapyCommand):
    """A command whose log is set up before Scrapy begins one; Ctrl-C that it has no word for ends it in one line."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run it."""
        try:
            super().run(args, opts)  # type: ignore[safe-super] # the command stands between the two
        except KeyboardInterrupt:
            self.exitcode = tell_stopped(f"{type(self).__name__}: stopped; begin it again")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """The options, and then the log that they ask for."""
        super().process_options(args, opts)
        assert self.settings is not None
        set_up_log(self.settings, type(self).__name__)
