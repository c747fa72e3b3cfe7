"""Refining beside a running crawl: the crawl's end of it, the process that does it, and what passes between the two.

``pipeline`` and ``middleware`` are Scrapy's doors; ``backlog`` (places in the archive) and ``waiting`` (pages that a
spider yielded) lie on disk; ``process`` refines; ``supervision`` starts it and hears its ``messages``.
"""
