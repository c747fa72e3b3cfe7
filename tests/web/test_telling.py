"""Every sentence that the code can say of a report is told in both languages."""

import ast
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pipelines.parse import findings as parsed
from pipelines.parse.cells import read_text
from pipelines.parse.identities import check_identities
from pipelines.parse.template import load_template
from pipelines.report import Cell, Finding, Unmapped
from pipelines.store import findings as settled
from pipelines.store.addresses import find_addresses
from pipelines.store.captures import Event, Seen
from pipelines.store.copies import Copy, Source
from pipelines.store.listing import KINDS, SEVERITIES, make_rank, read_severity
from pipelines.store.rolling import Year, check_years
from pipelines.store.versions import Evidence, find_versions
from tests.commands import PROJECT
from web.telling.sentences import REFUSED, list_fields, load_patterns, read_sentence
from web.telling.telling import name_identity, tell
from web.words import load_words

PARSE = sorted((PROJECT / "pipelines" / "parse").glob("*.py"))
URL = "http://a.example/1.html"


def cell(name: str, raw: str, unit: str | None = "item") -> Cell:
    reading = read_text(raw, unit)
    return Cell(name, raw, reading.value, reading.state, reading.unit, "/p")


def cells(*some: Cell) -> dict[str, Cell]:
    return {each.id: each for each in some}


def requests(raw: str, *others: Cell) -> dict[str, Cell]:
    template = load_template("requests")
    names = (template.cell_id(row, column) for row in template.variants[0] for column in template.columns)
    return cells(*(cell(name, raw) for name in names), *others)


def of_captures() -> Iterator[Finding]:
    yield from parsed.find_form_mismatch("2019", "2021")
    yield from parsed.find_section_gaps((), "2021")
    yield from parsed.find_table_gaps({}, "2021")
    yield from parsed.find_missing_rows(cells(cell("requests.new.total", "1")))
    yield from parsed.find_cell_oddities(
        cells(cell("requests.new.total", "9999999"), cell("requests.new.natural", "甲1件;乙2件"))
    )
    yield from parsed.find_cell_oddities(
        cells(cell("requests.new.total", "1 2"), cell("disclosure.fees.amount", "7", None))
    )
    yield from parsed.find_blank_totals(cells(cell("requests.new.total", ""), cell("requests.new.natural", "3")))
    yield from parsed.find_empty_report(requests("0"))
    yield from parsed.find_empty_report(requests(""))
    broken = requests("0", cell("requests.new.total", "3"))
    yield from parsed.find_broken_identities(tuple(check_identities(broken, "2021")))
    yield from parsed.find_unmapped([Unmapped("/p", "values without a label")])


def seen(number: int, url: str = URL, published: str | None = "2023-02-03") -> Seen:
    moment = f"2023-0{number}-01T00:00:00Z"
    return Seen(f"urn:{number}", url, moment, None, None, None, "text/html", None, "甲市财政局", None, None, "2021",
                published, f"body{number}", number, 2022)  # fmt: skip


def revise(*numbers: dict[str, float | None]) -> Iterator[settled.Found]:
    captures = [seen(number) for number, _ in enumerate(numbers, 2)]
    facts = dict(zip((each.record_id for each in captures), numbers, strict=True))
    prose = {each.text_id or 0: f"文字 {each.text_id}" for each in captures}
    evidence = Evidence(facts, prose, lambda one, other: 0.0)
    yield from settled.find_revisions(find_versions(captures, evidence), evidence)


def answer(*events: tuple[int, str, str | None]) -> Iterator[settled.Found]:
    found = [
        Event(URL, f"2023-0{number}-01T00:00:00Z", f"urn:{number}", kind, reason) for number, kind, reason in events
    ]
    captures = [seen(int(event.record_id[4:])) for event in found if event.kind == "report"]
    for gone in (None, "2023-05-01T00:00:00Z"):
        yield from settled.find_absences(find_addresses(captures, {URL: found}), gone)


def of_reports() -> Iterator[settled.Found]:
    yield from revise({"requests.new.total": 1.0}, {"requests.new.total": 2.0})
    yield from revise(
        {f"requests.new.{each}": 1.0 for each in load_template("requests").columns}, {"review.total": 1.5}
    )
    yield from revise({}, {})
    for reason in ("404", "410", "redirect", "soft-404"):
        yield from answer((2, "report", None), (3, "gone", reason))
    yield from answer((2, "report", None), (3, "gone", "404"), (4, "report", None), (5, "other", None))
    one, other = seen(2), seen(3, "http://b.example/1.html")
    facts = {one.record_id: {"review.total": 1.0}, other.record_id: {"review.total": 2.0}}
    version = find_versions([one], Evidence(facts, {}, lambda *_: 0.0))[0]
    version.bodies.append(other)
    yield from settled.find_disagreements([version], Evidence(facts, {}, lambda *_: 0.0))
    for day in ("2023-02-01", "2023-03-03"):
        versions = find_versions([seen(6, published=day)], Evidence({}, {}, lambda *_: 0.0))
        yield from settled.find_lateness("甲市财政局", 2022, versions)
    before = Year("urn:1", {"requests.carried_out.total": 3, "disclosure.rules.in_force": 4})
    year = {"requests.carried_in.total": 5, "disclosure.rules.in_force": 9, "disclosure.rules.issued": 1}
    yield from settled.find_breaks(list(check_years(Year("urn:2", {**year, "disclosure.rules.repealed": 0}), before)))
    for is_own, others in product((True, False), (0, 1, 3)):
        source = Source("urn:1", "乙市财政局", None, 2021, "2022-01-01", 1, 1.0)
        yield from settled.find_copied(Copy(source, 0.87, ("句子",), others), "urn:2", is_own)


def everything() -> list[Any]:
    return [*of_captures(), *of_reports()]


def test_every_kind_of_finding_is_made_here_listed_and_named() -> None:
    made = {each.id for each in everything()}
    assert made == set(KINDS) == set(load_patterns())
    for words in load_words().values():
        assert all(words.get(f"finding.{kind}", "") for kind in KINDS)
        assert all(words.get(f"severity.{severity}", "") for severity in SEVERITIES)


@pytest.mark.parametrize("room", ["parse", "store"])
def test_no_other_kind_stands_in_the_code(room: str) -> None:
    path = PROJECT / "pipelines" / room / "findings.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    first = [node.args[0] for node in calls if node.func.id in ("Finding", "Found")]  # type: ignore[attr-defined]
    assert len(first) > 5
    assert {each.value for each in first if isinstance(each, ast.Constant)} <= set(KINDS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_is_told_from_its_fields(language: str) -> None:
    words = load_words()[language]
    for each in everything():
        said = tell(words, each.id, each.text, "2021")
        assert said, each.text
        assert "{" not in said
        if language == "zh":
            assert each.text not in said
            assert not {"answers", "with", "number", "changed", "requests."} & set(said.replace("：", " ").split())


def test_numbers_and_names_of_a_sentence_come_through() -> None:
    words = load_words()["zh"]
    text = "2 numbers changed between 2023-01-01T00:00:00Z and 2023-07-01T00:00:00Z: requests.new.total 12 → 1500, "
    assert tell(words, "revised-numbers", text + "review.total no number → 3", "2021") == (
        "2023-01-01 至 2023-07-01 之间改了 2 个数字："
        "一、本年新收政府信息公开申请数量 · 总计 12 → 1,500、行政复议 · 总计 无数字 → 3。"
    )
    assert tell(words, "late", "published 2023-02-01, 1 day after 2023-01-31", None) == (
        "2023-02-01 公布，比期限 2023-01-31 晚 1 天。"
    )
    same_day = "the text changed between 2023-01-01T08:00:00Z and 2023-01-01T09:30:00Z; the numbers did not"
    assert tell(words, "revised-text", same_day, None) == (
        "2023-01-01 08:00 UTC 至 2023-01-01 09:30 UTC 之间改了文字，数字未变。"
    )
    assert "（一）予以公开" in (tell(words, "missing-row", "no row granted, partial in the requests table", None) or "")
    assert name_identity(words, "I9.stated.requests.received", None).startswith("I9 · 收到申请")


def test_sentence_of_another_version_is_shown_as_it_is() -> None:
    assert tell(load_words()["zh"], "late", "too late", "2021") is None
    assert tell(load_words()["zh"], "of-tomorrow", "x", "2021") is None
    assert make_rank("warning", "of-tomorrow") > make_rank("warning", KINDS[-1])
    assert read_severity(make_rank("info", "of-tomorrow")) == "info"


def test_words_of_a_sentence_use_its_own_fields_alone() -> None:
    for kind, patterns in load_patterns().items():
        for name, pattern in patterns:
            for words in load_words().values():
                text = words(f"says.{name}")
                used = {part.partition("}")[0].partition(":")[0] for part in text.split("{")[1:]}
                assert used <= list_fields(pattern), (kind, name)


@pytest.mark.parametrize(
    ("count", "told"), [("1", "1 square"), (1, "1 square"), ("1,234", "1,234 squares"), (0, "0 squares")]
)
def test_one_is_told_in_the_singular(count: object, told: str) -> None:
    assert load_words()["en"]("coverage.squares", count=count) == told


def test_no_english_text_has_a_chinese_mark_or_leaves_a_plural_open() -> None:
    english = load_words()["en"]
    texts = {key: english(key) for key in english.keys}
    assert not [key for key, text in texts.items() if set("，。、：；（）！？") & set(text) or "(s)" in text]


def samples(node: ast.expr) -> Iterable[str]:
    """What an f-string may become: numbers, names or quoted text in its blanks."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.JoinedStr)
    parts = [[part.value] if isinstance(part, ast.Constant) else ["7", "granted", "'字'"] for part in node.values]
    return ["".join(map(str, chosen)) for chosen in product(*parts)]


def find_refusals(path: Path) -> Iterator[ast.expr]:
    """The texts with which tables and rows are refused."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if name == "UnprovedGridError" and node.args:
                yield node.args[0]
            elif name == "refuse" and owner in ("harvest", "joined"):
                yield node.args[1]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "tried":
            yield node.value


def test_every_refusal_of_a_table_is_told() -> None:
    found = [(path.name, text) for path in PARSE for text in find_refusals(path)]
    texts = [(name, text) for name, text in found if isinstance(text, ast.Constant | ast.JoinedStr)]
    assert len(texts) > 20
    for name, text in texts:
        assert any(read_sentence(REFUSED, each) for each in samples(text)), (name, ast.unparse(text))
