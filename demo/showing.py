"""What a newcomer sees after the demo: the reports with their numbers, the broken sums, and where everything lies."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo.judging import Line, Verdict
from demo.portals import BASE_PORT

ROOT = Path(__file__).resolve().parent.parent
# The project folder, which the script kaijuan names; the commands of a source folder are in its environment.
PLACE = Path(os.environ.get("KAIJUAN_PROJECT") or ROOT)
_BY_SCRIPT = "KAIJUAN_PROJECT" in os.environ
_SCRAPY = "kaijuan" if _BY_SCRIPT else ".venv/bin/scrapy"
_DEMO = "kaijuan demo" if _BY_SCRIPT else ".venv/bin/python -m demo"
# Outcomes as headings, and how the identifiers of their rows begin.
_GROUPS = {
    "granted": "granted",
    "partly": "partial",
    "refused": "denied",
    "unable": "unable",
    "rejected": "rejected",
    "other": "other",
}
# Exit code 3: done, but some portal brought nothing or only refusals.
_REASONS = {
    "provincial": "one portal refuses every request (412), as its part is",
    "municipal": "one portal's list is empty, as its part is",
    "district": "one portal brought nothing that can be read",
}
_MOST_OPERANDS = 4
_MOST_FAULTS = 5  # shown for one address
_MOST_WRONG = 40  # addresses of which faults are shown
_MOST_LOGGED = 30  # last lines of what a failed command said
_MOST_REPORTS = 45  # rows of the table
_MOST_BROKEN = 12  # broken sums that are shown
_PAGES = "http://127.0.0.1:8000"  # where scrapy serve listens
_WIDE = 118  # columns of a terminal from which the outcomes fit


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the demo: its words, its exit code, and where what it said is kept."""

    words: tuple[str, ...]
    code: int
    log: Path

    @property
    def shown(self) -> str:
        """The command as one would type it from the project's folder."""
        return " ".join(word.replace(f"{PLACE}/", "") for word in self.words)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the demo found out."""

    folder: Path
    base_port: int
    verdicts: Sequence[Verdict]
    strays: Sequence[str]  # called a report by the feed, and none
    documents: Sequence[Line]
    unequal: Sequence[str]  # feeds whose live and replayed lines differ
    failed: Sequence[Step]  # commands whose exit code was not the one expected
    codes: Sequence[tuple[str, int]]  # spider, exit code
    kinds: int  # of findings that there are
    unseen: Sequence[str]  # kinds of which the store has none

    @property
    def good(self) -> bool:
        """Everything as the truth says."""
        wrong = self.strays or self.unequal or self.failed or self.unseen or not self.documents
        return not wrong and all(verdict.good for verdict in self.verdicts)


def show_outcome(console: Console, outcome: Outcome) -> None:
    """Reports, broken sums, the comparison with the truth, and what to try next or, last, what is wrong."""
    console.print()
    console.print(_report_table(outcome.verdicts, wide=console.width >= _WIDE))
    _show_broken(console, outcome.verdicts)
    _show_comparison(console, outcome)
    if outcome.good:
        _show_next(console, outcome)
    else:
        _show_faults(console, outcome)


def _report_table(verdicts: Sequence[Verdict], wide: bool) -> Table:
    """One row a report that the portals' own agencies published; outcomes only where the terminal has the room."""
    title = "What the crawl read; each number is traced to a cell of an archived page"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("agency", no_wrap=True)
    for heading in ("year", "form", "new", *(_GROUPS if wide else ()), "sums"):
        table.add_column(heading, justify="left" if heading == "form" else "right", no_wrap=True)
    shown = [(verdict, verdict.line) for verdict in verdicts if verdict.line is not None and verdict.needed]
    for verdict, line in shown[:_MOST_REPORTS]:
        table.add_row(*_report_row(verdict, line, wide))
    if len(shown) > _MOST_REPORTS:
        agencies = {line["agency"] for _, line in shown[_MOST_REPORTS:]}
        table.caption_justify, table.caption = (
            "left",
            f"… and {len(shown) - _MOST_REPORTS} more of {len(agencies)} agencies",
        )
    return table


def _report_row(verdict: Verdict, line: Line, wide: bool) -> list[str]:
    values = {cell["id"]: cell["value"] for cell in line["cells"]}
    results = Counter(item["result"] for item in line["identities"])
    sums = f"{results['holds']} of {results['holds'] + results['broken']}"
    marked = f"[bold red]{sums}[/]" if results["broken"] else sums
    return [
        escape(str(line["agency"])) + (" (PDF)" if verdict.url.endswith(".pdf") else ""),
        str(line["year"]),
        str(line["form"]),
        _number(values.get("requests.new.total")),
        *(_count(values, prefix) for prefix in (_GROUPS.values() if wide else ())),
        marked if line["cells"] else "–",
    ]


def _count(values: Mapping[str, int | float | None], prefix: str) -> str:
    """The answers of one group by the total column, or by the applicants where a page leaves its totals blank."""
    rows = {cell.rpartition(".")[0] for cell in values if cell.startswith(f"requests.{prefix}")}
    counts = [_sum_row(values, row) for row in rows]
    return str(sum(counts)) if counts else "–"


def _sum_row(values: Mapping[str, int | float | None], row: str) -> int | float:
    total = values.get(f"{row}.total")
    if total is not None:
        return total
    return sum(values[cell] or 0 for cell in values if cell.rpartition(".")[0] == row)


def _number(value: int | float | None) -> str:
    return "–" if value is None else f"{value:,}"


def _show_broken(console: Console, verdicts: Sequence[Verdict]) -> None:
    console.print("[bold]Sums that the pages themselves get wrong[/] (reported, never repaired)")
    found = [
        (verdict.line, item)
        for verdict in verdicts
        if verdict.line is not None
        for item in verdict.line["identities"]
        if item["result"] == "broken"
    ]
    for line, item in found[:_MOST_BROKEN]:
        who = f"{line['agency']} {line['year']}"
        text = f"  {escape(who)}  [bold]{item['id']}[/]  {_arithmetic(item, line)}"
        console.print(text, highlight=False, no_wrap=True, overflow="ellipsis")
    if len(found) > _MOST_BROKEN:
        console.print(f"  … and {len(found) - _MOST_BROKEN} more")


def _arithmetic(item: Line, line: Line) -> str:
    """``handled_total [20] ≠ granted 10 + partial 2 + … [26]``; operands that are zero are left out."""
    values = {cell["id"]: cell["value"] for cell in line["cells"]}
    totals = [cell for cell in item["cells"] if _is_total(item["id"], cell)]
    parts = [cell for cell in item["cells"] if cell not in totals]
    left, right = (f"[red]{sum(values[cell] for cell in side)}[/]" for side in (totals, parts))
    kind = item["id"].partition(".")[0]
    before, after = (_added(kind, side, values) for side in (totals, parts))
    return f"{left} [dim]({before})[/] ≠ {right} [dim]({after})[/]"


def _added(kind: str, cells: Sequence[str], values: Mapping[str, int | float | None]) -> str:
    """The operands by what tells their identifiers apart: the row in I1 and I2, the column elsewhere."""
    names = []
    for cell in cells:
        row, _, column = cell.removeprefix("requests.").rpartition(".")
        if values[cell] or len(cells) == 1:
            names.append(f"{row if kind in ('I1', 'I2') else column} {values[cell]}")
    return " + ".join([*names[:_MOST_OPERANDS], *(["…"] if len(names) > _MOST_OPERANDS else [])]) or "nothing"


def _is_total(identity: str, cell: str) -> bool:
    """Whether a cell stands on the side of the total (for I1: of what came in)."""
    kind, row = identity.partition(".")[0], cell.removeprefix("requests.").rpartition(".")[0]
    if kind in ("I1", "I2"):
        return row in (("new", "carried_in") if kind == "I1" else ("handled_total",))
    return cell.endswith(".total")


def _show_comparison(console: Console, outcome: Outcome) -> None:
    needed = [verdict for verdict in outcome.verdicts if verdict.needed]
    found = [verdict for verdict in outcome.verdicts if verdict.line is not None]
    own = sum(verdict.needed for verdict in found)
    right = sum(verdict.cells_right for verdict in found)
    cells = sum(len(verdict.report.cells) for verdict in outcome.verdicts if verdict.needed or verdict.line is not None)
    sums = sum(len(verdict.report.broken) for verdict in needed)
    kinds = Counter(line["kind"] for line in outcome.documents)
    console.print("\n[bold]Held against the truth that the pages were made from[/]")
    more = f" (and {len(found) - own} of other agencies that their lists carry)" if len(found) > own else ""
    console.print(f"  {own} of {len(needed)} reports found{more}, [bold]{right:,} of {cells:,} cells right[/]")
    console.print(f"  {sums} sums broken on purpose, {_count_broken(found)} found broken")
    answers = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    console.print(f"  {len(outcome.documents)} archived answers: {answers}")
    console.print(f"  {outcome.kinds - len(outcome.unseen)} of {outcome.kinds} kinds of findings in the store")
    if not outcome.unequal:
        console.print("  the replayed feeds equal the live ones, byte for byte")
    for spider, code in outcome.codes:
        if code == 3:
            console.print(f"  [dim]scrapy crawl {spider}: exit code 3, because {_REASONS[spider]}[/]", highlight=False)


def _count_broken(found: Sequence[Verdict]) -> int:
    lines = (verdict.line for verdict in found if verdict.line is not None)
    official = ("I1", "I2", "I3", "I4", "I5", "I6")
    return sum(
        item["result"] == "broken" and item["id"].startswith(official) for line in lines for item in line["identities"]
    )


def _show_faults(console: Console, outcome: Outcome) -> None:
    """Everything that is not as the truth says, and last, as its likely cause, what failed commands said."""
    faults = [f"{feed}: live and replayed lines differ" for feed in outcome.unequal]
    faults += [f"{url}: called a report, and none" for url in outcome.strays]
    faults += [f"no finding of the kind {kind}" for kind in outcome.unseen]
    wrong = [verdict for verdict in outcome.verdicts if verdict.faults]
    for verdict in wrong[:_MOST_WRONG]:
        more = len(verdict.faults) - _MOST_FAULTS
        faults += [f"{verdict.url} {fault}" for fault in verdict.faults[:_MOST_FAULTS]]
        faults += [f"{verdict.url} … and {more} more"] if more > 0 else []
    faults += [f"… and {len(wrong) - _MOST_WRONG} more addresses"] if len(wrong) > _MOST_WRONG else []
    if not outcome.documents:
        faults.append("the crawl archived nothing")
    console.print("\n[bold red]Not as the truth says[/]")
    for fault in faults:
        console.print(f"  {escape(fault)}", highlight=False, soft_wrap=True)
    for step in outcome.failed:
        console.print(f"\n[bold red]Exit code {step.code}[/]: {escape(step.shown)}", highlight=False, soft_wrap=True)
        console.print(f"  the end of {step.log}:", highlight=False, soft_wrap=True)
        for line in _read_end(step.log):
            console.print(f"    {escape(line)}", highlight=False, soft_wrap=True)


def _read_end(log: Path) -> list[str]:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        return [f"(it cannot be read: {error.strerror})"]
    return lines[-_MOST_LOGGED:]


def find_views(verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    """What of the pages to look at first, each with its reason: paths behind the server's address."""
    lines = [(verdict.url, verdict.line) for verdict in verdicts if verdict.line is not None and verdict.needed]
    views = [("who published what, and what is missing", "/zh/coverage")]
    broken = (line for _, line in lines if any(item["result"] == "broken" for item in line["identities"]))
    if line := next(broken, None):
        views.append(("a report that does not add up", f"/zh/reports/{quote(line['agency'])}/{line['year']}"))
    filed = (line for url, line in lines if url.endswith((".docx", ".xlsx")) and line["cells"])
    if line := next(filed, None):
        name = line["record_id"].removeprefix("<urn:uuid:").removesuffix(">")
        views.append(("a number's proof in a Word file", f"/zh/captures/{name}/cells/{line['cells'][0]['id']}"))
    return [*views, ("what to look twice at, worst first", "/zh/findings")]


def _show_next(console: Console, outcome: Outcome) -> None:
    folder = outcome.folder.relative_to(PLACE) if Path.cwd() == PLACE else outcome.folder
    port = "" if outcome.base_port == BASE_PORT else f" --port {outcome.base_port}"
    chapters = {
        "Where it lies": (
            ("answers as they went over the wire", f"{folder}/warc/"),
            ("clean documents, and their numbers", f"{folder}/live-documents-*.jsonl, {folder}/live-reports-*.jsonl"),
            ("database", f"{folder}/kaijuan.db"),
            ("what the crawls said", f"{folder}/crawl-*.log"),
        ),
        "Next": (
            (
                "look at all of it in a browser",
                f"{_SCRAPY} serve --catalogue {folder}/catalogue -s DATABASE_URL=sqlite:///{folder}/kaijuan.db"
                f" -s ARCHIVE_DIR={folder}/warc",
            ),
            *((f"  {why}", f"{_PAGES}{path}") for why, path in find_views(outcome.verdicts)),
            ("look at the portals yourself", f"{_DEMO} serve{port}"),
            ("read the archive again", f"{_SCRAPY} replay {folder}/warc --documents again.jsonl --no-store"),
            ("archive and read pages of your own", f"{_SCRAPY} crawl urls -a file=urls.txt"),
            ("see what a real crawl would fetch", f"{_SCRAPY} crawl provincial -a region=330000 -a dry_run=1"),
        ),
    }
    for chapter, lines in chapters.items():
        console.print(f"\n[bold]{chapter}[/]")
        for what, where in lines:
            console.print(f"  {what:<36} {where}", highlight=False, soft_wrap=True)
