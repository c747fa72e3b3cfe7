"""Walks a list without a network: answers by URL in, what the walk found and asked for out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spiders.families import recognise_family
from spiders.families.base import Family, Turn
from spiders.pages import Page
from spiders.rows import find_reports
from spiders.walking import Step, Walk


@dataclass
class Walked:
    """What a walk brought: titles of reports in order, URLs asked for, and why it stopped."""

    titles: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    stopped: str | None = None


def walk_list(start: str, answers: Mapping[str, str | bytes], family: Family | None = None) -> Walked:
    """Walk from ``start`` as the spider does; a URL without an answer is an error of the server."""
    walked = Walked()
    turn: Turn | None = Turn(start)
    walk: Walk | None = None
    while turn is not None:
        walked.urls.append(turn.url)
        address = turn.url.partition("#")[0]
        answer = answers.get(address)
        page = Page(address, answer.encode() if isinstance(answer, str) else answer or b"")
        walk = walk or Walk(family or recognise_family(page))
        step: Step = walk.read(page, turn) if answer is not None else walk.retry(turn, "no answer")
        walked.titles += [link.title for link in find_reports(step.links)]
        walked.stopped, turn = step.stopped, step.turn
    return walked


def row(year: int, href: str, agency: str = "云岭省民政厅") -> str:
    """One row of a list page."""
    return f'<li><a href="{href}">{agency}{year}年政府信息公开工作年度报告</a><span>{year + 1}-01-20</span></li>'


def titles(*years: int, agency: str = "云岭省民政厅") -> list[str]:
    """The titles that ``row`` prints."""
    return [f"{agency}{year}年政府信息公开工作年度报告" for year in years]
