"""One page judged: every measure of the floors as hits of tries, and in words what was wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.quality import comparing
from benchmarks.quality.comparing import fold
from benchmarks.quality.extraction import Line, Refined
from demo.judging import invented_cells, wrong_cells, wrong_sums
from demo.specimens.specimen import Fact, Specimen, Truth

_FACTS = ("title", "agency", "level", "region", "year", "published", "source", "index_number")
_TRACED = ("title", "published", "source", "index_number")


@dataclass(frozen=True, slots=True)
class Judgement:
    """``scores``: measure → (sum, count); a share is the sum over all pages by the count. ``faults`` are sentences."""

    specimen: Specimen = field(repr=False)
    scores: Mapping[str, tuple[float, float]]
    faults: tuple[str, ...]
    seconds: float


@dataclass
class _Sheet:
    """A page's marks under way."""

    scores: dict[str, tuple[float, float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def mark(self, name: str, right: bool, fault: str = "") -> None:
        """One try; ``fault`` says what was wrong."""
        hits, tries = self.scores.get(name, (0, 0))
        self.scores[name] = (hits + right, tries + 1)
        if not right:
            self.faults.append(f"{name}: {fault}" if fault else name)


def judge(specimen: Specimen, refined: Refined) -> Judgement:
    """All measures of one page."""
    sheet, truth, line = _Sheet(), specimen.truth, refined.document
    said = (line["kind"], line["rejected"])
    sheet.mark("kind", said == (truth.kind, truth.rejected), f"{said} instead of {(truth.kind, truth.rejected)}")
    if truth.kind == "report":
        _judge_body(sheet, specimen, refined)
        _judge_facts(sheet, truth, line)
        if truth.form:
            sheet.mark("form", line["form"] == truth.form, f"{line['form']} instead of {truth.form}")
        urls = {item["url"] for item in line["attachments"]}
        for url in truth.attachments:
            sheet.mark("attachments", url in urls, url)
        if truth.cells is not None:
            _judge_report(sheet, truth, refined.report)
    return Judgement(specimen, sheet.scores, tuple(sheet.faults), refined.seconds)


def _judge_body(sheet: _Sheet, specimen: Specimen, refined: Refined) -> None:
    truth, extraction = specimen.truth, refined.extraction
    lines = comparing.body_of(extraction, truth)
    lost, repeated = comparing.miscounted(lines, truth)
    right, slots = comparing.slots_right(extraction.grids or (), truth)
    chrome = comparing.chrome_left(lines, truth)
    mean = comparing.f1(lines, truth)
    sheet.scores["prose_f1"] = (mean, 1)
    sheet.scores["grid_slots"] = (right, slots)
    sheet.scores["chrome_left"] = (len(chrome), 1)
    exact = (
        0.99 if specimen.doubled == "unique" else 0.999
    )  # shingles over the borders of a line that may stand anywhere
    sheet.faults += [f"F1 {mean:.4f}"] * (mean < exact)
    sheet.faults += [f"chrome left: {text}" for text in chrome]
    sheet.faults += [f"grid: {right} of {slots} slots"] * (right < slots)
    wrong = [f"lost {line[:30]}" for line in lost] + [f"again {line[:30]}" for line in repeated]
    sheet.mark("whole", not wrong, "; ".join(wrong[:4]))
    if specimen.doubled != "unique":  # a paragraph of the poorer copy may stand anywhere
        sheet.mark("ordered", comparing.is_ordered(lines, truth), "lines out of order")
    if specimen.doubled:
        sheet.mark("doubled_once", not wrong and right == slots)
        return
    dropped = set(comparing.dropped_body((item["text"] for item in refined.document["dropped"]), truth))
    touched = sorted(dropped & set(lost))
    sheet.scores["singles_touched"] = (bool(touched), 0)
    sheet.faults += [f"touched: {text[:30]}" for text in touched]


def _judge_facts(sheet: _Sheet, truth: Truth, line: Line) -> None:
    for name in _FACTS:
        fact = truth.facts.get(name)
        if fact is None:
            continue
        right = fold(str(line[name])) == fold(str(fact.value))
        sheet.mark(name, right, f"{line[name]!r} instead of {fact.value!r}")
        if right and name in _TRACED and fact.places:
            origin = line["from"].get(name)
            sheet.mark("origins", _is_traced(fact, origin), f"{name} from {origin}, stands in {fact.places}")


def _is_traced(fact: Fact, origin: str | None) -> bool:
    return origin == fact.first if fact.first else origin in fact.places


def _judge_report(sheet: _Sheet, truth: Truth, report: Line | None) -> None:
    cells, identities = (report["cells"], report["identities"]) if report else ([], [])
    assert truth.cells is not None  # asked by judge()
    wrong, invented = list(wrong_cells(truth.cells, cells)), list(invented_cells(truth.cells, cells))
    off = list(wrong_sums(truth.sums, identities))
    sheet.scores["report_cells"] = (len(truth.cells) - len(wrong), len(truth.cells))
    sheet.scores["report_sums"] = (len(truth.sums) - len(off), len(truth.sums))
    sheet.scores["cells_invented"] = (len(invented), 0)
    sheet.faults += [*wrong[:5], *invented[:5], *off[:2]]


def faulty(judgements: list[Judgement]) -> Iterator[Judgement]:
    """Those with something to object to."""
    return (judgement for judgement in judgements if judgement.faults)
