"""What a person sees of many crawls: one line while they run, one table when they have ended."""

import json
import pickle
from collections import Counter
from collections.abc import Mapping, Sequence
from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.markup import escape

from crawler.catalogue import Expectation
from crawler.configuration.masking import mask_value
from crawler.many.tasks import Order, Task
from crawler.many.working import Outcome
from crawler.telling.jsonlog import is_json, pass_on
from crawler.telling.ledger import Ledger
from crawler.telling.progress import PLAIN_SECONDS, PLAIN_WIDTH
from crawler.telling.summary import print_accounts

_COUNTS = ("pages", "captures", "reports", "refusals")


class Telling:
    """The console of the whole. Safe to ``say`` from any thread."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._tasks: Sequence[Task] = ()
        self.console = Console(stderr=True, highlight=False)
        if not self.console.is_terminal:
            self.console = Console(stderr=True, highlight=False, width=PLAIN_WIDTH)
        self._began_at = self._shown_at = monotonic()
        self._live = Live("", console=self.console, auto_refresh=False, transient=True) if self._is_terminal else None

    @property
    def _is_terminal(self) -> bool:
        return self.console.is_terminal

    def begin(self, tasks: Sequence[Task]) -> None:
        """Open the line."""
        self._tasks = tasks
        if self._live:
            self._live.start()

    def say(self, task: Task, line: str) -> None:
        """A line of a task's log."""
        if pass_on(line):
            return
        self.console.print(f"{task.name}: {escape(line)}", soft_wrap=True)

    def warn(self, line: str) -> None:
        """A line of the whole."""
        self.console.print(escape(line), soft_wrap=True)

    def show(self, ended: int) -> None:
        """The line of the moment: on a terminal always, else now and then."""
        if self._live:
            self._live.update(self._line(ended), refresh=True)
        elif monotonic() - self._shown_at >= PLAIN_SECONDS:
            self._shown_at = monotonic()
            self.console.print(self._line(ended))

    def close(self) -> None:
        """Close the line."""
        if self._live:
            self._live.stop()

    def _line(self, ended: int) -> str:
        counts: Counter[str] = Counter()
        for task in self._tasks:
            counts.update(_read_counts(self._order, task))
        portals = sum(len(task.portals) for task in self._tasks)
        told = " · ".join(f"{what} {counts[what]}" for what in _COUNTS)
        seconds = monotonic() - self._began_at
        return f"tasks {ended}/{len(self._tasks)} · portals {counts['done']}/{portals} · {told} · {seconds:.0f} s"


def merge_ledgers(
    order: Order, tasks: Sequence[Task], names: Mapping[str, str], expected: Mapping[str, Expectation]
) -> Ledger:
    """One ledger of all that the tasks wrote, portals in the catalogue's order; who wrote none has empty accounts."""
    whole = Ledger(names, expected=expected)
    for task in tasks:
        try:
            ledger: Ledger = pickle.loads(order.file(task, "ledger").read_bytes())
        except (OSError, pickle.UnpicklingError, EOFError):
            continue
        whole.accounts.update(ledger.accounts)
        whole.warcs |= ledger.warcs
    return whole


def print_whole(
    console: Console, order: Order, tasks: Sequence[Task], ledger: Ledger, outcomes: Mapping[int, Outcome]
) -> None:
    """The table, what is missing, what went wrong, and where the files are."""
    if not is_json():  # a table is for people
        print_accounts(console, ledger)
    for task in tasks:
        outcome = outcomes.get(task.number)
        if outcome is None or outcome.code not in (0, 3):
            why = "not begun" if outcome is None or outcome.code is None else f"ended with {outcome.code}"
            portals = ", ".join(task.portals[:5]) + (", …" if len(task.portals) > 5 else "")
            console.print(f"[bold]Task {task.name} {why}[/bold]: {escape(portals)}", soft_wrap=True)
    if deaths := sum(outcome.deaths for outcome in outcomes.values()):
        console.print(f"processes that died and were gone on with: {deaths}")
    console.print(
        f"WARC      {escape(order.archive)}: {len(ledger.warcs)} files of {len(tasks)} crawls", soft_wrap=True
    )
    for feed, target in order.feeds.items():
        console.print(f"{feed:<10}{escape(target)}", soft_wrap=True)
    if database := order.settings.get("DATABASE_URL"):
        console.print(f"database  {escape(str(mask_value('DATABASE_URL', database)))}", soft_wrap=True)
    console.print(f"run       {escape(order.run)}", soft_wrap=True)
    if any(outcome is None or outcome.code not in (0, 3) for outcome in map(outcomes.get, (t.number for t in tasks))):
        console.print("[bold]Not all of it was done[/bold]: go on with -a resume=last", soft_wrap=True)


def _read_counts(order: Order, task: Task) -> dict[str, int]:
    try:
        found = json.loads(order.file(task, "counts").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
