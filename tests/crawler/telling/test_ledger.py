from collections.abc import Mapping
from io import StringIO
from typing import Any

from rich.console import Console

from crawler.catalogue import Expectation
from crawler.telling.ledger import Ledger, Note, Visit, in_words
from crawler.telling.summary import MOST_PORTALS, make_table

NAMES = {"yunling": "云岭省民政厅", "qinghe": "清河市民政局"}
LIST = "http://a.gov.cn/nb/"


def document(portal: str, kind: str = "report", year: int | None = 2022, rejected: str | None = None) -> dict[str, Any]:
    return {"portal": portal, "url": f"{LIST}{portal}", "kind": kind, "year": year, "rejected": rejected}


def report(*broken: str) -> dict[str, Any]:
    return {"identities": [{"id": "I5", "result": "holds"}, *({"id": name, "result": "broken"} for name in broken)]}


def ledger_of(names: Mapping[str, str] = NAMES, *, wants_reports: bool = True) -> Ledger:
    return Ledger(names, wants_reports=wants_reports)


def drawn(ledger: Ledger, width: int = 120) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(make_table(ledger))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_portal_with_a_report_lacks_nothing() -> None:
    ledger = ledger_of({"yunling": "云岭省民政厅"})
    ledger.add_capture("yunling", LIST, 200, "a.warc.gz")
    ledger.add_document(document("yunling"), report())
    assert ledger.lacking == {}


def test_portal_that_was_never_heard_of_lacks() -> None:
    assert ledger_of().lacking == {"yunling": "nothing came", "qinghe": "nothing came"}


def test_each_lack_has_its_own_reason() -> None:
    names = dict.fromkeys(["refuse", "fail", "reject", "empty", "other"], "某局")
    ledger = ledger_of(names)
    ledger.add_capture("refuse", LIST, 412, "a")
    ledger.add_refusal("refuse", "412 script challenge (瑞数)")
    ledger.add_note(Note("fail", "failed", "http://b.gov.cn/: DNS lookup failed"))
    ledger.add_capture("reject", LIST, 200, "a")
    ledger.add_document(document("reject", "rejected", None, "soft-404"), None)
    ledger.add_capture("empty", LIST, 200, "a")
    ledger.add_capture("other", LIST, 200, "a", "report")
    ledger.add_document(document("other", "other"), None)
    assert ledger.lacking == {
        "other": "pages fetched as reports: 1, none of them is one",
        "refuse": "only refusals: 1 412 script challenge (瑞数)",
        "fail": "http://b.gov.cn/: DNS lookup failed",
        "reject": "no annual report found on its list; rejected: 1 soft-404",
        "empty": "no annual report found on its list",
    }


def test_fewer_reports_than_the_row_expects_are_told() -> None:
    ledger = Ledger(NAMES, expected={"yunling": Expectation(2020, 3), "qinghe": Expectation(2020, 3)})
    for year in (2018, 2021, 2022):
        ledger.add_document(document("yunling", year=year), report())
    assert ledger.short == {"yunling": "2 of at least 3 reports since 2020"}


def test_robots_txt_alone_is_nothing() -> None:
    ledger = ledger_of({"a.gov.cn": "a.gov.cn"}, wants_reports=False)
    ledger.add_capture("a.gov.cn", "http://a.gov.cn/robots.txt", 200, "a")
    assert ledger.lacking == {"a.gov.cn": "nothing came"}


def test_list_of_urls_is_content_with_any_page() -> None:
    ledger = ledger_of({"a.gov.cn": "a.gov.cn"}, wants_reports=False)
    ledger.add_capture("a.gov.cn", "http://a.gov.cn/", 200, "a")
    assert ledger.lacking == {}


def test_table_has_a_row_a_portal_and_year_with_what_is_wrong() -> None:
    ledger = ledger_of()
    for year, broken in ((2021, ()), (2022, ("I4", "I6"))):
        ledger.add_capture("yunling", LIST, 200, "a")
        ledger.add_document(document("yunling", year=year), report(*broken))
    ledger.add_capture("yunling", LIST, 200, "a")
    ledger.add_document(document("yunling", "rejected", 2022, "image-only"), None)
    lines = drawn(ledger)
    assert any("云岭省民政厅" in line and "2021" in line for line in lines)
    (row,) = (line for line in lines if "2022" in line and "2021" not in line)
    assert [cell.strip() for cell in row.split("│")[2:-1]] == ["2022", "2", "1", "", "1 image-only", "I4 I6"]


def test_columns_keep_their_places_beside_chinese() -> None:
    ledger = ledger_of()
    for portal in NAMES:
        ledger.add_capture(portal, LIST, 200, "a")
        ledger.add_document(document(portal), report())
    rows = [line for line in drawn(ledger) if "民政" in line]
    assert len({len(line[: line.index("│", 1)].encode("gbk")) for line in rows}) == 1


def test_many_portals_do_not_flood_the_screen() -> None:
    names = {f"p{number}": f"第{number}局" for number in range(434)}
    ledger = ledger_of(names)
    for portal in names:
        for year in (2021, 2022):
            ledger.add_capture(portal, LIST, 200, "a")
            ledger.add_document(document(portal, year=year), report(*(["I4"] if portal == "p400" else [])))
    lines = drawn(ledger)
    assert len(lines) < MOST_PORTALS + 20
    assert any("第400局" in line and "I4×2" in line and "2021–2022" in line for line in lines)
    assert any("433 portals without trouble" in line for line in lines)


def test_counts_read_as_words_largest_first() -> None:
    ledger = ledger_of()
    for reason in ("login", "soft-404", "soft-404"):
        ledger.add_document(document("yunling", "rejected", 2020, reason), None)
    assert in_words(ledger.account("yunling").rejected) == "2 soft-404, 1 login"


def test_page_and_its_copy_are_one_report_and_years_outside_the_span_none() -> None:
    ledger = Ledger(NAMES, expected={"yunling": Expectation(2020, 3, until=2022), "qinghe": Expectation(2020, 1)})
    for year in (2019, 2021, 2021, 2022, 2023):
        ledger.add_document(document("yunling", year=year), report())
    assert ledger.short == {"yunling": "2 of at least 3 reports for 2020–2022"}


def test_reports_that_are_as_they_were_are_there() -> None:
    ledger = Ledger(NAMES, expected={"yunling": Expectation(2020, 3)})
    for portal in NAMES:
        ledger.add_capture(portal, LIST, 200, "a")
    ledger.add_visit(Visit("yunling", frozenset({("云岭省民政厅", year) for year in (2021, 2022)})))
    assert ledger.lacking == {"qinghe": "no annual report found on its list"}
    assert ledger.short == {"yunling": "2 of at least 3 reports since 2020"}
    ledger.add_document(document("yunling", year=2023), report())
    assert ledger.short == {}


def test_less_than_last_time_fails() -> None:
    ledger = ledger_of()
    for portal in NAMES:
        ledger.add_document(document(portal), report())
    ledger.add_visit(Visit("qinghe", less="gone: 2021"))
    assert ledger.failing == {"qinghe": "gone: 2021"}
