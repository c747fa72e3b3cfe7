"""Comparing: what changed between two reports, be they two versions, two years, or two readings of one capture."""
