"""Crawls on several processes or machines: the catalogue cut by portal, every address in one process's hands.

``addressing`` resolves the portals' hosts, ``grouping`` unites what shares an address and deals it out as ``tasks``;
``working`` runs a task as a ``scrapy crawl`` of its own, ``engines`` says where; ``status`` and ``sharing`` are the
extension and the downloader of those crawls; ``joining`` and ``telling`` put together what they brought.
"""
