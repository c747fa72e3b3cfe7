"""A list of URLs in a text file: one a line, ``#`` begins a comment."""

from dataclasses import dataclass
from pathlib import Path

from crawler.errors import UrlListError
from crawler.fetching.scope import PORTS, Scope, split
from crawler.telling.ledger import portal_of


@dataclass(frozen=True, slots=True)
class UrlList:
    """The URLs of a file in its order, each once, and the scope that they name."""

    urls: tuple[str, ...]
    scope: Scope

    @property
    def names(self) -> dict[str, str]:
        """The hosts, which stand for the portals that a list of URLs does not know."""
        return {host: host for host in (portal_of(None, url) for url in self.urls)}

    @property
    def lines(self) -> tuple[str, ...]:
        """What would be fetched."""
        return self.urls


def read_url_list(path: str, *, allow_loopback: bool = False) -> UrlList:
    """Read the file; raises ``UrlListError`` naming file and line."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UrlListError(f"{path}: {error.strerror}; name a text file with one URL a line") from error
    except UnicodeDecodeError as error:
        raise UrlListError(f"{path}: not UTF-8 at byte {error.start}; save the list of URLs as UTF-8") from error
    urls = dict.fromkeys(url for number, line in enumerate(text.splitlines(), 1) if (url := _url(path, number, line)))
    if not urls:
        raise UrlListError(f"{path}: holds no URL; write one a line")
    return UrlList(tuple(urls), Scope.naming(urls, allow_loopback=allow_loopback))


def _url(path: str, number: int, line: str) -> str:
    url, _, rest = line.strip().partition(" ")
    if not url or url.startswith("#"):
        return ""
    try:
        scheme, _, _ = split(url)
    except ValueError:
        scheme = ""
    if scheme not in PORTS or (rest.strip() and not rest.strip().startswith("#")):
        raise UrlListError(
            f"{path}, line {number}: {line.strip()!r} is no URL; write it whole, as http://… or https://…"
        )
    return url
