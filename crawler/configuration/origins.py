"""Where a value in force comes from."""

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler import configured

COMMAND_LINE, DEFAULT = "command line", "default"


def find_origin(settings: BaseSettings, name: str) -> str:
    """``command line``, a variable's name, ``kaijuan.toml:12``, or ``default``."""
    if (settings.getpriority(name) or 0) >= SETTINGS_PRIORITIES["cmdline"]:
        return COMMAND_LINE
    given = configured.configuration.given.get(name)
    return given.origin if given else DEFAULT
