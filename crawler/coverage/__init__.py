"""Coverage: of which agency and year there is a report, and where there is none, why.

Evidence comes from the store (``stored``) and from the archive's index (``archived``); the catalogue says who should
have a report (``matrix``). ``printing`` shows it to people and to programs.
"""

from crawler.coverage.matrix import STATES, Agency, Cell, Coverage, Evidence, Row, make_coverage

__all__ = ["STATES", "Agency", "Cell", "Coverage", "Evidence", "Row", "make_coverage"]
