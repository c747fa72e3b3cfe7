"""A year at speed (``python -m benchmarks.year``): made-up portals publish, revise and withdraw; cron crawls.

Every day of the year has one crawl of what is due, a real process whose clock is set to that day (``clock``); some are
killed at a random moment, some days have two crawls at once, and on some the machine is off. Then the archive must hold
each version and each withdrawal from within its due time, and the servers' logs no look too many, none left out and no
overlap.
"""
