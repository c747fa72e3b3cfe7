"""What the gate says in a terminal: figures against floors, where faults gather, ours beside the peers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.quality.gate import Measure
from benchmarks.quality.judging import Judgement
from benchmarks.quality.tools import Row
from demo.specimens.specimen import Specimen

_SHOWN = 12  # rows of the table of faults


def show_measures(console: Console, measures: Sequence[Measure]) -> None:
    """Every figure with its floor."""
    table = Table("measure", "figure", "of", "floor", "", title="Quality", title_justify="left")
    for item in measures:
        floor = f"≥ {item.floor.least}" if item.floor.least is not None else f"≤ {item.floor.most}"
        held = "holds" if item.holds else "[bold red]below"
        value = f"{item.value:.5g}" if item.value < 0.9995 or item.value == 1 or item.value > 1 else f"{item.value:.6f}"
        table.add_row(item.floor.says, value, f"{item.tries:g}" if item.tries else "", floor, held)
    console.print(table)


def show_faults(console: Console, judgements: Sequence[Judgement]) -> None:
    """Traits whose pages have faults more often than others, worst first."""
    bad = Counter(trait for judgement in judgements if judgement.faults for trait in _traits(judgement.specimen))
    if not bad:
        return
    all_pages = Counter(trait for judgement in judgements for trait in _traits(judgement.specimen))
    worst = sorted(bad, key=lambda trait: (-bad[trait] / all_pages[trait], trait))
    table = Table("trait", "pages with a fault", "of", title="Where faults gather", title_justify="left")
    for trait in worst[:_SHOWN]:
        table.add_row(trait, str(bad[trait]), str(all_pages[trait]))
    console.print(table)
    faulty = sum(bool(judgement.faults) for judgement in judgements)
    console.print(f"{faulty} of {len(judgements)} pages have a fault, however small; they are kept in faults/")


def _traits(specimen: Specimen) -> Iterator[str]:
    yield f"family:{specimen.family}"
    if specimen.doubled:
        yield f"doubled:{specimen.doubled}"
    if specimen.trap:
        yield f"trap:{specimen.trap}"
    yield from specimen.traits


def show_tools(console: Console, tools: Mapping[str, Row]) -> None:
    """One row a tool."""
    heads = (
        "tool",
        "prose F1",
        "doubled once",
        "singles whole",
        "table slots",
        "chrome a page",
        "pages/CPU s",
        "speed",
    )
    table = Table(*heads, title="The same pages", title_justify="left")
    base = tools["trafilatura"].pages_per_second if "trafilatura" in tools else None
    for name, row in tools.items():
        slots = "none kept" if row.grid_slots is None else f"{row.grid_slots:.1%}"
        ratio = f"{row.pages_per_second / base:.2f}" if base else ""
        shares = (f"{row.doubled_once:.1%}", f"{row.singles_whole:.1%}", slots)
        table.add_row(name, f"{row.f1:.4f}", *shares, f"{row.chrome_left:.2f}", f"{row.pages_per_second:.1f}", ratio)
    console.print(table)
    console.print("speed: pages per second on the processor, of trafilatura's; peers got the pages decoded")
