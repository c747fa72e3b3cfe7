"""The settings of every crawl; each can be overridden with ``-s NAME=VALUE``."""

BOT_NAME = "kaijuan"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.commands"

# Where things are kept.
ARCHIVE_DIR = "var/warc"
DATABASE_URL = "sqlite:///var/kaijuan.db"

# Politeness.
USER_AGENT = "Kaijuan/0.1 (archival crawler of annual reports on information disclosure)"
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 3
CONCURRENT_REQUESTS_PER_DOMAIN = 1
ALLOW_LOOPBACK = False

# WARC readers cannot replay brotli and zstd, so we do not ask for them (the tap keeps what is sent all the same).
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
LOG_LEVEL = "WARNING"
