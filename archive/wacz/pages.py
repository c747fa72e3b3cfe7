"""The pages of a WACZ package (``pages.jsonl``): what a person would open of it, by title, with its text.

The titles are read lightly, from the markup's first ``title``; whoever knows more of a page gives a reader of his own.
"""

import codecs
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from archive.capture import Capture

_WINDOW = 1 << 18  # bytes of a page among which its title is looked for
# Bounded, and looked for one after the other: a page of a thousand openings must not cost a thousand looks to its end.
_OPENING = re.compile(r"<!--|<title(?:\s[^>]{0,1000})?>", re.IGNORECASE)
_CLOSING = re.compile(r"</title\s{0,100}>", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--[^>]*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", re.IGNORECASE)
_HTML_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Page:
    """One line of ``pages.jsonl``. ``moment`` is RFC 3339, in UTC."""

    url: str
    moment: str
    title: str | None = None
    text: str | None = field(default=None, repr=False)


PageReader = Callable[[Capture], Page | None]


def read_page(capture: Capture) -> Page | None:
    """The page in a capture, without text; ``None`` for what is no answer of status 200 with HTML in it."""
    return make_page(capture, title=read_title(capture)) if is_page(capture) else None


def make_page(capture: Capture, title: str | None = None, text: str | None = None) -> Page:
    """A page of a capture: its address and moment with what was read of it."""
    moment = capture.captured_at
    if "T" not in moment:  # WARC-Date may be a year, a month or a day
        moment = f"{moment}{'0000-01-01'[len(moment) :]}T00:00:00Z"
    elif moment.count(":") == 1:
        moment = f"{moment[:-1]}:00Z"
    return Page(capture.url, moment, title or None, text or None)


def is_page(capture: Capture) -> bool:
    """Whether a capture is an answer of status 200 with HTML in it, by its own word or by its first tag."""
    if capture.status != 200:
        return False
    stated = (capture.header("Content-Type") or "").partition(";")[0].strip().lower()
    return stated in _HTML_TYPES or _MARKUP.match(capture.payload[:4096]) is not None


def read_title(capture: Capture) -> str | None:
    """The text of the first ``title`` outside comments, white space folded; ``None`` where it is blank or absent."""
    text, at = _decode(capture), 0
    while match := _OPENING.search(text, at):
        if match[0] != "<!--":
            end = _CLOSING.search(text, match.end())
            return " ".join(html.unescape(text[match.end() : end.start()]).split()) or None if end else None
        at = text.find("-->", match.end())
        if at < 0:
            break
    return None


def _decode(capture: Capture) -> str:
    """The head of a page as text: UTF-8 where it is, else as declared, else as what most pages declare."""
    head = capture.payload[:_WINDOW]
    stated = _CHARSET.findall((capture.header("Content-Type") or "").encode("ascii", "replace"))
    for name in ("utf-8-sig", *(each.decode("ascii") for each in stated + _CHARSET.findall(head[:4096]))):
        try:
            decoder = codecs.getincrementaldecoder("gb18030" if name.lower() in ("gb2312", "gbk") else name)()
            return str(decoder.decode(head, final=len(head) == len(capture.payload)))
        except (LookupError, ValueError, AttributeError):
            continue
    return head.decode("utf-8", "replace")


def page_lines(pages: Iterable[Page], *, has_text: bool) -> Iterator[bytes]:
    """``pages.jsonl``: the line that names the list, then one for each page."""
    yield _line({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": has_text})
    for page in pages:
        name = hashlib.sha256(f"{page.moment} {page.url}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
        found = {"id": name, "url": page.url, "ts": page.moment, "title": page.title, "text": page.text}
        yield _line({key: value for key, value in found.items() if value is not None})


def _line(members: dict[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
