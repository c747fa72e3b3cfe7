"""Copied text and late reports: the share, the sentences, the day."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.store.deadlines import find_deadline, find_delay
from pipelines.store.minhash import estimate as estimate_likeness
from pipelines.store.minhash import measure, shingle, sign
from pipelines.store.prose import find_sentences, find_shared, is_prescribed, mask
from tests.store.making import FACTS, Made, fill, read_rows, write_prose


def mix(one: str, other: str, sentences: int) -> str:
    return "。".join([*one.split("。")[:sentences], *other.split("。")[sentences:]])


def findings(folder: Path, *captures: Made) -> list[dict[str, Any]]:
    fill(folder / "told.db", captures)
    return read_rows(
        folder / "told.db", "select * from report_findings where id like 'copied%' order by agency, year, id"
    )


def test_text_of_last_year_is_found_with_its_share_and_sentences(tmp_path: Path) -> None:
    last, fresh = write_prose("last"), write_prose("fresh")
    made = mix(last, fresh, 11)
    old = Made("1", "http://a.gov.cn/2022", year=2022, prose=last)
    (found,) = findings(tmp_path, old, Made("2", prose=made))
    assert (found["id"], found["year"], found["severity"]) == ("copied-from-own-year", 2023, "info")
    assert found["share"] == pytest.approx(11 / 14, abs=0.001)
    assert json.loads(found["sentences"]) == [f"{sentence}。" for sentence in last.split("。")[:11]]
    assert json.loads(found["captures"]) == ["<urn:uuid:2>", "<urn:uuid:1>"]


def test_numbers_do_not_make_a_copied_sentence_new(tmp_path: Path) -> None:
    text = "".join(f"全年{word}共计{{}}件，全部在法定期限内办结并答复申请人。" for word in "甲乙丙丁戊己庚辛壬癸")
    old = Made("1", "http://a.gov.cn/2022", year=2022, prose=text.format(*range(10)))
    (found,) = findings(tmp_path, old, Made("2", prose=text.format(*range(1200, 1210))))
    assert found["share"] == 1.0


def test_text_of_another_agency_is_told_of_the_later_one_only(tmp_path: Path) -> None:
    theirs = Made(
        "1", "http://b.gov.cn/", agency="石桥市生态环境局", published="2024-01-05", facts={"review.total": 8.0}
    )
    rows = findings(tmp_path, theirs, Made("2", published="2024-01-18"))
    assert [(row["agency"], row["id"]) for row in rows] == [("云岭省应急管理厅", "copied-from-other-agency")]
    assert "石桥市生态环境局 2023" in rows[0]["text"]
    assert rows[0]["severity"] == "warning"


def test_reports_that_share_form_and_prescribed_sentences_are_no_copies(tmp_path: Path) -> None:
    prescribed = (
        "本报告根据《中华人民共和国政府信息公开条例》和国务院办公厅有关要求编制。"
        "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。如对本报告有疑问，请与办公室联系，电话12345678。"
        "按照信息处理费管理办法，本年度未收取信息处理费。没有其他需要报告的事项。"
    )
    one = Made("1", "http://b.gov.cn/", agency="石桥市生态环境局", prose=prescribed + write_prose("b", 4))
    assert findings(tmp_path, one, Made("2", prose=prescribed + write_prose("a", 4))) == []


def test_table_and_label_lines_are_no_prose() -> None:
    lines = [
        "一、总体情况",
        "| 1.属于国家秘密 | 0 | 0 |",
        "结转下年度继续办理",
        "云岭省应急管理厅",
        "全年公开信息三百条，同比增长。",
    ]
    blocks = [{"kind": "paragraph", "text": line, "path": ""} for line in lines]
    blocks.append({"kind": "heading", "text": "我局的工作。", "path": ""})
    assert find_sentences(blocks) == ("全年公开信息三百条,同比增长。",)


@pytest.mark.parametrize(
    "sentence",
    [
        "根据《中华人民共和国政府信息公开条例》的规定,特编制本报告。",
        "本年度报告中所列数据的统计期限从2022年1月1日至12月31日。",
        "本报告的电子版可在我局门户网站查阅和下载。",
        "本单位2023年度未收取信息处理费。",
        "无其他需要报告的事项。",
    ],
)
def test_sentences_that_every_report_has_are_prescribed(sentence: str) -> None:
    assert is_prescribed(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "我局全年收到政府信息公开申请18件,均已办结。",
        "一年来,我局根据群众需求调整了公开目录。",
        "报告期内新开政务微博一个。",
    ],
)
def test_sentences_of_ones_own_are_not_prescribed(sentence: str) -> None:
    assert not is_prescribed(sentence)


def test_short_sentences_count_for_nothing_in_a_share() -> None:
    shared, share = find_shared(["下一步,我局将:", "完全不同的一句话放在这里作为比较。"], ["下一步,我局将:", "别的。"])
    assert (shared, share) == ([], 0.0)


@pytest.mark.parametrize("kept", [0, 7, 10, 14])
def test_signature_estimates_the_jaccard_of_its_texts(kept: int) -> None:
    one = write_prose("one", 30)
    other = mix(one, write_prose("other", 30), 2 * kept)
    first, second = sign(shingle(one)), sign(shingle(other))
    assert first is not None
    assert second is not None
    assert estimate_likeness(first, second) == pytest.approx(measure(one, other), abs=0.2)
    assert (measure(one, other) > 0.999) == (kept == 14 and one == other)


def test_shingles_are_the_runs_of_eight_characters() -> None:
    one, other = write_prose("one", 30), mix(write_prose("one", 30), write_prose("other", 30), 20)
    runs = [{text[at : at + 8] for at in range(len(text) - 7)} for text in (mask(one), mask(other))]
    assert measure(one, other) == len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    assert [len(shingle("甲乙丙丁戊己庚辛壬癸子丑寅"[:length])) for length in range(14)] == [0] * 8 + [1, 2, 3, 4, 5, 6]


def test_too_little_prose_is_not_signed() -> None:
    assert sign(shingle("本年度没有收到申请。")) is None
    assert sign(shingle("")) is None


@pytest.mark.parametrize(
    ("agency", "year", "deadline"),
    [
        ("云岭省应急管理厅", 2023, "2024-01-31"),
        ("石桥市人民政府办公室", 2023, "2024-01-31"),
        ("石桥市人民政府", 2023, "2024-03-31"),
        ("湖南镇人民政府", 2022, "2023-03-31"),
        ("清河高新技术产业开发区管理委员会", 2022, "2023-03-31"),
        ("省人民政府国有资产监督管理委员会", 2022, "2023-01-31"),
        ("云岭省应急管理厅", 2018, "2019-03-31"),  # the decree of 2007 still held
    ],
)
def test_deadline_is_that_of_departments_or_of_places(agency: str, year: int, deadline: str) -> None:
    assert find_deadline(agency, year).isoformat() == deadline


@pytest.mark.parametrize(
    ("published", "seen", "days"),
    [
        ("2024-01-31", "2024-05-01T00:00:00Z", None),
        ("2024-02-01", "2024-05-01T00:00:00Z", 1),
        ("2024-06-30", "2024-01-31T15:59:59.123456789Z", None),  # 23:59 in China: it was there in time
        ("2024-02-10", "2024-01-31T16:00:01Z", 10),
        (None, "2024-05-01T00:00:00Z", None),
        ("2024-13-45", "2024-05-01", None),
    ],
)
def test_report_is_late_unless_it_was_seen_in_time(published: str | None, seen: str, days: int | None) -> None:
    assert find_delay("云岭省应急管理厅", 2023, published, [seen]) == days


def test_late_report_is_a_finding_by_its_earliest_date(tmp_path: Path) -> None:
    late = Made("1", day="2024-05-01", published="2024-03-05")
    fill(
        tmp_path / "late.db",
        [late, Made("2", "http://b.gov.cn/", "2024-05-02", published="2024-02-03", facts=dict(FACTS))],
    )
    (found,) = read_rows(tmp_path / "late.db", "select * from report_findings where id = 'late'")
    assert found["text"] == "published 2024-02-03, 3 days after 2024-01-31"
    assert json.loads(found["captures"]) == ["<urn:uuid:2>"]
