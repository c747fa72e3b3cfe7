"""Lists that come from an endpoint: what families have in common whose page is a frame for rows that a script fetches.

A family says how its endpoint's address is told, which parameters it takes and how pages are counted; where the address
and the values stand is found out page by page: in the page's own address, in its script, its attributes and its inputs,
or in the scripts that it loads (the walk adds those to the page one by one, none of a library's).

Counting is settled by trying. Page one is asked even where the page shows rows, because what it shows is often a
shorter list; when that brings nothing new, page two is. Where some servers of a family count from 0 and some from 1, 0
is tried first and 2 behind 1. An answer without a row ends the list, whatever total it states.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlencode, urljoin, urlsplit

from spiders.answers import Answer, find_rows, read_answer, read_json
from spiders.calls import Call, Sending, find_calls
from spiders.families.base import Family, Turn
from spiders.families.generic import find_linked_turn, find_script_rows
from spiders.pages import Link, Page, absolute
from spiders.parameters import PAGE_NAMES, SIZE_NAMES, find_addresses, find_parameter, name_of
from spiders.templates import Template, find_templates

_LIBRARY = re.compile(
    r"jquery|bootstrap|swiper|\bvue\b|react|layui|\blayer\b|echarts|hm\.js|polyfill|min\.js"
    r"|(?:video|share|slide|analy|stat(?!ic)|count)[^/]*$",  # of the file alone: /static/ is where an application lies
    re.IGNORECASE,
)


class Endpoint(Family):
    """A list that an endpoint serves; see the module."""

    endpoint: ClassVar[re.Pattern[str]]  # a part of the endpoint's path
    usual: ClassVar[str | None] = None  # its path where the page does not say
    sends: ClassVar[Sending] = "query"
    takes: ClassVar[tuple[str, ...]] = ()  # parameters, beside page and size
    needs: ClassVar[tuple[str, ...]] = ()  # without these there is no list
    page_name: ClassVar[str] = "page"
    size_name: ClassVar[str | None] = "pageSize"
    size: ClassVar[int] = 20  # rows a page where the page does not say
    first: ClassVar[int] = 1

    def evidence(self, page: Page) -> int:
        """The endpoint's address in the page."""
        return 90 if self.endpoint.search(page.text) else 0

    def find_signs(self, page: Page) -> tuple[str, ...]:
        """The endpoint's address, as far as the page has it."""
        return tuple(f"endpoint {address.url}" for address in find_addresses(page, self.endpoint))[:1]

    def find_links(self, page: Page, turn: Turn) -> tuple[Link, ...]:
        """The rows of an answer; of the page itself its links and what its script holds."""
        return self._read(page, turn).links if turn.scripted else page.links + find_script_rows(page)

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The endpoint's next page; the page's own pager where it names no endpoint."""
        if turn.scripted:
            return self._after(page, turn)
        call = self.settle(page)
        if self._is_settled(call):
            return self._first(page, turn, call)
        return None if self.wants_scripts(page) else find_linked_turn(page, turn)

    def wants_scripts(self, page: Page) -> bool:
        """Whether the page is of the family and lacks the endpoint or a value that it needs."""
        return bool(self.evidence(page)) and not self._is_settled(self.settle(page)) and any(find_scripts(page))

    def settle(self, page: Page) -> Call:
        """Where and how the list is asked for."""
        call = self.find_call(page)
        found = {name: value for name in self.takes if (value := find_parameter(page, name))}
        written = {name: value for name, value in call.values.items() if value or name not in found}
        return Call(call.url or self._usual(page), call.sends, found | written)

    def _is_settled(self, call: Call) -> bool:
        return bool(call.url) and all(call.values.get(name) for name in self.needs)

    def find_call(self, page: Page) -> Call:
        """The call that the page's script makes, else the endpoint's address; of several the one that says most."""
        calls = [call for call in find_calls(page) if self.endpoint.search(call.url)]
        if calls:
            return max(calls, key=lambda call: len(call.values))
        addresses = [Call(one.url, self.sends, dict(one.query)) for one in find_addresses(page, self.endpoint)]
        return max(addresses, key=lambda call: len(call.values), default=Call("", self.sends))

    def _usual(self, page: Page) -> str:
        return urljoin(page.base, self.usual) if self.usual and self.evidence(page) else ""

    def read(self, page: Page) -> Answer:
        """An answer's rows and totals."""
        return read_answer(page)

    def _read(self, page: Page, turn: Turn) -> Answer:
        """An answer, its rows with the addresses that the list's script would make of them."""
        answer = self.read(page)
        written = turn.carried("templates")
        if answer.links or not written:
            return answer
        templates = tuple(Template(*parts) for parts in json.loads(written))
        return replace(answer, links=find_rows(read_json(page.text), page.base, templates))

    def make_turn(self, call: Call, index: int, size: int) -> Turn:
        """The request for the page that the server counts as ``index``."""
        pairs = {**call.values, name_of(call.values, PAGE_NAMES, self.page_name): str(index)}
        if self.size_name:
            pairs[name_of(call.values, SIZE_NAMES, self.size_name)] = str(size)
        return self.ask(Call(call.url, call.sends, pairs))

    @staticmethod
    def ask(call: Call) -> Turn:
        """A call as a request."""
        if call.sends == "query":
            return Turn(f"{call.url}?{urlencode(call.values)}")
        if call.sends == "form":
            return Turn(call.url, form=tuple(call.values.items()))
        return Turn(call.url, body=json.dumps(dict(call.values), ensure_ascii=False))

    def _first(self, page: Page, turn: Turn, call: Call) -> Turn:
        size = _size(page, call) or self.size
        templates = json.dumps(find_templates(page), ensure_ascii=False)
        turns = self._turn(turn.number + 1, call, size, [self.first, self.first + 1], 0, templates)
        # Where page one brings nothing that the page did not show, there may be no second.
        return replace(turns, otherwise=tuple(replace(guess, beyond=True) for guess in turns.otherwise))

    def _after(self, page: Page, turn: Turn) -> Turn | None:
        answer = self._read(page, turn)
        if not answer.links:
            return None
        index, size, read = turn.count("index"), turn.count("size"), turn.count("read") + len(answer.links)
        # A server that counts from 1 takes 0 for 1; then page one comes twice and page two is asked.
        indexes = [index + 1, index + 2] if index == 0 else [index + 1]
        call = Call(**json.loads(turn.carried("call") or "{}"))
        by_rows = answer.rows is not None and read >= answer.rows
        by_pages = answer.rows is None and answer.pages is not None and index - self.first + 1 >= answer.pages
        templates = turn.carried("templates") or "[]"
        return self._turn(turn.number + 1, call, size, indexes, read, templates, beyond=by_rows or by_pages)

    def _turn(
        self, number: int, call: Call, size: int, indexes: list[int], read: int, templates: str, *, beyond: bool = False
    ) -> Turn:
        turns = []
        for index in indexes:
            carry = {"call": _write(call), "index": str(index), "size": str(size), "read": str(read)}
            carry["templates"] = templates
            made = self.make_turn(call, index, size)
            turns.append(replace(made, number=number, carry=tuple(carry.items()), scripted=True, beyond=beyond))
        return replace(turns[0], otherwise=tuple(turns[1:]))


def _write(call: Call) -> str:
    return json.dumps({"url": call.url, "sends": call.sends, "values": dict(call.values)}, ensure_ascii=False)


def find_scripts(page: Page) -> Iterator[str]:
    """The scripts of the page's own host that it loads, no libraries, the last first: a list's own stands last."""
    host = urlsplit(page.url).netloc
    sources = [absolute(page.base, element.get("src")) for element in page.tree.iter("script")]
    for url in dict.fromkeys(reversed([source for source in sources if source])):
        if urlsplit(url).netloc == host and not _LIBRARY.search(urlsplit(url).path):
            yield url


def _size(page: Page, call: Call) -> int:
    """Rows a page as the call or the page says, 100 at most; 0 where neither does."""
    sent = (value for name, value in call.values.items() if name.lower() in SIZE_NAMES)
    written = (find_parameter(page, name) for name in ("pageSize", "perPage"))
    sizes = (int(value) for value in (*sent, *written) if value and value.isdigit())
    return min(next((size for size in sizes if size > 0), 0), 100)
