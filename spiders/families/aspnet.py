"""ASP.NET Web Forms: the whole page is one form, and its pager posts the form back.

Recognise: ``__VIEWSTATE`` in the page, addresses like ``List.aspx?id=7`` and ``InfoPublic.aspx?cid=&pid=&page=2``.

Pages: by the pager's plain links where it has some (``?page=2``); else the link that reads 下一页 or bears the next
number calls ``__doPostBack('ctl00$Pager','2')``, or a button is called so, and the form goes back with its hidden
fields (``__VIEWSTATE``, ``__EVENTVALIDATION`` …), ``__EVENTTARGET`` and ``__EVENTARGUMENT``, to the address in its
``action``. Every page brings the fields for the next one; none is kept from the page before.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from spiders.families.base import Family, Turn
from spiders.families.generic import NEXT, find_linked_turn
from spiders.pages import Page, absolute, read_text

_POSTBACK = re.compile(r"__doPostBack\s*\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]")
_OPTIONS = re.compile(r"WebForm_PostBackOptions\s*\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]")
_PRESSED = frozenset(("submit", "button", "image", "reset", "file"))


class AspNet(Family):
    """ASP.NET Web Forms; a member may override ``find_turn``."""

    name = "aspnet"

    def evidence(self, page: Page) -> int:
        """The state that such pages carry, or their addresses."""
        if "__VIEWSTATE" in page.text:
            return 85 if "__doPostBack" in page.text else 70
        return 30 if urlsplit(page.url).path.lower().endswith(".aspx") else 0

    def find_signs(self, page: Page) -> tuple[str, ...]:
        """The state."""
        return ("__VIEWSTATE",) if "__VIEWSTATE" in page.text else ()

    def find_turn(self, page: Page, turn: Turn) -> Turn | None:
        """The pager's plain link, else its postback."""
        return find_linked_turn(page, turn) or self._postback(page, turn.number + 1)

    def _postback(self, page: Page, number: int) -> Turn | None:
        forms = (form for form in page.tree.iter("form") if form.find(".//input[@name='__VIEWSTATE']") is not None)
        form = next(forms, None)
        pressed = find_pressed(page.tree, number) if form is not None else None
        if form is None or pressed is None:
            return None
        fields = dict(find_fields(form)) | pressed
        return Turn(absolute(page.base, form.get("action")) or page.url, number, tuple(fields.items()))


def find_pressed(tree: etree._Element, number: int) -> dict[str, str] | None:
    """The fields that pressing the pager adds: for its next link or button, else for the next number."""
    label = re.compile(rf"[\[(（第]?\s*{number}\s*[\])）页]?")
    for wanted in (NEXT, label):
        for element in tree.iter("a", "input", "button"):
            if wanted.fullmatch(_label(element)) and element.get("disabled") is None and (found := _fields_of(element)):
                return found
    return None


def find_fields(form: etree._Element) -> Iterator[tuple[str, str]]:
    """What a form sends of itself: all fields but its buttons, with the values they have."""
    for field in form.iter("input", "select", "textarea"):
        name, kind = field.get("name"), (field.get("type") or "").lower()
        if not name or kind in _PRESSED or (kind in ("checkbox", "radio") and field.get("checked") is None):
            continue
        if field.tag == "select":
            yield from ((name, value) for value in _chosen(field))
        else:
            yield name, field.get("value") or ""


def _chosen(select: etree._Element) -> list[str]:
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None] or options
    return [option.get("value") or read_text(option) for option in chosen[:1]]


def _label(element: etree._Element) -> str:
    return (element.get("value") or "").strip() if element.tag == "input" else read_text(element)


def _fields_of(element: etree._Element) -> dict[str, str]:
    called = f"{element.get('href') or ''} {element.get('onclick') or ''}"
    match = _POSTBACK.search(called) or _OPTIONS.search(called)
    if match:
        return {"__EVENTTARGET": match[1], "__EVENTARGUMENT": match[2]}
    name = element.get("name")
    if element.tag == "a" or not name:
        return {}
    own = {f"{name}.x": "1", f"{name}.y": "1"} if element.get("type") == "image" else {name: element.get("value") or ""}
    return {"__EVENTTARGET": "", "__EVENTARGUMENT": ""} | own
