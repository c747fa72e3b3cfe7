"""Tables cut by a page, put together again."""

from pipelines.clean.joins import join_grids
from pipelines.document import Grid, Slot


def _grid(name: str, *rows: tuple[str, ...]) -> Grid:
    def cell(row: int, column: int, text: str) -> Slot:
        return Slot(text, f"{name}/tr[{row}]/td[{column}]")

    return tuple(
        tuple(cell(number, 1, row[0]) for _ in range(3))
        if len(row) == 1
        else tuple(cell(number, column, text) for column, text in enumerate(row))
        for number, row in enumerate(rows)
    )


_NAME = ("主动公开政府信息情况表",)
_RULES = (("第二十条第（一）项",), ("信息内容", "本年制发件数", "现行有效件数"), ("规章", "0", "1"))
_LICENCE = (("第二十条第（五）项",), ("信息内容", "处理数量", "上年数量"), ("行政许可", "2", "3"))
_PENALTY = (("第二十条第（六）项",), ("信息内容", "处理数量", "上年数量"), ("行政处罚", "4", "5"))


def test_table_with_its_name_in_a_row_goes_on() -> None:
    joined = join_grids(_grid("a", _NAME, *_RULES), _grid("b", *_LICENCE, *_PENALTY))
    assert joined is not None
    assert len(joined) == 10


def test_table_an_article_is_a_table_of_its_own_named_or_not() -> None:
    assert join_grids(_grid("a", *_RULES), _grid("b", *_LICENCE)) is None
    assert join_grids(_grid("a", _NAME, *_RULES), _grid("b", *_LICENCE)) is None
