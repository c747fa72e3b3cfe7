"""A capture becomes a report: decode, drop the repeat, take the body out, read the tables, check the sums, store.

``clean`` turns a capture into a document, ``parse`` a document into a report; ``refine`` is the one list of steps, used
live and on replay; ``forms`` holds the official forms as data.
"""
