"""The long-lived process that starts crawls and upkeep by the clock: jobs as data, their next times in the store.

What is due is not decided here: a job is a command line and a rhythm, and ``scrapy crawl … -a due=1`` finds out itself
what there is to do. So a job that ran twice does nothing the second time, and cron does as well as this process.
"""
