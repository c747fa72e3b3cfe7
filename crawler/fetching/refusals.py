"""Refusals by name: answers of firewalls in place of a page. They are archived and counted, never solved.

Statuses and marks are those of the products in use on government portals. A page of status 200 is one where it is small
and holds nothing but a script that sets a cookie or loads the page anew; one that leads to another page is a redirect.
"""

import re

STATUSES = {
    403: "403 forbidden",
    405: "405 blocked",
    412: "412 script challenge (瑞数)",
    468: "468 blocked",
    512: "512 cookie challenge (加速乐)",
    521: "521 cookie challenge (加速乐)",
}
SCRIPT_STATUSES = frozenset({202})
MARKS = (
    (re.compile(rb"__jsl_clearance"), "cookie challenge (加速乐)"),
    (re.compile(rb"acw_sc__v[23]"), "cookie challenge (阿里云)"),
)
_TOP = 2048  # bytes
SCRIPT = re.compile(rb"<script\b", re.IGNORECASE)
_LARGEST_SHELL = 2048
_SHOWN = re.compile(rb"<(?:a|img|i?frame|form|input|object|embed)\b|http-equiv|\bsrc\s*=", re.IGNORECASE)
_UNSEEN = re.compile(
    rb"<(script|style|noscript|title)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|\xef\xbb\xbf", re.IGNORECASE | re.DOTALL
)
_ANEW = re.compile(
    rb"document\.cookie\s*=|location\.reload\s*\(|location(?:\.href)?\s*=\s*(?:\w+\.)*location\b", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    rb"location(?:\.href)?\s*=\s*['\"][^'\"]|location\.(?:replace|assign)\s*\(\s*['\"]", re.IGNORECASE
)


def name_refusal(status: int, body: bytes) -> str | None:
    """The name of a refusal, ``None`` where an answer is none; ``body`` may be its beginning."""
    if status in STATUSES:
        return STATUSES[status]
    if status in SCRIPT_STATUSES and SCRIPT.search(body):
        return f"{status} script challenge"
    if status != 200 or len(body) >= 20_000:
        return None
    named = None if _has_body(body) else next((name for mark, name in MARKS if mark.search(body)), None)
    named = named or ("script challenge" if _is_shell(body) else None)
    return f"{status} {named}" if named else None


def _is_shell(body: bytes) -> bool:
    """Whether a page shows nothing and only wants to be loaded anew by a browser that runs its script."""
    if len(body) > _LARGEST_SHELL or not SCRIPT.search(body) or _SHOWN.search(body):
        return False
    return bool(_ANEW.search(body)) and not _ELSEWHERE.search(body) and not _UNSEEN.sub(b"", body).strip()


def _has_body(page: bytes) -> bool:
    # Most pages have it near their top, and each is looked at twice.
    return b"<body" in page[:_TOP].lower() or b"<body" in page[_TOP - 4 :].lower()
