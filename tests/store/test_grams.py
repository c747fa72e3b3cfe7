from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from benchmarks import cluster
from pipelines.feeds import Line
from pipelines.store.database import Database, read_address
from pipelines.store.grams import list_texts, make_grams, read_words
from pipelines.store.tables import metadata
from tests.store.making import Made, fill_store, write_prose
from web.queries.search import find_reports


def test_a_run_gives_its_pairs_and_words_stay_whole() -> None:
    assert make_grams(["海淀区，Web2023 年"]) == ["海淀", "淀区", "web2023"]


def test_words_are_folded_and_freed_of_marks() -> None:
    assert read_words("  “海 淀”　ＷＥＢ  《条例》 -- 办发〔2014〕32号 海") == [
        "海",
        "淀",
        "web",
        "条例",
        "办发〔2014〕32号",
    ]


def test_labels_and_numbers_of_tables_are_not_searched() -> None:
    grid = [["自然人", "1,234", "—"], ["其他主动公开文件", "12", "自然人"]]
    blocks: list[Line] = [
        {"kind": "table", "grid": grid},
        {"kind": "paragraph", "text": "一、总体情况"},
        {"kind": "image", "alt": "图"},
    ]
    assert list(list_texts(blocks)) == ["其他主动公开文件", "一、总体情况"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if cluster.find_reason_against() is not None:
        pytest.skip(str(cluster.find_reason_against()))
    with cluster.running() as address:
        engine = create_engine(read_address(address))
        metadata.drop_all(engine)
        engine.dispose()
        yield address


def test_postgresql_finds_what_sqlite_finds(address: str, tmp_path: object) -> None:
    texts = ("移送海淀区办理", "海淀法院来函", "淀区与海淀", "没有这个词", "复议一件 Web 平台", "海里")
    captures = [
        Made(str(at), agency=f"第{at}号局", year=2015 + at, url=f"http://a.cn/{at}", prose=f"{text}。{write_prose(at)}")
        for at, text in enumerate(texts)
    ]
    found = []
    for place in (address, f"sqlite:///{tmp_path}/kaijuan.db"):
        fill_store(place, captures)
        database = Database(place, None)
        with database.reading() as connection:
            questions = (
                "海淀",
                "海淀区",
                "海",
                "海淀 法院",
                "区海淀",
                "web",
                "复议",
                "3号局",
                "\"'& | ! <-> :*",
                "2019 局",
            )
            pages = [find_reports(connection, each) for each in questions]
        database.close()
        found.append([[hit.report["record_id"] for hit in page.hits] for page in pages])
    assert found[0] == found[1]
    assert [len(page) for page in found[0]] == [3, 1, 0, 1, 0, 1, 1, 1, 0, 1]
