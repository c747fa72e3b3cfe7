"""Exports: the reports of a store as tables in the formats that people use, with the dictionary of what they hold.

``selection`` says which reports, ``bundles`` reads them page by page, ``shapes`` makes rows of them, and a module for
each format writes the rows as they come: memory does not grow with the number of reports. The same store gives the
same bytes: no format is told the time.
"""
