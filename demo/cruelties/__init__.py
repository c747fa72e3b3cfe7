"""Portals that are hard on a crawler: walls, broken lines, circles, pagers and errors that lie, pages that change.

``cast`` says whose portals they are and what each does, in words of ``TRAITS``; ``manners`` is what a server does to
requests and answers, ``pages`` what its pages and addresses do. What a single report page does is a quirk of its look
(``demo.cast``), and a pager without an end is a family
(``demo.families.endless``). All of them publish reports, and all that is not behind a closed wall is to be found.
"""

TRAITS = {
    "wall-opens": "after some requests the firewall answers a script instead (412, then 200), then pages again",
    "wall-shuts": "after some requests the firewall answers a cookie script (521), and never a page again",
    "drips": "articles come in small pieces",
    "breaks": "the first answer for each report is cut: short of its length, by a reset, within a chunk",
    "cookies": "nothing without a cookie, which comes with a redirect to the same address and does not last",
    "robots-missing": "robots.txt is answered 404",
    "robots-broken": "robots.txt is answered 500",
    "robots-elsewhere": "robots.txt leads to the home page",
    "loops": "rows that lead in a circle, off the portal, to an inner address, and by several redirects to the page",
    "twice": "the newest report stands in the list twice, under two addresses",
    "soft": "whatever does not exist is the home page, with status 200",
    "gbk": "all pages are GBK under a UTF-8 header",
    "crowded": "most reports of the list are other agencies'",
    "validators": "pages carry ETag and Last-Modified, and are answered 304 where they have not changed",
    "cloned": "the same pages are served on the next port as well, and the home page links them there",
}
