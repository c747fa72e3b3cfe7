"""When a reader sees something: ``python -m benchmarks.paint --store FILE [--reports N]``, in headless Chromium.

Opens each kind of page of ``scrapy serve`` over a large store in a new context, so that nothing is cached in the
browser, and prints the milliseconds from the click to the first content painted, as the browser measured them, and to
the page being whole. Each kind is opened several times; the first matrix of a server, which it remembers afterwards, is
printed by itself. Exit code 1 where the median of a kind is above the bound. Playwright drives the system's browser.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pages import opened, read_options, read_pages, serving

MOST = 1500.0  # milliseconds to the first content
ROUNDS = 5
KINDS = ("coverage", "findings", "search", "report", "proof", "trends", "crawls", "data")
_READ = """() => {
  const first = performance.getEntriesByName("first-contentful-paint")[0];
  const whole = performance.getEntriesByType("navigation")[0];
  return [first ? first.startTime : null, whole.loadEventEnd];
}"""


def main() -> int:
    """Open everything; exit code 1 where a page is painted too late."""
    given = read_options(str(__doc__))
    with tempfile.TemporaryDirectory(prefix="bench-paint-") as folder, opened(given, Path(folder)) as address:
        addresses = dict(reversed([page for page in read_pages(address) if page[0] in KINDS]))
        with serving(address, Path(folder)) as (_, origin):
            late = list(find_late(origin, addresses))
    print("\n".join(late) or "every page is painted in time")
    return 1 if late else 0


def find_late(origin: str, addresses: dict[str, str]) -> Iterator[str]:
    """Print a line for each kind; what is late."""
    print(f"{'milliseconds':22}{'painted':>10}{'worst':>10}{'whole':>10}")
    with opening() as browser:
        show("the first matrix", [look(browser, origin + addresses["coverage"])], addresses["coverage"])
        for kind in KINDS:
            seen = [look(browser, origin + addresses[kind]) for _ in range(ROUNDS)]
            painted = show(kind, seen, addresses[kind])
            if painted > MOST:
                yield f"{kind} is painted after {painted:.0f} ms, not {MOST:.0f}: {addresses[kind]}"


@contextmanager
def opening() -> Iterator[Any]:
    """The system's Chromium, headless, for as long as it is needed."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("benchmarks.paint needs playwright: make browser installs it, and Chromium")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("benchmarks.paint needs Chromium: make browser installs it where root may")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def look(browser: Any, address: str) -> tuple[float, float]:
    """Milliseconds to the first content, and to the whole page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address, wait_until="load")
    first, whole = page.evaluate(_READ)
    while first is None:  # painted is seen a moment after the page is whole
        page.wait_for_timeout(20)
        first, whole = page.evaluate(_READ)
    page.close()
    return first, whole


def show(kind: str, seen: list[tuple[float, float]], address: str) -> float:
    """One line; the median to the first content."""
    painted = median(first for first, _ in seen)
    values = painted, max(first for first, _ in seen), median(whole for _, whole in seen)
    print(f"{kind:22}" + "".join(f"{value:10.0f}" for value in values) + f"  {address[:70]}", flush=True)
    return painted


if __name__ == "__main__":
    sys.exit(main())
