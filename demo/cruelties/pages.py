"""What the pages and addresses of hard portals do: lead in circles, show their body in a frame, or lie everywhere."""

from collections.abc import Iterator
from itertools import pairwise

from demo.rendering.page import Article

# Where rows lead that are no reports, by the article's status; ``{path}`` is the row's own address.
LEADS = {
    "circle": "{path}?again",  # and from there back
    "astray": "http://hijacked.portal.invalid/xxgk/2011.html",
    "inner": "http://10.0.0.8/xxgk/2009.html",
}
_REFRESH = '<html><head><meta http-equiv="refresh" content="0; url={to}"></head><body></body></html>'


def find_hops(article: Article) -> Iterator[tuple[str, str]]:
    """The redirects behind a row's address, each from and to; none where the page lies at that address."""
    if article.status in LEADS:
        to = LEADS[article.status].format(path=article.path)
        yield article.path, to
        if article.status == "circle":
            yield to, article.path
    elif article.leads_to:
        hops = [article.path, *(f"{article.path}?hop={number}" for number in (1, 2)), article.leads_to]
        yield from pairwise(hops)


def write_frame(article: Article, title: str) -> str:
    """A page that shows an article's body in a frame."""
    frame = f'<iframe id="frame" src="{article.page_path}" width="100%" height="4000" frameborder="0"></iframe>'
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body><div class="crumb"><a href="/">首页</a></div>{frame}</body></html>'
    )


def write_refresh(to: str) -> str:
    """A page that sends its reader on by itself."""
    return _REFRESH.format(to=to)
