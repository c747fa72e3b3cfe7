"""Captures for tests: a payload as if an archive had kept it."""

from collections.abc import Mapping

from archive.capture import Capture


def capture(
    payload: bytes | str,
    url: str = "http://www.example.gov.cn/nb/1.html",
    content_type: str = "text/html",
    context: Mapping[str, str] | None = None,
    problem: str | None = None,
) -> Capture:
    """A capture of status 200 with that payload."""
    body = payload.encode() if isinstance(payload, str) else payload
    headers = (("Content-Type", content_type),) if content_type else ()
    record = "<urn:uuid:00000000-0000-0000-0000-000000000001>"
    return Capture(
        url, "2024-02-01T00:00:00Z", 200, headers, body, "sha1:A", record, "a.warc.gz", 0, context or {}, problem
    )
