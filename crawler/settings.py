"""The settings of every crawl: name, default and, beside it or above, what it says.

Each can be set in ``kaijuan.toml``, as ``KAIJUAN_NAME`` in the environment or with ``-s NAME=VALUE``
(docs/configuration.md). A heading ``# [table]`` begins a table of ``kaijuan.toml``; what follows ``# [wiring]`` is how
the parts are put together, and set by nobody else. A default's type is the setting's; bounds and units stand in
``crawler/configuration/bounds.py``.
"""

# [archive] Where every exchange is kept as it went over the wire.
ARCHIVE_DIR = "var/warc"  # the folder of the WARC files and their index
ARCHIVE_PREFIX = ""  # what the names of WARC files begin with; empty: kaijuan
ARCHIVE_OPERATOR = ""  # who crawls: a name for the user agent and the first record of each WARC file
ARCHIVE_FROM = ""  # where who crawls can be reached: an address for the user agent, the From header and WARC files
ARCHIVE_ROTATE_BYTES = 1 << 30  # bytes after which the next WARC file begins
ARCHIVE_ROTATE_SECONDS = 3600  # seconds after which it does
ARCHIVE_GZIP_LEVEL = 2  # 0 to 9; 0 to 3 are quick (archive/format/gzipping.py)
ARCHIVE_REVISITS = True  # a payload that the archive has is pointed to and not kept again
ARCHIVE_WARCINFO: dict[str, str] = {}  # further fields for the first record of each WARC file
ARCHIVE_UPLOAD = ""  # finished WARC files also go to a store, like s3://bucket/prefix
ARCHIVE_UPLOAD_KEEP = True  # whether what was uploaded stays on the disk

# [rewalk] Walking an archive in place of the web (docs/scaling.md).
ARCHIVE_REPLAY = ""  # an archive (folder, file or glob) that is asked in place of the web
ARCHIVE_REPLAY_TIME = ""  # the year, day or second that its answers should be of; empty: the newest
ARCHIVE_REPLAY_MISSING = ""  # a file for the addresses that it does not have

# [disk] How much room a crawl leaves (docs/watching.md).
# Bytes (5GiB, 300MB) or a share (5%) that must stay free, of both the lesser: no crawl begins below it, and one that
# runs ends in order.
DISK_LEAST = "1GiB,5%"

# [store] Where what was read out of the pages is kept.
DATABASE_URL = "sqlite:///var/kaijuan.db"  # its address, by SQLAlchemy; one with a password only from the environment
REFINE_WORKERS = 0  # processes that read pages beside a crawl; 0: one less than there are cores

# [backup] Where backups of archive and store go (docs/housekeeping.md).
BACKUP_DIR = ""  # a folder, best on another disk; empty: scrapy backup wants one named
BACKUP_KEEP = 7  # backups that stay; older ones are removed when a new one is whole

# [housekeeping] What scrapy housekeeping does, and when (docs/housekeeping.md).
VERIFY_DAYS = 30  # days within which every file of the archive is verified again, some at each turn
JOURNAL_DAYS = 800  # days after which the journal of a run goes; the newest fifty stay
LEFTOVER_DAYS = 30  # days after which goes what commands leave so that they can be gone on with

# [reading] Optional programs that read files (docs/feeds.md).
OCR = False  # scanned pages and images are read by character recognition; needs the extra ocr
SOFFICE = ""  # 1, or the path of LibreOffice's program, which reads Word files of before 1997

# [calendar] By which day things are due, what is started when, and which run has a portal (docs/operating.md).
SCHEDULE_JOBS = ""  # a file of the jobs that scrapy schedule starts; empty: crawler/schedule/jobs.yaml
LOCK_SILENCE = 600  # seconds; a lock whose owner, on another machine, was not heard of for so long is taken over
TODAY = ""  # the date (YYYY-MM-DD) by which visits are due and reports missing; empty: the clock's, in UTC

# [scope] Whom requests may reach.
ALLOW_LOOPBACK = False  # admit the loopback hosts and ports that the catalogue, the home pages or the list name
DNS_TIMEOUT = 20  # seconds for a name to resolve

# [politeness] How much is asked of a server, and what after a refusal (docs/crawling.md).
ROBOTSTXT_OBEY = True  # whether robots.txt is obeyed
DOWNLOAD_DELAY = 3  # least seconds between an answer and the next request to its address, whatever hosts share it
DOWNLOAD_DELAY_JITTER = 0.1  # up to so much of the delay on top, at random: the delay itself is the least gap
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # connections an address
# Addresses crawled side by side: each takes one request at a time, so this bounds no load on any.
CONCURRENT_REQUESTS = 2048
CRAWL_DELAY_MOST = 60  # seconds; a robots.txt that wants more gets this
BACKOFF_DELAYS = 20  # the first pause after a refusal, 429 or 503, in delays; each further one in a row doubles it
BACKOFF_MOST = 3600  # seconds of the longest pause, also for Retry-After
BACKOFF_RETRIES = 2  # how often a refused page is asked for again
BACKOFF_GIVE_UP = 5  # refusals in a row after which a host is left alone
OUTAGE_GIVE_UP = 9  # requests in a row without an answer after which it is
# What the requests say they are from; ARCHIVE_OPERATOR and ARCHIVE_FROM are added unless it is set.
USER_AGENT = "Kaijuan/0.1 (archival crawler of annual reports on information disclosure)"
ROBOTSTXT_USER_AGENT = "kaijuan"  # the name that robots.txt is read for

# [lists] How long lists are searched for, how far walked, and what is fetched of a page (docs/families.md).
DISCOVERY_REQUESTS = 40  # pages of a portal that are looked at for its list
DISCOVERY_DEPTH = 5  # links away from the home page
LIST_PAGES = 1000  # pages of one list
LIST_BARREN_PAGES = 40  # in a row without a report, after which a list is left: a calendar, or news that never end
FOLLOW_OTHERS = True  # other agencies' reports that a list carries are fetched too
PAGE_PARTS = ["images"]  # of a report page beside its attachments; "styles" too, so that it can be looked at
DOWNLOAD_TIMEOUT = 60  # seconds for one answer
DOWNLOAD_MAXSIZE = 256 * 1024 * 1024  # bytes of the largest answer; what is larger is kept up to there, and marked so

# [telling] What a crawl says while it runs.
PROGRESS_ENABLED = True  # the line that runs with a crawl
JOURNAL_ENABLED = True  # ARCHIVE_DIR/runs: what the crawl brought so far, for the page of crawls
# DEBUG, INFO, WARNING, ERROR or CRITICAL. Failures are named in the ledger; the log is for what nobody foresaw.
LOG_LEVEL = "WARNING"
LOG_JSON = False  # each line on standard error, or in LOG_FILE, is one JSON object (docs/watching.md)

# [watching] How far back runs are looked at, and how much Prometheus gets (docs/watching.md).
WATCH_DAYS = 100  # runs of so many days tell how portals do; one that was not asked for as long is forgotten
METRICS_PORTALS = 4000  # portals of which there are series; beyond them those that did well most lately are left out

# [alerts] When something is wrong, and who is told (docs/watching.md).
ALERT_SILENT_RUNS = 2  # runs in a row in which nothing came of a portal, after which it is silent
ALERT_REFUSALS = 50  # refusals of a run from which on they are a storm, if they are that share of its answers
ALERT_REFUSALS_SHARE = 0.2  # 0 to 1
ALERT_DISK_LEAST = "10GiB,10%"  # bytes or a share of a disk, as DISK_LEAST; more than that, so that there is time
ALERT_MISSED_DAYS = 2  # days that a portal may be overdue
ALERT_LAG_HOURS = 24  # hours that what is archived may wait for the store
ALERT_AGAIN_DAYS = 7  # days after which what still stands is told again; 0: never
ALERT_NAME = ""  # what messages call this installation; empty: the machine's name
ALERT_WEBHOOK = ""  # the address that messages are posted to
ALERT_TOKEN = ""  # goes with them as Authorization: Bearer
# The JSON that is posted, with {title}, {text} and {name} in its texts, like {"text": "{title}"}; empty: all there is.
ALERT_TEMPLATE = ""
ALERT_MAIL_TO: list[str] = []  # addresses that messages are mailed to
ALERT_MAIL_FROM = ""  # the address that they come from; empty: the first of ALERT_MAIL_TO
ALERT_MAIL_HOST = "localhost:25"  # the mail server and its port
ALERT_MAIL_TLS = "starttls"  # starttls, tls (from the first byte on) or none
ALERT_MAIL_USER = ""  # who logs in there, if anybody must
ALERT_MAIL_PASSWORD = ""  # with which password
ALERT_SECONDS = 10  # seconds that a receiver may take; one that does not answer is tried again later

# [wiring] How the parts are put together.
BOT_NAME = "kaijuan"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.console"
# Every exchange is archived as it went over the wire (archive/addon.py).
ADDONS = {
    "crawler.fetching.identification.Identification": 90,
    "crawler.planning.rewalking.Rewalking": 95,
    "archive.addon.ArchiveAddon": 100,
}
TWISTED_DNS_RESOLVER = "crawler.fetching.resolving.GuardedResolver"
DOWNLOADER_MIDDLEWARES = {
    # Refused before robots.txt is asked for, hence the number below Scrapy's 100.
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
DOWNLOADER = "crawler.fetching.politeness.AddressDownloader"
SCHEDULER_PRIORITY_QUEUE = "crawler.fetching.scheduling.AddressQueue"
# Scrapy would read the source of each callback anew for a mistake that mypy finds.
WARN_ON_GENERATOR_RETURN_VALUE = False
STATS_CLASS = "crawler.telling.stats.StatsCollector"
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
    "crawler.telling.jsonlog.RunName": 0,
    "scrapy.extensions.corestats.CoreStats": None,
    "crawler.telling.stats.CoreStats": 0,
    "crawler.telling.progress.Progress": 500,
    "crawler.telling.journaling.Journaling": 520,
    "crawler.planning.visiting.Visiting": 530,
    "crawler.fetching.stopping.Stopping": 600,
    "crawler.watching.diskguard.DiskGuard": 610,
    "crawler.many.status.Status": 510,
    "archive.uploading.Uploader": 700,
    "crawler.fetching.garbage.Collector": 900,
}

LOG_FORMATTER = "crawler.telling.logformatter.BriefFormatter"
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
