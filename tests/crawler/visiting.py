"""``python -m tests.crawler.visiting FOLDER``: one portal crawled again and again in one process, as days go by.

Between the visits pages change, vanish, refuse. Writes ``visits.json``: of each visit what was asked (with the
conditions sent), what the ledger found failing, the exit code and the table's words. One process, because starting
Scrapy nine times would take longer than everything else here.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor

from crawler.commands.crawl import Command
from crawler.telling.progress import Progress
from crawler.telling.summary import print_summary
from tests.loopback import Answer, Asked, serving
from tests.spiders.portal import LIST, article, page, portal_answers, report, row, write_catalogue

Change = Callable[[dict[str, Answer]], None]
PDF = f"{LIST}202301/P0202301.pdf"
LATE = '<script>createPageHTML(1, 0, "index", "html");</script>'


def tagged(answer: Answer, tag: str) -> Answer:
    return replace(answer, headers={"ETag": f'"{tag}"'})


def begin() -> dict[str, Answer]:
    """Three reports on a list of two pages, and a PDF; the one of 2020 has no validator."""
    answers = portal_answers()
    for path in (article(2022), article(2021), PDF):
        answers[path] = tagged(answers[path], "one")
    return answers


def list_rows(*rows: str) -> Answer:
    return page(f"<ul>{''.join(rows)}</ul>{LATE}")


def revise(answers: dict[str, Answer]) -> None:
    """The report of 2021 says more, that of 2020 is gone."""
    answers[article(2021)] = tagged(report(2021, "<p>本年度新增一项重要内容，予以说明。</p>"), "two")
    answers[article(2020)] = Answer(b"gone", "text/plain", 404)


def retitle(answers: dict[str, Answer]) -> None:
    """The title of 2022 changes in the list, and the row of 2021 vanishes from it; so does that of 2020, long gone."""
    answers[LIST] = list_rows(row(2022).replace("工作年度报告", "工作年度报告（修订）"))


def refuse(answers: dict[str, Answer]) -> None:
    answers[article(2022)] = Answer(b"<script>x</script>", status=412)
    answers[article(2021)] = Answer(b"down", "text/plain", 502)


def recover(answers: dict[str, Answer]) -> None:
    """All is as before; the server forgets what it called the page of 2022, which goes on saying the same."""
    fresh = begin()
    answers[LIST] = list_rows(row(2022), row(2021))
    answers[article(2022)] = tagged(fresh[article(2022)], "three")
    answers[article(2021)] = Answer("<p>页面不存在</p>".encode(), status=410)


def nothing(answers: dict[str, Answer]) -> None:
    """Nothing changes."""


VISITS: tuple[tuple[str, Change, int, str, bool], ...] = (
    # name, what changed before it, day, way, whether pages are refined
    ("first", nothing, 0, "due", False),
    ("same day", nothing, 0, "due", False),
    ("week", revise, 8, "due", True),
    ("vanished", retitle, 0, "due", False),
    ("quiet", nothing, 0, "due", False),
    ("refused", refuse, 400, "due", False),
    ("recovered", recover, 800, "due", False),
    ("everything", nothing, 0, "all", False),
)


async def visit(folder: Path, asked: list[Asked], day: int, way: str, *, refines: bool) -> dict[str, Any]:
    """One crawl."""
    asked.clear()
    settings = get_project_settings()
    today = datetime.now(UTC).date() + timedelta(days=day)
    settings.setdict(
        {
            **{"ARCHIVE_DIR": str(folder / "warc"), "DATABASE_URL": ""},
            **{"ALLOW_LOOPBACK": True, "DOWNLOAD_DELAY": 0, "PROGRESS_ENABLED": False, "TODAY": today.isoformat()},
            **{"RETRY_ENABLED": False, "BACKOFF_DELAYS": 0, "REFINE_WORKERS": 1},
        },
        priority="cmdline",
    )
    if not refines:
        settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler("provincial")
    feeds = {name: str(folder / f"live-{name}.jsonl") for name in ("documents", "reports")} if refines else {}
    await runner.crawl(crawler, catalogue=str(folder / "catalogue"), visit=way, **feeds)
    return describe(folder, crawler, asked)


def describe(folder: Path, crawler: Crawler, asked: list[Asked]) -> dict[str, Any]:
    """What a visit did and found; its feeds go behind those of the visits before it."""
    progress = crawler.get_extension(Progress)
    assert progress
    ledger = progress.ledger
    with (folder / "told.txt").open("w", encoding="utf-8") as file:
        print_summary(Console(file=file, width=120), ledger, crawler, "finished")
    for name in ("documents", "reports"):
        live, whole = folder / f"live-{name}.jsonl", folder / f"all-{name}.jsonl"
        with whole.open("ab") as out:
            out.write(live.read_bytes() if live.exists() else b"")
        live.unlink(missing_ok=True)
    return {
        "asked": [one.path for one in asked],
        "conditional": sorted(one.path for one in asked if "If-None-Match" in one.headers),
        "failing": ledger.failing,
        "code": Command._judge(crawler),
        "run": crawler.settings["RUN_ID"],
        "warcs": sorted(ledger.warcs),
        "told": (folder / "told.txt").read_text(encoding="utf-8"),
    }


async def visit_all(folder: Path) -> None:
    answers, asked = begin(), list[Asked]()
    visits = {}
    with serving(answers, asked) as origin:
        write_catalogue(folder / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        for name, change, day, way, refines in VISITS:
            change(answers)
            visits[name] = await visit(folder, asked, day, way, refines=refines)
    (folder / "visits.json").write_text(json.dumps({"origin": origin, **visits}, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet.task import react

    react(lambda _: deferred_from_coro(visit_all(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
