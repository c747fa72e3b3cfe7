"""Agencies that bear one name: 朝阳区人民政府 is one in Beijing and another in Changchun.

Captures of one name that give different regions are of one agency where they share a report, word for word, or where
one region lies in the other (a portal of the province names the province); else they are of different ones.
"""

from collections.abc import Iterable, Sequence

from pipelines.store.captures import Seen


def tell_apart(name: str, captures: Sequence[Seen]) -> dict[str, str]:
    """The agency of each capture by its record: the name, with ``@`` and a region where there are several."""
    groups = _join_shared(captures)
    _join_nested(groups)
    _join_unknown(groups)
    several = len(set(map(id, groups.values()))) > 1
    labels = {region: f"{name}@{_label(group)}" if several else name for region, group in groups.items()}
    return {seen.record_id: labels[seen.region] for seen in captures}


Groups = dict[str | None, set[str | None]]


def _join_shared(captures: Iterable[Seen]) -> Groups:
    """The regions, those joined that have a body or a prose of one year in common."""
    groups: Groups = {}
    holders: dict[tuple[int, str | int], str | None] = {}
    for seen in captures:
        groups.setdefault(seen.region, {seen.region})
        for key in (seen.body, seen.text_id):
            if key is not None:
                _join(groups, holders.setdefault((seen.year, key), seen.region), seen.region)
    return groups


def _join_nested(groups: Groups) -> None:
    """A region joins those that lie in it, where these are all of one agency."""
    known = sorted(
        (region for region in groups if region is not None), key=lambda region: (-len(_stem(region)), region)
    )
    for outer in known:
        inner = [region for region in known if region != outer and _stem(region).startswith(_stem(outer))]
        if inner and all(groups[region] is groups[inner[0]] for region in inner):
            _join(groups, inner[0], outer)


def _join_unknown(groups: Groups) -> None:
    """Captures without a region are of the one agency there is; of several, of none of them."""
    others = {id(group) for region, group in groups.items() if region is not None}
    if None in groups and len(others) == 1:
        _join(groups, next(region for region in groups if region is not None), None)


def _join(groups: Groups, one: str | None, other: str | None) -> None:
    if groups[one] is not groups[other]:
        joined = groups[one] | groups[other]
        for region in joined:
            groups[region] = joined


def _stem(region: str) -> str:
    """A GB/T 2260 code without the pairs of zeros at its end: 330100 → 3301, 100000 (the centre) stays whole."""
    stem = region
    while stem.endswith("00") and len(stem) > 2 and region != "100000":
        stem = stem[:-2]
    return stem


def _label(group: Iterable[str | None]) -> str:
    known = sorted((region for region in group if region is not None), key=lambda region: (-len(_stem(region)), region))
    return known[0] if known else "?"
