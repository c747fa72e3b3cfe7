"""What the spiders yield: one item a page or attachment, which the pipelines complete."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class ReportPage:
    """One archived page or attachment; Scrapy's exporters and any item pipeline can take it through itemadapter.

    ``document`` and ``report`` are the lines of the two feeds (``docs/feeds.md``), filled in by the live pipeline.
    """

    url: str
    kind: str | None = None  # the spider's guess: report, attachment
    title: str | None = None  # the anchor that led here
    via: str | None = None  # URL of the page that linked
    run: str | None = None
    portal: str | None = None
    agency: str | None = None
    level: str | None = None
    region: str | None = None
    record_id: str | None = None  # of the archived response
    warc: str | None = None  # base name of the finished file
    offset: int | None = None
    document: dict[str, Any] | None = None
    report: dict[str, Any] | None = None
