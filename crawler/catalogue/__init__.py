"""The catalogue: which portals there are, as data, one YAML file a province; read whole or refused by file and line.

A file has ``province`` (GB/T 2260, in quotes), ``name`` and ``portals``, a list of rows. A row's keys:

==============  =====================================================================================================
``id``          unique over the catalogue, lower-case ascii: ``zhejiang-yjt``
``agency``      the agency's full name: 浙江省应急管理厅
``level``       ministry, provincial, municipal, county, township or other
``region``      GB/T 2260 code in quotes; left out where the place has none
``home``        the portal's home page
``list``        the first page of its list of annual reports; without it the list is searched from the home page
``lists``       the first pages of further lists, such as one of older years, each in a line after ``- ``
``family``      the portal's software, one of ``spiders/families``; without it the first list page tells
``hosts``       further hosts that belong to it, such as one for files
``expect``      ``{since: 2019, count: 5}`` or ``{years: [2019, 2024], count: 5}``: the least number of reports (of one
                agency and year each) that it should have for these years
``every``       how often it is looked at: a number of days, ``never``, or either by season, ``{rush: 2, quiet: 60}``
``tls``         ``legacy``: its hosts are spoken to in versions and ciphers of TLS that nobody should use any more
``evidence``    ``seen``: the host was seen in public material; ``memory``: it was not (the default)
``reached``     the date on which this project reached it, or ``never`` (the default)
``note``        what a person should know
==============  =====================================================================================================

``id``, ``agency``, ``level`` and ``home`` must be there; unknown keys are errors. ``schedule.yaml`` in the same folder,
else the one beside this module, says how often the portals of each level are looked at, by season.
"""

from crawler.catalogue.portals import EVERY_DAY, LEVELS, Catalogue, Expectation, Portal
from crawler.catalogue.reading import read_catalogue
from crawler.catalogue.seasons import Schedule

__all__ = ["EVERY_DAY", "LEVELS", "Catalogue", "Expectation", "Portal", "Schedule", "read_catalogue"]
