"""Verification: whether archive files hold what they say they hold, byte for byte.

A file is read once, in pieces, whatever the size of its records. What its records say of each other is kept as small
facts and held together once all files have been read.

>>> report = verify_archives(["var/warc"])  # doctest: +SKIP
>>> report.errors, report.warnings  # doctest: +SKIP
(0, 0)
"""

from archive.verifying.problems import Problem
from archive.verifying.run import Report, verify_archives

__all__ = ["Problem", "Report", "verify_archives"]
