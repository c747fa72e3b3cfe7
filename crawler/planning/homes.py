"""Portals that are in no catalogue: named by their home page, or by their host alone."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.catalogue import Portal
from crawler.errors import UrlListError
from crawler.fetching.scope import PORTS, Scope, split
from crawler.planning.arguments import Arguments, wrong
from crawler.planning.choosing import Plan
from crawler.telling.ledger import portal_of


@dataclass(frozen=True, slots=True)
class HomesPlan(Plan):
    """Home pages in their order; what the portals are called is found on them."""

    @property
    def names(self) -> dict[str, str]:
        """The hosts, until the pages say whose they are."""
        return {portal.id: portal.id for portal in self.portals}

    @property
    def lines(self) -> tuple[str, ...]:
        """The home pages."""
        return tuple(portal.home for portal in self.portals)


def plan_homes(arguments: Arguments, *, allow_loopback: bool = False) -> HomesPlan:
    """The plan for ``home`` or ``homes``; raises ``UsageError`` or, naming file and line, ``UrlListError``."""
    if bool(arguments.home) == bool(arguments.homes):
        raise wrong("scrapy crawl portal needs either -a home=URL or -a homes=FILE with one home page a line")
    homes = _read_homes(arguments.homes) if arguments.homes else [_named(arguments.home or "")]
    chosen = list(dict.fromkeys(homes))[: arguments.limit]
    hosts = Counter(portal_of(None, home) for home in chosen)
    # Several portals may share a host, each in a folder of its own.
    rows = [Portal(_name(home, shared=hosts[portal_of(None, home)] > 1), "", "", home) for home in chosen]
    scope = Scope.naming([row.home for row in rows], allow_loopback=allow_loopback)
    return HomesPlan(tuple(rows), arguments.years, scope)


def _name(home: str, *, shared: bool) -> str:
    host = portal_of(None, home)
    return host + urlsplit(home).path.rstrip("/") if shared else host


def _named(text: str) -> str:
    url = read_home(text)
    if url is None:
        raise wrong(f"home={text}: no URL; write http://… or https://…, or the host alone")
    return url


def _read_homes(path: str) -> list[str]:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UrlListError(f"{path}: {error.strerror}; name a text file with one home page a line") from error
    except UnicodeDecodeError as error:
        raise UrlListError(f"{path}: not UTF-8 at byte {error.start}; save the list of home pages as UTF-8") from error
    homes = []
    for number, line in enumerate(text.splitlines(), 1):
        written, _, rest = line.strip().partition(" ")
        if not written or written.startswith("#"):
            continue
        url = read_home(written)
        if url is None or (rest.strip() and not rest.strip().startswith("#")):
            hint = "write http://… or https://…, or the host alone"
            raise UrlListError(f"{path}, line {number}: {line.strip()!r} is no home page; {hint}")
        homes.append(url)
    if not homes:
        raise UrlListError(f"{path}: holds no home page; write one a line")
    return homes


def read_home(text: str) -> str | None:
    """A home page's URL; a host alone is asked by http, which most portals answer. ``None`` for anything else."""
    url = text if "://" in text else f"http://{text}"
    try:
        scheme, host, _ = split(url)
    except ValueError:
        return None
    if scheme not in PORTS or not ("." in host or host == "localhost" or ":" in host) or any(map(str.isspace, url)):
        return None
    return url if "/" in url.partition("://")[2] else f"{url}/"
