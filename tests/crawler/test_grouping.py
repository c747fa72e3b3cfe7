"""Who goes with whom, and how portals are dealt out over processes."""

from itertools import permutations

from crawler.many.grouping import deal, unite, weigh
from tests.crawler.grouped import walk


def test_portals_that_share_an_address_stay_together_also_by_way_of_a_third() -> None:
    walks = [walk("a", "a.gov.cn"), walk("b", "b.gov.cn", "c.gov.cn"), walk("c", "c.gov.cn"), walk("d", "d.gov.cn")]
    addresses = {"a.gov.cn": "192.0.2.1", "b.gov.cn": "192.0.2.2", "c.gov.cn": "192.0.2.1", "d.gov.cn": "192.0.2.4"}
    for order in permutations(walks):
        found = {frozenset(each.portal.id for each in group) for group in unite(order, addresses)}
        assert found == {frozenset("abc"), frozenset("d")}


def test_hosts_that_do_not_resolve_stand_for_themselves() -> None:
    walks = [walk("a", "same.gov.cn"), walk("b", "same.gov.cn"), walk("c", "other.gov.cn")]
    assert [[each.portal.id for each in group] for group in unite(walks, {})] == [["a", "b"], ["c"]]


def test_every_group_is_in_one_task_and_tasks_weigh_alike() -> None:
    groups = [(walk(f"p{number}", f"p{number}.gov.cn", count=number),) for number in range(1, 200)]
    dealt = deal(groups, 4)
    assert sorted(group[0].portal.id for task in dealt for group in task) == sorted(g[0].portal.id for g in groups)
    weights = [sum(map(weigh, task)) for task in dealt]
    assert max(weights) - min(weights) <= weigh(groups[0])
    assert [len(task) for task in deal(groups[:2], 8)] == [1, 1]


def test_few_portals_are_shared_by_all_workers() -> None:
    groups = [(walk(name, f"{name}.gov.cn"),) for name in "abcd"]
    assert [len(task) for task in deal(groups, 2)] == [2, 2]
    assert [len(task) for task in deal(groups[:1], 8)] == [1]
    assert [len(task) for task in deal(groups, 1)] == [4]
