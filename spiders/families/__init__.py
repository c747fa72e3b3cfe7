"""Families of portal software: how each one's report lists are read and paged. One module a family."""

from typing import NamedTuple

from spiders.families.ajax import Ajax
from spiders.families.anhui import Anhui
from spiders.families.aspnet import AspNet
from spiders.families.base import Family
from spiders.families.epoint import Epoint
from spiders.families.generic import Generic
from spiders.families.gkmlpt import Gkmlpt
from spiders.families.hanweb import Hanweb
from spiders.families.igs import Igs
from spiders.families.jpaas import Jpaas
from spiders.families.lonsun import Lonsun
from spiders.families.trs import Trs
from spiders.families.ucap import Ucap
from spiders.families.vsb import Vsb
from spiders.families.xxgk import Xxgk
from spiders.pages import Page

_ALL = (
    *(Trs(), Igs(), Hanweb(), Xxgk(), Jpaas(), Gkmlpt(), Lonsun(), Anhui(), Ucap(), Vsb(), Epoint(), AspNet()),
    *(Ajax(), Generic()),
)
FAMILIES: dict[str, Family] = {family.name: family for family in _ALL}


class Score(NamedTuple):
    """A family and how surely a page is of it, 0 to 100."""

    family: Family
    evidence: int


def score_families(page: Page) -> list[Score]:
    """Every family with some evidence on a page, the surest first; of equals the one named first."""
    scores = (Score(family, family.evidence(page)) for family in FAMILIES.values())
    return sorted((score for score in scores if score.evidence), key=lambda score: -score.evidence)


def recognise_family(page: Page) -> Family:
    """The family with the strongest evidence on a page; the generic one if there is none."""
    return score_families(page)[0].family
