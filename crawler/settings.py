"""The settings of every crawl; each can be overridden with ``-s NAME=VALUE``."""

BOT_NAME = "kaijuan"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.console"

# Every exchange is archived as it went over the wire (archive/addon.py names the settings).
ADDONS = {
    "crawler.fetching.identification.Identification": 90,
    "crawler.planning.rewalking.Rewalking": 95,
    "archive.addon.ArchiveAddon": 100,
}

# Where things are kept.
ARCHIVE_DIR = "var/warc"
DATABASE_URL = "sqlite:///var/kaijuan.db"

# An archive (folder, file or glob) that is asked in place of the web, and of when (docs/scaling.md).
ARCHIVE_REPLAY = ""
ARCHIVE_REPLAY_TIME = ""
ARCHIVE_REPLAY_MISSING = ""
# Finished WARC files also go to a store, like s3://bucket/prefix; KEEP = False: they then leave the disk.
ARCHIVE_UPLOAD = ""
ARCHIVE_UPLOAD_KEEP = True

# The date by which visits are due and reports late, YYYY-MM-DD; empty: the clock's, in UTC.
TODAY = ""

# Scope: refused before robots.txt is asked for, hence the number below Scrapy's 100.
ALLOW_LOOPBACK = False
TWISTED_DNS_RESOLVER = "crawler.fetching.resolving.GuardedResolver"
DNS_TIMEOUT = 20
DOWNLOADER_MIDDLEWARES = {
    "crawler.fetching.scope.ScopeMiddleware": 40,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the scope knows more
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.fetching.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "crawler.fetching.cookies.CookiesMiddleware": 700,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.fetching.redirects.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.fetching.redirects.MetaRefreshMiddleware": 580,
    "crawler.fetching.backoff.BackOffMiddleware": 560,  # between the decoded answer (590) and the retries (550)
    "crawler.fetching.schemes.OtherSchemeMiddleware": 540,
}
# An archive talks to the server itself; behind a proxy the address checks would be void.
HTTPPROXY_ENABLED = False

# Who crawls: -s ARCHIVE_OPERATOR=… -s ARCHIVE_FROM=… (crawler/fetching/identification.py) add a name and an address.
USER_AGENT = "Kaijuan/0.1 (archival crawler of annual reports on information disclosure)"
ROBOTSTXT_USER_AGENT = "kaijuan"

# Politeness: the delay and the one connection hold for an address, whatever hosts share it.
ROBOTSTXT_OBEY = True
DOWNLOADER = "crawler.fetching.politeness.AddressDownloader"
DOWNLOAD_DELAY = 3
DOWNLOAD_DELAY_JITTER = 0.1  # up to so much on top (crawler/fetching/politeness.py): the delay itself is the least gap
CRAWL_DELAY_MOST = 60  # seconds; a robots.txt that wants more gets this
# A refusal, 429 or 503 (crawler/fetching/backoff.py): rest, longer each time, and at last leave the host alone.
BACKOFF_DELAYS = 20  # the first pause in delays; each further refusal in a row doubles it
BACKOFF_MOST = 3600  # seconds, also for Retry-After
BACKOFF_RETRIES = 2  # of the same page
BACKOFF_GIVE_UP = 5  # refusals in a row
OUTAGE_GIVE_UP = 9  # requests in a row without an answer
CONCURRENT_REQUESTS_PER_DOMAIN = 1
SCHEDULER_PRIORITY_QUEUE = "crawler.fetching.scheduling.AddressQueue"
# Each address takes one at a time, so this bounds the addresses crawled side by side, not the load on any.
CONCURRENT_REQUESTS = 2048
# Scrapy would read the source of each callback anew for a mistake that mypy finds.
WARN_ON_GENERATOR_RETURN_VALUE = False
STATS_CLASS = "crawler.telling.stats.StatsCollector"
# Lists: how long they are searched for, and how far walked (docs/families.md).
DISCOVERY_REQUESTS = 40  # pages of a portal that are looked at for its list
DISCOVERY_DEPTH = 5  # links away from the home page
LIST_PAGES = 1000
LIST_BARREN_PAGES = 40  # in a row without a report: a calendar, or news that never end
FOLLOW_OTHERS = True  # other agencies' reports that a list carries are fetched too
PAGE_PARTS = ["images"]  # of a report page beside its attachments; "styles" too, so that it can be looked at
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 256 * 1024 * 1024

# WARC readers cannot replay brotli and zstd, so we do not ask for them (the tap keeps what is sent all the same).
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

ITEM_PIPELINES = {"pipelines.live.pipeline.LivePipeline": 100}
SPIDER_MIDDLEWARES = {
    # One in place of five (crawler/fetching/output.py), where the last of them stood.
    "crawler.fetching.output.OutputMiddleware": 100,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    # It watches for a mistake in spiders, at each request of each page.
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": None,
    "crawler.telling.stats.CoreStats": 0,
    "crawler.telling.progress.Progress": 500,
    "crawler.telling.journaling.Journaling": 520,
    "crawler.fetching.stopping.Stopping": 600,
    "crawler.many.status.Status": 510,
    "archive.uploading.Uploader": 700,
    "crawler.fetching.garbage.Collector": 900,
}
PROGRESS_ENABLED = True
JOURNAL_ENABLED = True  # ARCHIVE_DIR/runs: what the crawl brought so far, for the page of crawls

# Failures are named in the ledger; the log is for what nobody foresaw.
LOG_LEVEL = "WARNING"
LOG_FORMATTER = "crawler.telling.logformatter.BriefFormatter"
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
