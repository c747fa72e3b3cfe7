"""Tables come out as a browser lays them out, within bounds."""

import pytest

from pipelines.clean.blocks import read_page
from pipelines.clean.bounds import PageTooLargeError
from pipelines.clean.htmltree import parse_html
from pipelines.document import Block, Grid


def _grid(rows: str) -> Grid:
    page = read_page(f"<body><table>{rows}</table></body>")
    assert page is not None
    return next(part.grid for part in page.parts if part.kind == "table")


def _texts(rows: str) -> list[list[str]]:
    return [[slot.text for slot in row] for row in _grid(rows)]


def test_spans_are_expanded() -> None:
    rows = "<tr><td rowspan=2>a<td colspan=2>b<tr><td>1<td>2<tr><td>c<td>3<td>4"
    assert _texts(rows) == [["a", "b", "b"], ["a", "1", "2"], ["c", "3", "4"]]


def test_a_span_over_the_edge_does_not_widen_the_grid() -> None:
    rows = "<tr><td colspan=90>t<tr><td>a<td>1<tr><td rowspan=70>b<td>2"
    assert _texts(rows) == [["t", "t"], ["a", "1"], ["b", "2"]]


def test_a_span_ends_with_its_row_group() -> None:
    rows = "<tbody><tr><td rowspan=0>a<td>1<tr><td>2</tbody><tbody><tr><td>b<td>3</tbody>"
    assert _texts(rows) == [["a", "1"], ["a", "2"], ["b", "3"]]


@pytest.mark.parametrize("span", ["-3", "x", "", "1.5", " 1"])
def test_a_span_that_is_no_number_is_one(span: str) -> None:
    assert _texts(f"<tr><td colspan='{span}'>a<td>1<tr><td>b<td>2") == [["a", "1"], ["b", "2"]]


def test_spacer_and_hidden_rows_are_left_out() -> None:
    rows = "<tr height=0><td width=9><td></tr><tr style='display:none'><td>x<td>y<tr><td>a<td>1<tr><td>b<td>"
    assert _texts(rows) == [["a", "1"], ["b", ""]]


def test_a_row_of_blank_cells_is_a_row() -> None:
    assert _texts("<tr><td>a<td>b<td>c<tr><td>&nbsp;<td> <td>") == [["a", "b", "c"], ["", "", ""]]


def test_a_header_cut_by_breaks_is_whole() -> None:
    assert _texts("<tr><td>本年新<br>制作数量<td><p>结果</p><p>维持</p><tr><td>1<td>2")[0] == [
        "本年新制作数量",
        "结果维持",
    ]


def test_a_cell_path_leads_to_its_cell() -> None:
    html = (
        "<body><p>x</p><table><tbody><tr><td>a</td><td>7</td></tr><tr><td>b</td><td>8</td></tr></tbody></table></body>"
    )
    page, root = read_page(html), parse_html(html)
    assert page is not None
    assert root is not None
    slots = [slot for part in page.parts for row in part.grid for slot in row]
    assert [root.xpath(slot.path)[0].text for slot in slots] == ["a", "7", "b", "8"]


def test_an_image_cell_is_known() -> None:
    grid = _grid("<tr><td>a<td><img src='n.png'><tr><td>b<td>2")
    assert [slot.image for slot in grid[0]] == [False, True]


def test_a_nested_layout_table_frames_the_data_table() -> None:
    html = "<table><tr><td>菜单</td><td><table><tr><td>a<td>1<tr><td>b<td>2</table></td></tr></table>"
    page = read_page(html)
    assert page is not None
    assert [part.kind for part in page.parts] == ["paragraph", "table"]


def test_clamped_spans_leave_a_grid() -> None:
    assert _texts("<tr><td rowspan=999999 colspan=99999>a<td>1<tr><td>2")[0][-1] == "1"


def test_a_million_cells_are_too_many() -> None:
    with pytest.raises(PageTooLargeError):
        read_page("<table>" + "<tr>" + "<td>1" * 1000 + ("<tr>" + "<td>1" * 1000) * 300 + "</table>")


def test_blocks_are_documents_blocks() -> None:
    assert Block("table", "/html/body/table", grid=_grid("<tr><td>a<td>1<tr><td>b<td>2")).grid[1][1].text == "2"
