"""Scrapy signals of the room."""

# Sent through ``crawler.signals`` after the records of an exchange are durable, with ``position`` (a ``Position``) and
# ``request`` (the Scrapy request as it was sent, redirects and retries each on their own).
exchange_archived = object()
