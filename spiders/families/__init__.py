"""Families of portal software: how each one's report lists are read and paged. One module a family."""

from spiders.families.base import Family
from spiders.families.generic import Generic
from spiders.families.gkmlpt import Gkmlpt
from spiders.families.hanweb import Hanweb
from spiders.families.trs import Trs
from spiders.pages import Page

FAMILIES: dict[str, Family] = {family.name: family for family in (Trs(), Hanweb(), Gkmlpt(), Generic())}


def recognise_family(page: Page) -> Family:
    """The family with the strongest evidence on a page; of equals the one named first, the generic one if none."""
    return max(FAMILIES.values(), key=lambda family: family.evidence(page))
