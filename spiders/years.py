"""Lists of single years: the tabs and menus by which a list of annual reports shows one year at a time."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from spiders.pages import Link, Page, read_text
from spiders.rows import is_year_tab

# Parameters that choose a year: Hanweb's, Lonsun's, and plain ones.
PARAMETERS = ("fbtime", "timeframe", "year", "nd", "niandu", "nian")
MOST_YEARS = 25
_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")


def find_year_lists(page: Page, links: tuple[Link, ...]) -> list[str]:
    """The addresses of a list's single years, in page order: its tabs, else the entries of its menu of years."""
    tabs = [link.url for link in links if is_year_tab(link, page.url)]
    return list(dict.fromkeys(tabs or _menu_urls(page)))[:MOST_YEARS]


def _menu_urls(page: Page) -> list[str]:
    """The list's own address with each year of its menu, where the address has a parameter for it."""
    address, _, query = page.url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    name = next((name for name, _ in pairs if name.lower() in PARAMETERS), None)
    if name is None or not urlsplit(address).path:
        return []
    options = (_YEAR.fullmatch(read_text(option)) for option in page.tree.iter("option"))
    years = dict.fromkeys(match[1] for match in options if match)
    return [f"{address}?{urlencode([(key, year if key == name else old) for key, old in pairs])}" for year in years]
