"""What ``-s`` gives is held to the same rules, and said where servers or secrets would suffer."""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.configuration.bounds import BOUNDS
from crawler.configuration.known import read_known
from crawler.configuration.masking import hold_secrets, holds_secret
from crawler.configuration.origins import find_origin
from crawler.configuration.resolving import PREFIX, export_values
from crawler.configuration.values import Unfit, is_polite, read_text, write_shown
from crawler.planning.arguments import wrong

_FETCHING = ("crawl", "crawl-many", "probe")
_ALMOST = 0.85  # a name that is so like one of ours is a slip; others are of components that we do not know


class Checked(ScrapyCommand):
    """What every command of ours does with its settings before it begins."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's options; a value that a setting cannot have is a usage error."""
        super().process_options(args, opts)
        assert self.settings is not None
        given = dict(pair.partition("=")[::2] for pair in opts.set)
        try:
            values = check_given(given)
        except UsageError as error:  # told here: Scrapy would print the usage in front of it
            print(f"scrapy {type(self).__name__}: {error}", file=sys.stderr)
            raise SystemExit(2) from None
        self.settings.setdict(values, priority="cmdline")
        export_values(values, os.environ)
        for name, value in given.items():
            if holds_secret(name, value):
                hold_secrets(name, value)
                _warn(f"-s {name}: everybody on this machine can read it there; set {PREFIX}{name} instead")
        if type(self).__name__ in _FETCHING and "MANY_TASK" not in given:
            for line in find_impolite(self.settings):
                _warn(line)


def check_given(given: Mapping[str, str]) -> dict[str, Any]:
    """The settings that were written as text, as the code reads them. Raises ``UsageError``."""
    known, values = read_known(), dict[str, Any]()
    for name, text in given.items():
        setting = known.get(name)
        if setting is None:
            if slips := get_close_matches(name.upper(), list(known), n=1, cutoff=_ALMOST):
                raise wrong(f"-s {name}: no such setting; did you mean {slips[0]}?")
            continue
        try:
            values[name] = read_text(setting, text)
        except Unfit as unfit:
            raise wrong(f"-s {name}={write_shown(name, text)}: {unfit}") from None
    return values


def find_impolite(settings: BaseSettings) -> Iterator[str]:
    """What servers should not be asked to bear, a line each; made-up portals on loopback bear all."""
    if settings.getbool("ALLOW_LOOPBACK"):
        return
    for name, bound in BOUNDS.items():
        value = settings.get(name)
        if isinstance(value, bool | int | float) and not is_polite(name, value):
            yield (
                f"{name} = {write_shown(name, value)} ({find_origin(settings, name)}) is hard on a server: "
                f"{bound.polite}, unless its owner agreed to more (docs/crawling.md)"
            )


def _warn(line: str) -> None:
    print(f"warning: {line}", file=sys.stderr)
