"""Captures in and out of WARC: what went over the wire, kept as it went.

The room knows no portal and no report. ``wire`` taps each exchange of a crawl, ``writing`` puts it into ``*.warc.gz``
durably, ``index`` finds it again, and ``reading`` brings captures back; ``format`` is how all of it looks in bytes.
``verifying`` holds files against the standards, ``wacz`` packs them, ``rewalk`` walks spiders over them.
"""
