"""Any list that a script fetches page by page: the call is read from the page, whatever software made it.

Recognise: no row on the page itself, and a call of its script that names a page's number among what it sends
(``$.post("/list", {page: n, channel: 7})``, ``fetch("/api/list?pageNo=" + n)``). Answers may be JSON, JSONP or markup.
"""

import re

from spiders.calls import Call, find_calls
from spiders.families.endpoints import Endpoint
from spiders.pages import Page
from spiders.parameters import PAGE_NAMES
from spiders.rows import is_annual_report

_SEARCH = re.compile(r"search|query|login|count|comment|message|suggest|weather", re.IGNORECASE)


def find_paged_call(page: Page) -> Call:
    """The paged call of a page's script that sends most; a search or a counter only where there is no other."""
    calls = [call for call in find_calls(page) if any(name.lower() in PAGE_NAMES for name in call.values)]
    return min(calls, key=lambda call: (bool(_SEARCH.search(call.url)), -len(call.values)), default=Call(""))


class Ajax(Endpoint):
    """A call whose parameters hold a page's number."""

    name = "ajax"
    endpoint = re.compile(r"(?!)")
    first = 1

    def evidence(self, page: Page) -> int:
        """A fallback before the generic one, where the page has no report of its own but a paged call."""
        if not self.find_call(page).url:
            return 0
        return 3 if not any(is_annual_report(link) for link in page.links) else 0

    def find_signs(self, page: Page) -> tuple[str, ...]:
        """The call."""
        call = self.find_call(page)
        return (f"script asks {call.url}",) if call.url else ()

    def find_call(self, page: Page) -> Call:
        """The page's paged call."""
        return find_paged_call(page)
