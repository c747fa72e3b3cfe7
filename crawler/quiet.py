"""Commands whose own process crawls nothing: in the project, without a reactor, and without Scrapy's log."""

from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand


class QuietCommand(ScrapyCommand):
    """What all of them have in common; see Scrapy's for the rest."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}
