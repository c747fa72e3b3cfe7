import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import Connection

from pipelines.store.database import Database
from tests.store.making import Made, fill, write_prose
from tests.web.conftest import Served
from web.queries import search
from web.queries.search import Found, find_reports

HAIDIAN = "海淀区应急管理局"
CHAOYANG = "朝阳区司法局"
TEXTS = (
    ("a", HAIDIAN, 2022, "我局收到申请十件。"),
    ("b", HAIDIAN, 2023, "因不服而复议的两件。"),
    ("c", CHAOYANG, 2023, "已移送海淀区办理，Ｗeb 平台。"),
    ("d", CHAOYANG, 2021, "抄送海淀法院；淀区海不是词。"),
)
CAPTURES = [
    Made(name, agency=agency, year=year, url=f"http://h.gov.cn/{name}", prose=text + write_prose(name))
    for name, agency, year, text in TEXTS
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "kaijuan.db"
    fill(path, CAPTURES)
    return path


@pytest.fixture
def connection(store: Path) -> Iterator[Connection]:
    database = Database(f"sqlite:///{store}", None)
    with database.reading() as connection:
        yield connection
    database.close()


def ids(found: Found) -> list[str]:
    return [hit.report["record_id"][10:-1] for hit in found.hits]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("海淀", "bacd"),  # by name, then by text; the newest first in each
        ("海淀区", "bac"),
        ("海", "ba"),  # one character alone is looked for in names
        ("海 移送", "c"),
        ("海淀 复议", "b"),  # one word in the name, the other in the text
        ("移送海淀区办理", "c"),
        ("区海淀", ""),  # its pairs stand in a text, but not in this order
        ("web", "c"),
        ("ＷＥＢ", "c"),
        ("应急 2022", "a"),
        ("“复议”", "b"),
        ("没有这个词", ""),
        ("", ""),
        ("%_", ""),
        ("\"'*() - ^ :", ""),
        ("AND OR NOT NEAR", ""),
        ("复议*", "b"),
        ("\x00\ud800", ""),
    ],
)
def test_words_are_found_in_name_title_and_text(connection: Connection, question: str, found: str) -> None:
    assert "".join(ids(find_reports(connection, question))) == found


def test_pages_join_without_a_gap_or_a_double(connection: Connection) -> None:
    found = find_reports(connection, "海淀", page=1)
    pages = [ids(found)]
    while found.after:
        found = find_reports(connection, "海淀", found.after, page=1)
        pages.append(ids(found))
    assert [each for page in pages for each in page] == ["b", "a", "c", "d"]


def test_texts_past_counting_are_many_however_many_names_there_are(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_reports(connection, "海淀")
    assert (found.by_name, found.by_text, found.in_text) == (2, 4, 2)
    monkeypatch.setattr(search, "MOST_COUNTED", 1)
    found = find_reports(connection, "海淀")
    assert found.by_name == found.by_text == 2
    assert found.in_text > 1


def test_the_first_line_says_what_is_found_by_text_alone(served: Served) -> None:
    question = "信息公开"
    counts = json.loads(served.get(f"/api/v1/search?q={quote(question)}"))
    told = re.search(
        r"([\d,]+) reports by agency or title, ([\d,]+) more", served.get(f"/en/search?q={quote(question)}")
    )
    assert told
    assert int(told[1].replace(",", "")) == counts["by_name"]
    assert int(told[2].replace(",", "")) == max(0, counts["by_text"] - counts["by_name"])


def test_passages_mark_the_words_and_nothing_else(connection: Connection) -> None:
    (hit,) = find_reports(connection, "海淀 web 平台").hits
    marked = [part.text for passage in hit.passages for part in passage if part.is_marked]
    assert set(marked) == {"海淀", "Ｗeb", "平台"}
    assert "已移送海淀区办理" in "".join(part.text for part in hit.passages[0])


def test_what_a_report_said_before_finds_it_no_more(tmp_path: Path) -> None:
    path = tmp_path / "kaijuan.db"
    for prose in ("旧词组在此。", "新词组在此。", "旧词组在此。"):
        fill(path, [Made("a", prose=prose + write_prose("x"))])
        database = Database(f"sqlite:///{path}", None)
        with database.reading() as connection:
            old, new = (len(find_reports(connection, word).hits) for word in ("旧词组", "新词组"))
        database.close()
        assert (old, new) == ((1, 0) if prose.startswith("旧") else (0, 1))


def test_a_store_whose_index_is_empty_is_indexed_when_it_is_settled_again(tmp_path: Path) -> None:
    path = tmp_path / "kaijuan.db"
    fill(path, CAPTURES)
    database = Database(f"sqlite:///{path}", None)
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO grams_of_texts (grams_of_texts) VALUES ('delete-all')")
        connection.exec_driver_sql("DELETE FROM searchable")
    database.close()
    fill(path, ())
    database = Database(f"sqlite:///{path}", None)
    with database.reading() as connection:
        assert ids(find_reports(connection, "海淀")) == ["b", "a", "c", "d"]
    database.close()


@pytest.mark.parametrize("question", ["", "政府信息", '"(*', "%", "x" * 400, "海淀 " * 90])
def test_whatever_is_asked_there_is_a_page(served: Served, question: str) -> None:
    for after in ("", "n99999", "t1", "t" + "9" * 19, "x"):
        page = served.get(f"/zh/search?q={quote(question)}&after={after}")
        assert "<h1>检索报告</h1>" in page


def test_a_page_marks_what_was_asked_for_and_leads_to_the_report(served: Served) -> None:
    agency = served.lines[0]["agency"]
    page = served.get(f"/en/search?q={quote(agency)}")
    assert f"<mark>{agency}</mark>" in page
    assert f'href="/en/reports/{quote(agency)}/' in page
