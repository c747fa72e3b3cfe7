"""What is damaged: pages and files of the made-up portals, and of folders of saved ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from demo.portals import PORTALS, origin
from demo.rendering.layout import lay_out
from demo.rendering.pdf import write_pdf
from demo.site import build_site
from demo.truth import make_reports

_TEXTS = (".html", ".htm", ".txt", ".md", ".json", ".xml")
_FILES = (".pdf", ".doc", ".docx", ".wps", ".rtf", ".odt", ".xls", ".xlsx", ".ods", ".ofd", ".zip")
_LARGEST = 1_000_000  # bytes


@dataclass(frozen=True)
class Seed:
    """A sound file: its name, the type that a server would state, its bytes."""

    name: str
    media_type: str
    payload: bytes = field(repr=False)

    @cached_property
    def format(self) -> str:
        """The ending of a file's name; ``page`` for pages and texts."""
        suffix = Path(self.name).suffix.lower()
        return suffix if suffix in _FILES else "page"


def read_seeds(folders: Sequence[Path] = (), every: int = 1) -> list[Seed]:
    """The seeds in a fixed order; of the made-up pages only one in ``every``, evenly."""
    return [*list(_made())[::every], *_saved(folders)]


def _made() -> Iterator[Seed]:
    reports = make_reports(1)
    for portal in PORTALS:
        for path, answer in sorted(build_site(portal, origin(portal), reports, 1).pages.items()):
            if answer.status == 200 and 0 < len(answer.body) < _LARGEST:
                yield Seed(f"{portal.id}{path}", answer.media_type, answer.body)
    for report in reports[:2]:
        yield Seed(f"{report.agency.id}-{report.year}.pdf", "application/pdf", write_pdf(report.title, lay_out(report)))


def _saved(folders: Sequence[Path]) -> Iterator[Seed]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in (*_TEXTS, *_FILES) and 0 < path.stat().st_size < _LARGEST:
                yield Seed(str(path), "", path.read_bytes())
