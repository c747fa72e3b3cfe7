"""Units: the reports of one name, each with its versions and its addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.store.addresses import Address, find_addresses
from pipelines.store.captures import Event, Seen
from pipelines.store.homonyms import tell_apart
from pipelines.store.rolling import Year
from pipelines.store.versions import Evidence, Version, find_best, find_versions


@dataclass(frozen=True, slots=True)
class Unit:
    """One report: (agency, year), its versions and its addresses."""

    name: str
    agency: str
    year: int
    captures: Sequence[Seen]
    versions: Sequence[Version]
    addresses: Sequence[Address]
    best: Seen  # the body that shows the latest version best

    def find_year(self, evidence: Evidence) -> Year:
        """Its numbers as another year's are held against them."""
        return Year(self.best.record_id, evidence.find_facts(self.best))


def make_units(
    name: str, captures: Sequence[Seen], events: Mapping[str, Sequence[Event]], evidence: Evidence
) -> dict[tuple[str, int], Unit]:
    """The reports of a name by agency and year, from its captures in their order."""
    agencies = tell_apart(name, captures)
    groups: dict[tuple[str, int], list[Seen]] = {}
    for seen in captures:
        groups.setdefault((agencies[seen.record_id], seen.year), []).append(seen)
    found: dict[tuple[str, int], Unit] = {}
    for (agency, year), own in sorted(groups.items()):
        versions = find_versions(own, evidence)
        best = find_best(versions[-1], evidence)
        found[agency, year] = Unit(name, agency, year, own, versions, find_addresses(own, events), best)
    return found
