"""Refusals by name: answers of firewalls in place of a page. They are archived and counted, never solved.

Statuses and marks are those of the products in use on government portals; a page of status 200 that is only a script is
told by the pipelines, which read it whole (reason ``refusal``).
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


def name_refusal(status: int, body: bytes) -> str | None:
    """The name of a refusal, ``None`` where an answer is none; ``body`` may be its beginning."""
    if status in STATUSES:
        return STATUSES[status]
    if status in SCRIPT_STATUSES and SCRIPT.search(body):
        return f"{status} script challenge"
    if status == 200 and len(body) < 20_000 and not _has_body(body):
        return next((f"{status} {name}" for mark, name in MARKS if mark.search(body)), None)
    return None


def _has_body(page: bytes) -> bool:
    # Most pages have it near their top, and each is looked at twice.
    return b"<body" in page[:_TOP].lower() or b"<body" in page[_TOP - 4 :].lower()
