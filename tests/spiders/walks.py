"""Walks a list without a network, over pages by URL or a server made of a function: what it found and asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from spiders.families import recognise_family
from spiders.families.base import Family, Turn
from spiders.pages import Page
from spiders.rows import find_reports
from spiders.walking import Step, Walk

Serve = Callable[[Turn], str | bytes | None]


@dataclass
class Walked:
    """What a walk brought: titles and addresses of reports in order, turns taken, and why it stopped."""

    titles: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    stopped: str | None = None
    family: str = ""

    @property
    def urls(self) -> list[str]:
        """The URLs asked for, in order."""
        return [turn.url for turn in self.turns]


def walk_list(start: str, answers: Mapping[str, str | bytes], family: Family | None = None) -> Walked:
    """Walk from ``start`` as the spider does; a URL without an answer is an error of the server."""
    return walk_server(start, lambda turn: answers.get(turn.url.partition("#")[0]), family)


def walk_server(start: str, serve: Serve, family: Family | None = None) -> Walked:
    """Walk a list whose pages a function serves."""
    walked = Walked()
    turn: Turn | None = Turn(start)
    walk: Walk | None = None
    while turn is not None:
        walked.turns.append(turn)
        assert len(walked.turns) < 2000, "the walk does not end"
        answer = serve(turn)
        page = Page(turn.url.partition("#")[0], answer.encode() if isinstance(answer, str) else answer or b"")
        walk = walk or Walk(family or recognise_family(page), pinned=family is not None)
        step: Step = walk.read(page, turn) if answer is not None else walk.retry(turn, "no answer")
        reports = list(find_reports(step.links))
        walked.titles += [link.title for link in reports]
        walked.found += [link.url for link in reports]
        walked.stopped, turn = step.stopped, step.turn
    walked.family = walk.family.name if walk else ""
    return walked


def row(year: int, href: str, agency: str = "云岭省民政厅") -> str:
    """One row of a list page."""
    return f'<li><a href="{href}">{agency}{year}年政府信息公开工作年度报告</a><span>{year + 1}-01-20</span></li>'


def titles(*years: int, agency: str = "云岭省民政厅") -> list[str]:
    """The titles that ``row`` prints."""
    return [f"{agency}{year}年政府信息公开工作年度报告" for year in years]
