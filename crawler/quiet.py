"""Commands whose own process crawls nothing: in the project, without a reactor, and without Scrapy's log."""

import signal
import sys
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand


class QuietCommand(ScrapyCommand):
    """What all of them have in common; see Scrapy's for the rest."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}


def tell_stopped(line: str) -> int:
    """The last word of a command that Ctrl-C has ended, and its exit code; all is closed by then.

    One Ctrl-C more, amid Python's farewells, would spoil the exit code or leave the command waiting for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(line, file=sys.stderr)
    return 1
