"""The files that a body links to, by the endings and the download addresses of the portal families."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from pipelines.clean.elements import Element
from pipelines.clean.page import Link
from pipelines.document import Attachment

_ENDING = re.compile(
    r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z|pptx?|csv|rtf|ceb|cebx|jpe?g|png|tiff?)$", re.IGNORECASE
)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd|pptx?|rtf)$", re.IGNORECASE)
_SOURCE = re.compile(r"src|movie|filename|file|data", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:jpe?g|png|tiff?)$", re.IGNORECASE)
_NAMED = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip|rar)(?:&|$)", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"download\.jsp|downfile\.jsp|/download/|downloadfile|attachment|fileid=|filename=", re.IGNORECASE
)

_MAY_BE_FILE = re.compile(  # what each of the patterns needs, in one
    r"\.(?:pdf|doc|wps|xls|et|ofd|zip|rar|7z|ppt|csv|rtf|ceb|jpe?g|png|tiff?)|downl|downfile|attachment|file(?:id|name)=",
    re.IGNORECASE,
)


def is_file_link(link: Link) -> bool:
    """Whether a link leads to a file rather than to a page."""
    address = unquote(link.href) if "%" in link.href else link.href
    if not _MAY_BE_FILE.search(address):
        return False
    path = address.split("#")[0].split("?")[0]
    if _IMAGE.search(path):
        return _ENDING.search(link.text) is not None or link.text.startswith("附件")
    if _ENDING.search(path) or _NAMED.search(address):
        return True
    return bool(_DOWNLOAD.search(address)) and not path.endswith((".js", ".css"))


def find_viewed_file(element: Element) -> str | None:
    """The file that a frame or object shows: its own address, or the one that a viewer's address carries."""
    params = [item.get("value") for item in element.iterchildren("param") if _SOURCE.fullmatch(item.get("name") or "")]
    for address in (element.get("src"), element.get("data"), *params):
        if not address:
            continue
        address = str(address).strip()
        query = parse_qsl(address.split("?", 1)[1].split("#")[0]) if "?" in address else []
        if _DOWNLOAD.search(address.split("?")[0]) and any(_DOCUMENT.search(value) for _, value in query):
            return address
        viewed = next((value for _, value in query if _DOCUMENT.search(value.split("?")[0])), None)
        if viewed or _DOCUMENT.search(address.split("#")[0].split("?")[0]):
            return viewed or address
    return None


def list_attachments(links: Sequence[Link], base: str) -> tuple[Attachment, ...]:
    """Links that are known to lead to files, each address once, absolute against ``base``."""
    found: dict[str, str] = {}
    for link in links:
        url = absolute(base, link.href)
        if url:
            found[url] = found.get(url) or link.text
    return tuple(Attachment(url, text) for url, text in found.items())


def absolute(base: str, address: str) -> str | None:
    """The address against the page's own; ``None`` for scripts, mail and what is no address."""
    try:
        url = urljoin(base, address)
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None
