"""Lists of single years: the tabs and menus by which a list of annual reports shows one year at a time."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

from spiders.pages import Link, Page, absolute, read_text
from spiders.rows import is_year_tab

# Parameters that choose a year: Hanweb's, Lonsun's, and plain ones.
PARAMETERS = ("fbtime", "timeframe", "year", "nd", "niandu", "nian")
MOST_YEARS = 25
_COMPLETED = re.compile(r"['\"]([^'\"\s]+\?[^'\"\s]*\b(?:fbtime|timeFrame|niandu)=)['\"]\s*\+", re.IGNORECASE)
_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")


def find_year_lists(page: Page, links: tuple[Link, ...]) -> list[str]:
    """The addresses of a list's single years, in page order: its tabs, else what its menu or script offers."""
    tabs = [link.url for link in links if is_year_tab(link, page.url)]
    return list(dict.fromkeys(tabs or [*_menu_urls(page), *_script_urls(page)]))[:MOST_YEARS]


def _menu_urls(page: Page) -> Iterator[str]:
    """The list's own address with each year that it offers, where the address has a parameter for it."""
    address, _, query = page.url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    name = next((name for name, _ in pairs if name.lower() in PARAMETERS), None)
    for year in _years(page) if name else ():
        yield f"{address}?{urlencode([(key, year if key == name else old) for key, old in pairs])}"


def _script_urls(page: Page) -> Iterator[str]:
    """The address that a script completes with a year."""
    for match in _COMPLETED.finditer(page.text):
        for year in _years(page):
            if url := absolute(page.base, f"{match[1]}{year}"):
                yield url


def _years(page: Page) -> list[str]:
    """The years that a page offers, each by an entry, a tab or a button of its own."""
    offers = (_YEAR.fullmatch(read_text(element)) for element in page.tree.iter("option", "a", "li", "span", "button"))
    return list(dict.fromkeys(match[1] for match in offers if match))
