"""What Scrapy takes for the commands: it imports all modules here to run one of them, so there is next to nothing here.

What a command does is in the module of the same name in ``crawler.commands``, imported when it is called; parser, store
and server would double the time that every other one takes to start, and what a crawl's process holds.
"""
