"""Captures in and out of WARC: what went over the wire, kept as it went.

The room knows no portal and no report. A download handler records each exchange (``handler``, ``wiretap``), a writer
puts it into ``*.warc.gz`` durably (``writer``), and one iterator brings captures back (``reading``).
"""
