"""Re-walk: a crawl whose spiders ask the archive in place of the network, so that new link rules run over old pages.

``holdings`` knows which answers an archive's files have, ``failures`` which requests failed, ``answers`` chooses what a
request is given, ``handler`` is Scrapy's door, ``names`` answers for the domain name system. Nothing is written into
the archive, and what it does not have is *not archived*: an outcome of its own, never an invented 404.
"""
