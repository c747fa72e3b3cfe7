"""The truth behind the demo portals: what each made-up report says, section by section and cell by cell.

Everything that is served is rendered from here, and what a crawl brought is held against it. One seed, one truth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from demo.cast import AGENCIES, Agency, Look
from demo.form import Form
from demo.mishaps import correct, lose_sections, part_cells, reprint
from demo.numbers import Figures, make_figures
from demo.printing import CELL_QUIRKS, RARE_QUIRKS, Cell, print_cells
from demo.prose import Section, find_facts, write_sections
from demo.sums import Sum, find_sums
from demo.voices import write_voiced

_TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开年度报告",
)


@dataclass(frozen=True, slots=True)
class Report:
    """One agency's report for one year: what a faithful reader of its page must say."""

    agency: Agency
    year: int
    form: Form
    title: str
    published: str  # YYYY-MM-DD
    source: str
    index_number: str
    sections: tuple[Section, ...]
    cells: tuple[Cell, ...]
    sums: tuple[Sum, ...]
    stated: Mapping[str, int | str]  # the figures that the prose may name
    look: Look
    unsure: tuple[Cell, ...] = ()  # printed where no reader can tell which cells they are

    def has(self, quirk: str) -> bool:
        """Whether the report is printed with that quirk."""
        return quirk in self.look.quirks

    @property
    def is_file(self) -> bool:
        """Whether its page holds nothing but a link to a file."""
        return any(self.has(quirk) for quirk in ("pdf_only", "docx_only", "sheet_only"))

    @property
    def misprinted(self) -> "Report":
        """What the PDF beside its page says: the same, but for its misprints."""
        cells = reprint(self.cells, self.look.misprints)
        return replace(self, cells=cells, sums=find_sums(self.form, cells))

    @property
    def broken(self) -> tuple[Sum, ...]:
        """The identities that its print breaks."""
        return tuple(item for item in self.sums if item.result == "broken")

    @property
    def signature(self) -> tuple[str, str]:
        """The two lines at its end: who, and when."""
        year, month, day = (int(part) for part in self.published.split("-"))
        return self.agency.name, f"{year}年{month}月{day}日"


def make_reports(seed: int, agencies: Sequence[Agency] = AGENCIES) -> tuple[Report, ...]:
    """Every report of every agency, agency by agency in ascending years; the same seed gives the same reports.

    ``agencies`` may be any cast (``demo.cast`` has the portals' own): benchmarks draw larger ones.
    """
    return tuple(report for agency in agencies for report in _make_agency(seed, agency))


def _make_agency(seed: int, agency: Agency) -> list[Report]:
    looks = {look.year: look for look in agency.looks}
    figures = make_figures(
        {year: look.form for year, look in looks.items()}, agency.size, Random(f"{seed}/{agency.id}/figures")
    )
    return [_make_report(seed, agency, looks[year], figures[year]) for year in sorted(looks)]


def _make_report(seed: int, agency: Agency, look: Look, figures: Figures) -> Report:
    draw = Random(f"{seed}/{agency.id}/{look.year}")
    facts = find_facts(figures, draw)
    words = {**facts, **agency.words, "year": look.year}
    quirks = [quirk for quirk in (*RARE_QUIRKS, *CELL_QUIRKS) if quirk in look.quirks]
    tabled = look.form != "narrative"
    printed = print_cells(look.form, figures, quirks, look.breaks, draw) if tabled else ()
    cells, unsure = part_cells(printed, look.quirks)
    month, day = draw.randint(1, 3), draw.randint(4, 28)
    published = f"{look.year + 1}-{look.month or month:02}-{day:02}"
    return Report(
        agency=agency,
        year=look.year,
        form=look.form,
        title=(look.title or draw.choice(_TITLES)).format(agency=agency.name, year=look.year, short=agency.short),
        published=published,
        source=agency.name,
        index_number=f"{agency.code}/{look.year + 1}-{draw.randint(1, 99999):05}",
        sections=_write_prose(look, words, draw),
        cells=cells,
        sums=find_sums(look.form, cells),
        stated=facts,
        look=look,
        unsure=unsure,
    )


def _write_prose(look: Look, words: Mapping[str, object], draw: Random) -> tuple[Section, ...]:
    sections = write_voiced(look.voice, words) if look.voice else write_sections(look.form, words, draw)
    if "lost_section" in look.quirks:
        sections = lose_sections(sections)
    return correct(sections) if "corrected" in look.quirks else sections
