"""Official tables as they are altered in life: a row too many, a note at the foot, a damaged header, a picture.

What a cell of the form says stays what it is; the grid is that of the altered table.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from demo.rendering.layout import Box, Item, Table

PICTURE = "\ufffc"  # stands for an image in a cell
_EXTRA_ROWS = ("行政检查", "行政确认", "行政奖励", "其他主动公开文件")
_NOTES = ("注：表中数据由各科室汇总，截至{year}年底。", "填报说明：未发生的事项填零。", "备注：本表不含派出机构数据。")
_HEADINGS = {4: "主动公开政府信息情况表", 5: "主动公开政府信息情况表", 10: "依申请公开情况表", 15: "复议诉讼情况表"}
_DAMAGE = {"其他结果": "其他", "尚未审结": "尚未", "结果维持": "维持", "结果纠正": "纠正"}


def alter_tables(items: Iterable[Item], draw: Random) -> Iterator[Item]:
    """The items with some of their tables altered."""
    for item in items:
        if isinstance(item, Table) and draw.random() < 0.25:
            yield draw.choice(_ALTERATIONS[item.columns])(item, draw)
        else:
            yield item


def _add_row(table: Table, draw: Random) -> Table:
    """A row that the form does not have, under the item that it is like."""
    at = next((at for at, row in enumerate(table.rows) if row[0].text.startswith("行政强制")), None)
    if at is None:
        return table
    extra = (Box(draw.choice(_EXTRA_ROWS)), *(_another(box, draw) for box in table.rows[at][1:]))
    return replace(table, rows=(*table.rows[: at + 1], extra, *table.rows[at + 1 :]))


def _another(box: Box, draw: Random) -> Box:
    return replace(box, text=str(draw.randint(0, 40)))


def _add_note(table: Table, draw: Random) -> Table:
    """A last row over the whole width that says how the table was filled in."""
    note = Box(draw.choice(_NOTES).format(year=draw.randint(2019, 2024)), table.columns)
    return replace(table, rows=(*table.rows, (note,)))


def _add_heading(table: Table, draw: Random) -> Table:
    """The section's name as a first row of the table."""
    head = Box(_HEADINGS[table.columns], table.columns)
    return replace(table, rows=((head,), *table.rows))


def _damage_header(table: Table, draw: Random) -> Table:
    """The second line of a header's labels is lost."""
    chosen = draw.sample(sorted(_DAMAGE), k=draw.randint(1, 3))

    def hurt(row: Sequence[Box]) -> tuple[Box, ...]:
        return tuple(replace(b, text=_DAMAGE[b.text]) if b.text in chosen else b for b in row)

    return replace(table, rows=tuple(map(hurt, table.rows)))


_ALTERATIONS = {
    4: (_add_row, _add_heading),
    5: (_add_row, _add_heading),
    9: (_add_note,),
    10: (_add_note, _add_heading),
    15: (_damage_header, _add_heading),
}
