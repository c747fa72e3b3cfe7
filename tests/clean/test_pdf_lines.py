"""Lines of a PDF: titles on two lines, running heads and feet, borders that each cell draws for itself."""

from pipelines.clean.files.leaves import PageItems, read_parts
from pipelines.clean.files.lines import Line, join_paragraphs
from pipelines.clean.files.ruled import _covered


def line(text: str, top: float, size: float = 12, page: int = 1, left: float = 80, width: float = 430) -> Line:
    return Line(text, page, (left, top, left + width, top + size), size)


def test_a_title_on_two_lines_is_one() -> None:
    title = [
        line("青禾市人力资源和社会保障局关于2023年度政府", 80, 18, left=78, width=440),
        line("信息公开工作情况的报告", 104, 18, left=200, width=198),
    ]
    body = [line("根据条例规定，现公布本局年度报告，内容包括总体情况等六个部分，数据统计期限为全年。" * 2, 140)]
    texts = [part.text for part in join_paragraphs([*title, *body])]
    assert texts[0] == "青禾市人力资源和社会保障局关于2023年度政府信息公开工作情况的报告"
    assert len(texts) == 2


def test_a_title_and_a_smaller_line_below_stay_two() -> None:
    lines = [
        line("青禾市民政局年度报告", 80, 18, left=200, width=180),
        line("2023年1月9日", 104, 12, left=250, width=80),
    ]
    assert len(list(join_paragraphs([*lines, line("本局认真做好工作。" * 8, 140)]))) == 2 + 1


def test_running_heads_and_feet_are_left_out_whatever_they_say() -> None:
    pages = []
    for page in range(1, 5):
        body = [
            line(f"第{page}批工作已经完成，" + "认真做好信息公开工作" * 3 + "甲乙丙丁"[page - 1], top, page=page)
            for top in (100, 120, 140, 160)
        ]
        head = line("11/22/26, 1:55 AM", 16, 8, page, 24, 70)
        foot = line(f"http://www.example.gov.cn/nb/{page}.html {page}/4", 819, 8, page, 24, 540)
        pages.append(PageItems(page, (head, *body, foot)))
    text = "".join(part.text for part in read_parts(pages))
    assert "AM" not in text
    assert "http" not in text
    assert text.count("批工作已经完成") == 16


def test_equal_lines_at_other_heights_are_text() -> None:
    pages = [
        PageItems(
            page,
            (line("无其他事项。", 300 + 90 * page, page=page), line(f"结尾{'甲乙丙'[page - 1]}。", 700, page=page)),
        )
        for page in range(1, 4)
    ]
    assert "".join(part.text for part in read_parts(pages)).count("无其他事项。") == 3


def test_borders_drawn_twice_count_once() -> None:
    assert _covered([(0, 50), (0, 50), (40, 60), (80, 100)]) == 80
