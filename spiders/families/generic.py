"""Any portal: what a person would click to see the next page, and lists that stand in the page's script.

Recognise: nothing else fits. The ways to the next page, best first:

* a next link (``<a href="list_2.htm">下一页</a>``), or what its handler opens (``onclick="location.href='?page=2'"``);
* the link, or the entry of a jump menu (``<option value="list_2.htm">``), that bears the next number;
* a function that builds the address (``function go(n){location.href = "list_" + n + ".htm"}``), where a link calls it;
* a form with a field for the page's number (``<input name="pageNo">``), where a link calls what submits it;
* the number in the page's own address (``?page=3``), where the page says that there are more.

Links to other hosts, to other folders by number (calendars are made of numbers too) and arrows in a calendar do not
count. The ways that a page offers are guesses at the same page: when one brings nothing new, the next is tried.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree

from spiders.answers import find_rows
from spiders.families.base import Family, Turn
from spiders.literals import read_scripts
from spiders.pages import Link, Page, absolute, read_text
from spiders.parameters import PAGE_NAMES

NEXT = re.compile(r"(?:下一?页|下页|后一页|后页|next(?:\s*page)?)\s*[>»›→]*|[>›»→]|&gt;", re.IGNORECASE)
MOST_WAYS = 4  # guesses at one page
_ARROW = re.compile(r"[>›»→]+|&gt;")
_CALENDAR = re.compile(r"calend|datepick|rili|month", re.IGNORECASE)
_TEMPLATE = re.compile(
    r"function\s+(\w+)\s*\(\s*(\w+)[^)]*\)\s*\{[^{}]*?\b(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|open\s*\()"
    r"\s*['\"]([^'\"]*)['\"]\s*\+\s*\(?\s*(\w+)\s*(?:([+-])\s*(\d+))?\s*\)?\s*(?:\+\s*['\"]([^'\"]*)['\"])?",
)
_SUBMITTER = re.compile(r"function\s+(\w+)\s*\(\s*\w+[^)]*\)\s*\{[^{}]*?\bsubmit\s*\(")
_CALL = re.compile(r"\b(\w+)\s*\(\s*['\"]?(\d{1,6})['\"]?\s*[,)]")
_STATED = re.compile(
    r"共\s*(?:<[^>]*>\s*)*(\d{1,5})\s*(?:<[^>]*>\s*)*页|第\s*\d+\s*/\s*(\d{1,5})\s*页|\b\d{1,5}\s*/\s*(\d{1,5})\s*页"
)


class Generic(Family):
    """Follows what a person would click."""

    name = "generic"

    def evidence(self, page: Page) -> int:
        """A fallback for every page."""
        return 1

    def find_links(self, page: Page, turn: Turn) -> tuple[Link, ...]:
        """The page's links, and the rows of the lists in its script."""
        return page.links + find_script_rows(page)

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The page's ways to the next page, as one turn with its guesses."""
        return find_linked_turn(page, turn)


def find_script_rows(page: Page) -> tuple[Link, ...]:
    """The rows of the lists that a page keeps in its script."""
    return tuple(link for value in read_scripts(page.tree) for link in find_rows(value, page.base))


def find_linked_turn(page: Page, turn: Turn) -> Turn | None:
    """The turn that a page's own links, menus, functions and forms make; ``None`` where it shows no next page."""
    number = turn.number + 1
    ways = (Turn(url, number) for url in _urls(page, number))
    turns = [*{way.request: way for way in [*ways, *_form_turns(page, number)]}.values()][:MOST_WAYS]
    return replace(turns[0], otherwise=tuple(turns[1:])) if turns else None


def find_stated_pages(page: Page) -> int | None:
    """How many pages the list says it has: ``共 5 页``, ``第 1/5 页``."""
    match = _STATED.search(page.text)
    return int(match[1] or match[2] or match[3]) if match else None


def _urls(page: Page, number: int) -> Iterator[str]:
    yield from _next_urls(page)
    yield from _numbered_urls(page, number)
    yield from _template_urls(page, number)
    yield from _counted_urls(page, number)


def _next_urls(page: Page) -> Iterator[str]:
    for element in page.tree.iter("link", "a"):
        url = absolute(page.base, element.get("href")) if element.get("rel") == "next" else None
        if url and url != page.url:
            yield url
    found = [link for link in page.links if NEXT.fullmatch(link.title) and _is_neighbour(link.url, page)]
    yield from (link.url for link in found if not _ARROW.fullmatch(link.title))
    # An arrow may be a calendar's: last, and none that stands in one.
    arrows = {link.url for link in found if _ARROW.fullmatch(link.title)}
    yield from (url for url in dict.fromkeys(link.url for link in found if link.url in arrows - _calendar_urls(page)))


def _calendar_urls(page: Page) -> set[str]:
    anchors = (anchor for anchor in page.tree.iter("a") if any(map(_is_calendar, anchor.iterancestors())))
    return {url for anchor in anchors if (url := absolute(page.base, anchor.get("href")))}


def _is_calendar(element: etree._Element) -> bool:
    return bool(_CALENDAR.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _numbered_urls(page: Page, number: int) -> Iterator[str]:
    label = re.compile(rf"[\[(（第]?\s*{number}\s*[\])）页]?")
    found = [link.url for link in page.links if label.fullmatch(link.title)]
    for option in page.tree.iter("option"):
        url = absolute(page.base, option.get("value")) if label.fullmatch(read_text(option)) else None
        # A plain number is a value for script to use, no address.
        if url and not (option.get("value") or "").strip().isdigit():
            found.append(url)
    calendar = _calendar_urls(page) if found else set()
    yield from (
        url for url in found if url not in calendar and _is_neighbour(url, page) and is_same_list(url, page.url)
    )


def _template_urls(page: Page, number: int) -> Iterator[str]:
    called = {match[1] for match in _CALL.finditer(_handlers(page))}
    for match in _TEMPLATE.finditer(page.text):
        name, argument, before, used, sign, step, after = match.groups()
        if name in called and used == argument:
            shift = int(step or 0) * (-1 if sign == "-" else 1)
            url = absolute(page.base, f"{before}{number + shift}{after or ''}")
            if url and _is_neighbour(url, page):
                yield url


def _form_turns(page: Page, number: int) -> Iterator[Turn]:
    submitters = {match[1] for match in _SUBMITTER.finditer(page.text)}
    if not submitters & {match[1] for match in _CALL.finditer(_handlers(page))}:
        return
    for form in page.tree.iter("form"):
        fields = {field.get("name") or "": field.get("value") or "" for field in form.iter("input", "select")}
        fields.pop("", None)
        paged = next((name for name in fields if name.lower().rpartition(".")[2] in PAGE_NAMES), None)
        url = absolute(page.base, form.get("action")) or page.url
        if paged is None or not _is_neighbour(url, page, itself=True):
            continue
        pairs = tuple((fields | {paged: str(number)}).items())
        if (form.get("method") or "get").lower() == "post":
            yield Turn(url, number, pairs)
        else:
            yield Turn(f"{url.partition('?')[0]}?{urlencode(pairs)}", number)


def _counted_urls(page: Page, number: int) -> Iterator[str]:
    """The page's own address with the next number, where it has one and the page says that there are more."""
    address, _, query = page.url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    stated = find_stated_pages(page) or 0
    if stated >= number and any(name.lower() in PAGE_NAMES and value.isdigit() for name, value in pairs):
        counted = [
            (name, str(int(value) + 1)) if name.lower() in PAGE_NAMES and value.isdigit() else (name, value)
            for name, value in pairs
        ]
        yield f"{address}?{urlencode(counted)}"


def _handlers(page: Page) -> str:
    """What the page's links and buttons call when they are pressed."""
    elements = page.tree.iter("a", "input", "button", "span", "li", "select", "option")
    return " ".join(f"{element.get('onclick') or ''} {_script_of(element.get('href'))}" for element in elements)


def _script_of(href: str | None) -> str:
    text = (href or "").strip()
    return text if text.lower().startswith("javascript:") else ""


def _is_neighbour(url: str, page: Page, itself: bool = False) -> bool:
    return (itself or url != page.url) and urlsplit(url).netloc == urlsplit(page.url).netloc


def is_same_list(url: str, other: str) -> bool:
    """Whether two addresses can be pages of one list: same folder, or one's folder is named like the other's file."""
    one, two = _folder(url), _folder(other)
    return one == two or one == _stem(other) or two == _stem(url)


def _folder(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0]


def _stem(url: str) -> str:
    return urlsplit(url).path.rpartition(".")[0]
