"""What goes wrong before or beside the web, said in one line that names the thing and the way out."""


class KaijuanError(Exception):
    """Ends a command with exit code 1; its text is the whole message."""


class CatalogueError(KaijuanError):
    """A catalogue that cannot be read: names the file, the line and what to write instead."""


class UrlListError(KaijuanError):
    """A list of URLs that cannot be read: names the file, the line and what to write instead."""


class OutputError(KaijuanError):
    """A file that cannot be written: names it and asks for another."""


class DiskError(KaijuanError):
    """A disk with too little room for a crawl to begin: says how much is free, where, and what to do."""


class InterruptedCrawlError(KaijuanError):
    """A crawl that was stopped before its first request."""


class BackupError(KaijuanError):
    """A backup that cannot be made, found or put back: names the file or folder and what to do."""


class HousekeepingError(KaijuanError):
    """What stands in the way of housekeeping: names the file and what to do."""
