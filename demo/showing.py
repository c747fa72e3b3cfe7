"""What a newcomer sees after the demo: the reports with their numbers, the broken sums, and where everything lies."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo.judging import Line, Verdict
from demo.portals import BASE_PORT

ROOT = Path(__file__).resolve().parent.parent
_GROUPS = (
    ("公开", ("granted",)),
    ("部分", ("partial",)),
    ("不予公开", ("denied.",)),
    ("无法提供", ("unable.",)),
    ("不予处理", ("rejected.",)),
    ("其他", ("other",)),
)
# Exit code 3: done, but some portal brought nothing or only refusals.
_REASONS = {
    "provincial": "one portal refuses every request (412), as its part is",
    "municipal": "one portal's list is empty, as its part is",
    "district": "of one portal only the home page is known",
}
_MOST_FAULTS = 5  # shown for one address
_WIDE = 118  # columns from which the outcomes fit beside the rest


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the demo: its words, its exit code, and where what it said is kept."""

    words: tuple[str, ...]
    code: int
    log: Path

    @property
    def shown(self) -> str:
        """The command as one would type it from the project's folder."""
        return " ".join(word.replace(f"{ROOT}/", "") for word in self.words)


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

    @property
    def good(self) -> bool:
        """Everything as the truth says."""
        wrong = self.strays or self.unequal or self.failed or not self.documents
        return not wrong and all(verdict.good for verdict in self.verdicts)


def show_outcome(console: Console, outcome: Outcome) -> None:
    """Reports, broken sums, the comparison with the truth, and what to try next."""
    console.print()
    console.print(_report_table(outcome.verdicts, wide=console.width >= _WIDE))
    _show_broken(console, outcome.verdicts)
    _show_comparison(console, outcome)
    _show_faults(console, outcome)
    _show_next(console, outcome)


def _report_table(verdicts: Sequence[Verdict], wide: bool) -> Table:
    table = Table(title="What the crawl read, each number traced to a cell of an archived page", title_justify="left")
    for heading in ("agency", "year", "form"):
        table.add_column(heading, no_wrap=heading != "agency")
    for heading in ("new", "answered", "sums hold", "broken"):
        table.add_column(heading, justify="right")
    if wide:
        table.add_column("outcomes")
    for verdict in verdicts:
        if verdict.line is not None:
            row = _report_row(verdict, verdict.line)
            table.add_row(*row[: len(table.columns)])
    return table


def _report_row(verdict: Verdict, line: Line) -> list[str]:
    values = {cell["id"]: cell["value"] for cell in line["cells"]}
    results = Counter(item["result"] for item in line["identities"])
    kind = " PDF" if verdict.url.endswith(".pdf") else ""
    broken = f"[bold red]{results['broken']}[/]" if results["broken"] else "0"
    return [
        escape(str(line["agency"])) + kind,
        str(line["year"]),
        str(line["form"]),
        _number(values.get("requests.new.total")),
        _number(values.get("requests.handled_total.total")),
        str(results["holds"]) if line["cells"] else "–",
        broken if line["cells"] else "–",
        _outcomes(values),
    ]


def _outcomes(values: Mapping[str, int | float | None]) -> str:
    """The answers by group, as the total column has them; what is blank there is not counted."""
    shown = []
    for name, prefixes in _GROUPS:
        ids = [
            cell
            for cell in values
            if cell.endswith(".total") and cell.startswith(tuple(f"requests.{p}" for p in prefixes))
        ]
        count = sum(values[cell] or 0 for cell in ids)
        if count:
            shown.append(f"{name} {count}")
    return " · ".join(shown) or "–"


def _number(value: int | float | None) -> str:
    return "–" if value is None else f"{value:,}"


def _show_broken(console: Console, verdicts: Sequence[Verdict]) -> None:
    console.print("\n[bold]Sums that the pages themselves get wrong[/] (reported, never repaired)")
    for verdict in verdicts:
        for item in (verdict.line or {}).get("identities", ()):
            if item["result"] == "broken" and verdict.line is not None:
                who = f"{verdict.line['agency']} {verdict.line['year']}"
                console.print(
                    f"  {escape(who)}  [bold]{item['id']}[/]  {_arithmetic(item, verdict.line)}", highlight=False
                )


def _arithmetic(item: Line, line: Line) -> str:
    """``19 ≠ 23`` and the operands that are not zero."""
    values = {cell["id"]: cell["value"] for cell in line["cells"]}
    operands = [f"{cell.removeprefix('requests.')} {values[cell]}" for cell in item["cells"] if values.get(cell)]
    return f"[red]{item['left']} ≠ {item['right']}[/]  [dim]{escape(', '.join(operands))}[/]"


def _show_comparison(console: Console, outcome: Outcome) -> None:
    needed = [verdict for verdict in outcome.verdicts if verdict.needed or verdict.line]
    found = [verdict for verdict in needed if verdict.line is not None]
    right, cells = sum(verdict.cells_right for verdict in needed), sum(len(verdict.report.cells) for verdict in needed)
    sums = sum(len(verdict.report.broken) for verdict in needed)
    kinds = Counter(line["kind"] for line in outcome.documents)
    console.print("\n[bold]Held against the truth that the pages were made from[/]")
    counts = f"{len(found)} of {len(needed)} reports found, [bold]{right:,} of {cells:,} cells right[/]"
    console.print(f"  {counts}, {sums} sums broken on purpose")
    answers = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    console.print(f"  {len(outcome.documents)} archived answers: {answers}")
    if not outcome.unequal:
        console.print("  the replayed feeds equal the live ones, byte for byte")
    for spider, code in outcome.codes:
        if code == 3:
            console.print(f"  [dim]scrapy crawl {spider}: exit code 3, because {_REASONS[spider]}[/]", highlight=False)


def _show_faults(console: Console, outcome: Outcome) -> None:
    """Everything that is not as the truth says, worst first; nothing where all is well."""
    if outcome.good:
        return
    faults = [f"{step.shown}: exit code {step.code}, see {step.log}" for step in outcome.failed]
    faults += [f"{feed}: live and replayed lines differ" for feed in outcome.unequal]
    faults += [f"{url}: called a report, and none" for url in outcome.strays]
    for verdict in outcome.verdicts:
        more = len(verdict.faults) - _MOST_FAULTS
        faults += [f"{verdict.url} {fault}" for fault in verdict.faults[:_MOST_FAULTS]]
        faults += [f"{verdict.url} … and {more} more"] if more > 0 else []
    console.print("\n[bold red]Not as the truth says[/]")
    for fault in faults or ["the crawl archived nothing"]:
        console.print(f"  {escape(fault)}", highlight=False, soft_wrap=True)


def _show_next(console: Console, outcome: Outcome) -> None:
    folder = outcome.folder.relative_to(ROOT)
    port = "" if outcome.base_port == BASE_PORT else f" --port {outcome.base_port}"
    chapters = {
        "Where it lies": (
            ("answers as they went over the wire", f"{folder}/warc/"),
            ("clean documents, and their numbers", f"{folder}/live-documents-*.jsonl, {folder}/live-reports-*.jsonl"),
            ("database", f"{folder}/kaijuan.db"),
            ("what the crawls said", f"{folder}/crawl-*.log"),
        ),
        "Next": (
            ("look at the portals yourself", f".venv/bin/python -m demo serve{port}"),
            ("read the archive again", f".venv/bin/scrapy replay {folder}/warc --documents again.jsonl --no-store"),
            ("archive and read pages of your own", ".venv/bin/scrapy crawl urls -a file=urls.txt"),
            ("see what a real crawl would fetch", ".venv/bin/scrapy crawl provincial -a region=330000 -a dry_run=1"),
        ),
    }
    for chapter, lines in chapters.items():
        console.print(f"\n[bold]{chapter}[/]")
        for what, where in lines:
            console.print(f"  {what:<36} {where}", highlight=False, soft_wrap=True)
