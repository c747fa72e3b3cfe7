"""TRS IGS (拓尔思 search): a list that is a search for a column, answered as JSON.

Recognise: ``/igs/front/search.jhtml`` in the page or its scripts. Example: ``GET /igs/front/search.jhtml?code=<32 hex>&
siteId=34&pageNumber=2&pageSize=10`` → ``{"page": {"content": [{"title", "url", "trs_time" …}], "totalPages",
"totalElements"}}``. Titles may hold ``<em>`` around the words that were searched for.

Rests on: requests and answers published by people who search such portals; the layout of the pages around them differs
from portal to portal, and only a real one could prove it.
"""

import re

from spiders.families.endpoints import Endpoint


class Igs(Endpoint):
    """TRS IGS; a member may override ``find_call``."""

    name = "igs"
    endpoint = re.compile(r"/igs/front/search(?:/[\w-]+)?\.jhtml", re.IGNORECASE)
    takes = ("code", "siteId")
    needs = ("code",)
    page_name = "pageNumber"
    size = 10
