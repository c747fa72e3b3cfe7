"""Single pages for the quality gate: each drawn from a seed with its truth, dressed by one of many portals' habits.

Unlike the portals of the demo, which a crawl walks, a specimen is one answer of one address. What a faithful reader
must find in it (``specimen.Truth``) is known before any markup is written, so that nothing here reads a page.
"""
