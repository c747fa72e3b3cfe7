"""The portals of a crawl: chosen from the catalogue by level, id, region and number."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from crawler.catalogue import EVERY_DAY, Catalogue, Expectation, Portal, Schedule
from crawler.fetching.scope import PORTS, Scope, split
from crawler.planning.arguments import Arguments, near, wrong

HTTP, HTTPS = PORTS["http"], PORTS["https"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The portals to crawl, in the catalogue's order, the years wanted and the scope that the portals name."""

    portals: tuple[Portal, ...]
    years: frozenset[int] | None
    scope: Scope
    schedule: Schedule = EVERY_DAY
    only_due: bool = False

    @property
    def names(self) -> dict[str, str]:
        """The agencies by portal."""
        return {portal.id: portal.agency for portal in self.portals}

    @property
    def expected(self) -> dict[str, Expectation]:
        """What the portals should have; a crawl of chosen years expects nothing."""
        return {} if self.years else {portal.id: portal.expect for portal in self.portals if portal.expect}

    @property
    def old_tls(self) -> frozenset[tuple[str, int]]:
        """Hosts and ports of the portals whose rows say ``tls: legacy``."""
        portals = [portal for portal in self.portals if portal.tls == "legacy"]
        named = {split(url)[1:] for portal in portals for url in portal.urls}
        bare = {host for portal in portals for host in portal.hosts} | {host for host, port in named if port == HTTP}
        return frozenset(named | {(host, HTTPS) for host in bare})

    @property
    def lines(self) -> tuple[str, ...]:
        """What would be fetched first of each portal; the rest is found on the way."""
        firsts = [(portal, url) for portal in self.portals for url in portal.lists or (portal.home,)]
        lines = [f"{portal.id}  {portal.agency}  {url}" for portal, url in firsts]
        listed = sum(portal.has_list for portal in self.portals)
        lines.append(f"{listed} of {len(self.portals)} portals have a report list to begin with")
        if listed < len(self.portals):
            lines.append("of the others the list is searched from the home page")
        return tuple(lines)


def choose_portals(
    catalogue: Catalogue,
    arguments: Arguments,
    levels: Collection[str],
    *,
    allow_loopback: bool = False,
    is_wanted: Callable[[Portal], bool] = lambda _: True,
) -> Plan:
    """The plan of a crawl. Named portals are taken whatever their level; unknown ids are a ``UsageError``.

    ``is_wanted`` may leave out all of them.
    """
    if arguments.portals:
        for name in arguments.portals:
            if name not in catalogue.ids:
                raise wrong(f"portal={name}: not in catalogue {catalogue.where}{near(name, catalogue.ids)}")
        chosen = [portal for portal in catalogue.portals if portal.id in arguments.portals]
    else:
        chosen = [portal for portal in catalogue.portals if portal.level in levels]
    if arguments.regions:
        chosen = [portal for portal in chosen if portal.lies_in(arguments.regions)]
    if not chosen:
        asked = f"region={','.join(arguments.regions)}" if arguments.regions else f"level {', '.join(levels)}"
        raise wrong(f"no portal of catalogue {catalogue.where} is chosen by {asked}")
    portals = tuple(filter(is_wanted, chosen))[: arguments.limit]
    urls = [url for portal in portals for url in portal.urls]
    hosts = [host for portal in portals for host in portal.hosts]
    scope = Scope.naming(urls, hosts, allow_loopback=allow_loopback)
    return Plan(portals, arguments.years, scope, catalogue.schedule, arguments.due)
