from collections import Counter
from pathlib import Path

import pytest

from crawler.catalogue import LEVELS, read_catalogue
from crawler.errors import CatalogueError

FAMILIES = ("trs", "hanweb")
HEAD = 'province: "990000"\nname: 云岭省\nportals:\n'
ROW = """  - id: yunling-mzt
    agency: 云岭省民政厅
    level: provincial
    region: "990000"
    home: https://mzt.example.gov.cn/
"""


def write(folder: Path, text: str, name: str = "990000-yunling.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_row_is_read_whole(tmp_path: Path) -> None:
    more = "    family: trs\n    list: https://mzt.example.gov.cn/nb/\n    hosts: [xxgk.example.gov.cn]\n"
    more += "    expect: {since: 2019, count: 5}\n    evidence: seen\n    reached: 2026-01-31\n    note: 试\n"
    (portal,) = read_catalogue(write(tmp_path, HEAD + ROW + more), FAMILIES).portals
    assert (portal.id, portal.agency, portal.level, portal.region) == (
        "yunling-mzt",
        "云岭省民政厅",
        "provincial",
        "990000",
    )
    assert (portal.family, portal.list_url, portal.hosts) == (
        "trs",
        "https://mzt.example.gov.cn/nb/",
        ("xxgk.example.gov.cn",),
    )
    assert portal.expect is not None
    assert (portal.expect.since, portal.expect.count, portal.reached, portal.province) == (
        2019,
        5,
        "2026-01-31",
        "990000",
    )


def test_years_may_have_an_end_and_old_tls_is_opted_for(tmp_path: Path) -> None:
    more = "    expect: {years: [2008, 2025], count: 17}\n    tls: legacy\n"
    (portal,) = read_catalogue(write(tmp_path, HEAD + ROW + more), FAMILIES).portals
    assert portal.expect is not None
    assert [year for year in (2007, 2008, 2025, 2026) if portal.expect.covers(year)] == [2008, 2025]
    assert (portal.expect.count, portal.tls) == (17, "legacy")


def test_row_without_a_list_says_so(tmp_path: Path) -> None:
    (portal,) = read_catalogue(write(tmp_path, HEAD + ROW), FAMILIES).portals
    assert not portal.has_list


@pytest.mark.parametrize(
    ("line", "number", "says"),
    [
        ("    famly: trs\n", 9, "unknown key 'famly' in the portal; did you mean family"),
        ("    family: trss\n", 9, "unknown family 'trss'"),
        ("    list: mzt.example.gov.cn/nb\n", 9, "is no URL"),
        ("    list: ftp://mzt.example.gov.cn/nb\n", 9, "is no URL"),
        ("    hosts: xxgk.example.gov.cn\n", 9, "not a list"),
        ("    hosts: ['http://xxgk.example.gov.cn/']\n", 9, "the host name alone"),
        ("    expect: {since: 2019}\n", 9, "no 'count'"),
        ("    expect: {since: soon, count: 1}\n", 9, "a whole number"),
        ("    expect: {count: 1}\n", 9, "either since"),
        ("    expect: {since: 2019, years: [2019, 2020], count: 1}\n", 9, "either since"),
        ("    expect: {years: [2020, 2019], count: 1}\n", 9, "the first and the last year"),
        ("    expect: {years: [2019], count: 1}\n", 9, "the first and the last year"),
        ("    expect: {years: [2019, 20244], count: 1}\n", 9, "a year from"),
        ("    expect: {since: 2019, count: 0}\n", 9, "count is 0"),
        ("    tls: old\n", 9, "unknown tls 'old'; write one of legacy"),
        ("    reached: yesterday\n", 9, "write never, or the date"),
        ("    evidence: rumour\n", 9, "one of seen, memory"),
        ("    note: 7\n", 9, "write it in quotes"),
        ("    note: ''\n", 9, "is empty"),
        ("    home: https://other.example.gov.cn/\n", 9, "'home' stands twice"),
        ("   note: [\n", 9, "not YAML"),
        (ROW, 9, "id 'yunling-mzt' is taken by"),
    ],
)
def test_mistake_is_named_by_file_and_line(tmp_path: Path, line: str, number: int, says: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(write(tmp_path, HEAD + ROW + line), FAMILIES)
    message = str(caught.value)
    assert says in message
    assert f"990000-yunling.yaml, line {number}" in message.partition(says)[0]
    assert "\n" not in message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('region: "990000"', "region: 990000", "write it in quotes"),
        ('region: "990000"', 'region: "99"', "no GB/T 2260 code"),
        ("level: provincial", "level: province", "did you mean provincial"),
        ("id: yunling-mzt", "id: 云岭", "lower-case ascii"),
        ("    agency: 云岭省民政厅\n", "", "no 'agency'"),
    ],
)
def test_wrong_values_of_a_row_are_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(CatalogueError, match=says):
        read_catalogue(write(tmp_path, HEAD + ROW.replace(old, new)), FAMILIES)


@pytest.mark.parametrize("text", ["", "- a\n", "portals: 3\n", HEAD.replace("portals:", "portals: none")])
def test_file_that_is_no_catalogue_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogueError, match="990000-yunling"):
        read_catalogue(write(tmp_path, text), FAMILIES)


def test_missing_and_empty_folders_name_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="'real' or 'demo'"):
        read_catalogue(tmp_path / "nowhere", FAMILIES)
    with pytest.raises(CatalogueError, match="no YAML file"):
        read_catalogue(tmp_path, FAMILIES)


def test_same_id_in_two_files_is_refused_naming_the_first(tmp_path: Path) -> None:
    write(tmp_path, HEAD + ROW, "1.yaml")
    with pytest.raises(CatalogueError, match=r"2\.yaml, line 4: id 'yunling-mzt' is taken by .*1\.yaml, line 4"):
        read_catalogue(write(tmp_path, HEAD + ROW, "2.yaml"), FAMILIES)


def test_real_catalogue_holds_all_provinces_and_prefectures() -> None:
    catalogue = read_catalogue("real", FAMILIES)
    levels = Counter(portal.level for portal in catalogue.portals)
    assert len(catalogue.provinces) == 32
    assert levels["provincial"] == 62
    assert levels["municipal"] == 368
    assert set(levels) <= set(LEVELS)
    assert all(portal.reached == "never" for portal in catalogue.portals)
