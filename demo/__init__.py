"""Made-up agency portals, served on loopback from structured truth: a crawl can be held against every cell of it.

Places, agencies, sentences and numbers are invented; the portal software that they imitate is real.
"""
