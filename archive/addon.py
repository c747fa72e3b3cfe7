"""Scrapy add-on: ``ADDONS = {"archive.addon.ArchiveAddon": 100}`` archives every http and https exchange of a project.

Settings, each with its default: ``ARCHIVE_DIR`` (``var/warc``), ``ARCHIVE_ROTATE_BYTES`` (1 GiB),
``ARCHIVE_ROTATE_SECONDS`` (3600), ``ARCHIVE_GZIP_LEVEL`` (2; see ``archive/format/gzipping.py``), ``ARCHIVE_REVISITS``
(true: a payload of 1 KiB or more that the archive has is pointed to and not kept again), ``ARCHIVE_PREFIX`` of file
names (``BOT_NAME``), ``ARCHIVE_OPERATOR`` and ``ARCHIVE_FROM`` (a name, an address; none), ``ARCHIVE_WARCINFO`` (a
dict of further fields for each file's first record), ``ARCHIVE_RESUME`` (the id of a run that goes on; none),
``ARCHIVE_REPLAY`` (an archive that is asked in place of the web; none), ``ARCHIVE_REPLAY_TIME``, ``_MISSING``.
"""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from archive.rewalk.handler import Rewalk, replace_network
from archive.wire.keeper import Keeper
from archive.wire.resuming import ResumingMiddleware

logger = logging.getLogger(__name__)

_HANDLER = "archive.wire.handler.ArchivingDownloadHandler"


class ArchiveAddon:
    """Puts the archiving download handler in place, and fails before the first request if nothing can be written."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds its components."""
        return cls(crawler)

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """What a re-walk needs before the reactor is installed, because names are the process's."""
        if settings.get("ARCHIVE_REPLAY"):
            replace_network(settings)

    def update_settings(self, settings: BaseSettings) -> None:
        """Set the handlers; one that the project names itself is kept, and told of. Raises ``ArchiveError``.

        In a re-walk (``ARCHIVE_REPLAY``) nothing is archived: the archive that is asked is opened, and no other.
        """
        if settings.get("ARCHIVE_REPLAY"):
            replace_network(settings)
            Rewalk.of(self._crawler)
            return
        handlers = settings["DOWNLOAD_HANDLERS"]
        for scheme in ("http", "https"):
            handlers.set(scheme, _HANDLER, "addon")
            if handlers[scheme] != _HANDLER:
                logger.warning("%s is not archived: DOWNLOAD_HANDLERS names %s for it", scheme, handlers[scheme])
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", ResumingMiddleware, 990)
        Keeper.of(self._crawler)
