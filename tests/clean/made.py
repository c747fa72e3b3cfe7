"""Made-up report pages with exact truth: eight frames of portal software, and ways in which pages go wrong.

Nothing here is taken from a real page. A page is composed from a seed, a frame and a set of quirks; the truth says what
its clean document must hold, and which strings of the page are no part of it.
"""

import html
import random
from dataclasses import dataclass, field

_PLACES = ("云岭省", "青禾市", "望川市", "石门县", "临溪区", "白沙镇")
_OFFICES = ("应急管理局", "水利局", "民政局", "教育局", "市场监督管理局", "交通运输局", "人民政府办公室", "农业农村局")
_OPENERS = (
    "坚持以公开为常态、不公开为例外",
    "围绕中心工作和群众关切",
    "按照上级关于政务公开的部署",
    "把信息公开作为转变作风的抓手",
    "结合机构职能调整的实际",
)
_ACTS = (
    "主动公开各类信息",
    "发布政策解读材料",
    "更新门户网站栏目内容",
    "推送新媒体稿件",
    "回复网上咨询和留言",
    "组织业务培训",
    "开展保密审查",
    "核查错敏字词",
    "办理人大建议和政协提案",
    "公示行政许可与处罚结果",
)
_UNITS = ("条", "件", "篇", "次", "场", "期")
_ENDS = (
    "信息的时效性和准确性有了提高",
    "群众的知情权得到保障",
    "公开渠道进一步拓宽",
    "工作流程更加规范",
    "监督机制逐步健全",
    "平台运行总体平稳",
)
_LACKS = (
    "公开内容的深度还不够",
    "解读形式较为单一",
    "个别科室的主动意识不强",
    "栏目维护不够及时",
    "基层人员的业务能力有待提升",
)
_STEPS = ("加强学习培训", "完善考核办法", "丰富解读形式", "明确责任分工", "优化栏目设置", "畅通申请渠道")
SECTIONS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
_APPLICANTS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
_OUTCOMES = {
    "（三）不予公开": ("1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益"),
    "（四）无法提供": ("1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确"),
    "（五）不予处理": ("1.信访举报投诉类申请", "2.重复申请"),
}


@dataclass(frozen=True)
class Cell:
    text: str
    columns: int = 1
    rows: int = 1


Table = list[list[Cell]]


@dataclass
class Report:
    """The truth of one report: what the clean document must hold."""

    agency: str
    year: int
    title: str
    published: str
    index: str
    items: list[str | Table]  # paragraphs, headings and tables in order
    chrome: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [item for item in self.items if isinstance(item, str)]

    @property
    def tables(self) -> list[Table]:
        return [item for item in self.items if not isinstance(item, str)]


def make_report(seed: int, year: int = 2022) -> Report:
    """A report of a made-up agency, its numbers and sentences from the seed."""
    rng = random.Random(seed)
    place = rng.choice(_PLACES[1:])
    agency = ("云岭省" if rng.random() < 0.3 else "") + place + rng.choice(_OFFICES)
    month, day = rng.randint(1, 3), rng.randint(1, 28)
    items: list[str | Table] = [_opening(rng, agency, year), SECTIONS[0]]
    items += [_sentence(rng, year) + _sentence(rng, year) for _ in range(rng.randint(2, 6))]
    items += [SECTIONS[1], _disclosure(rng), SECTIONS[2], _requests(rng), SECTIONS[3], _reviews(rng), SECTIONS[4]]
    items += [
        _lack(rng),
        _step(rng),
        SECTIONS[5],
        rng.choice(("无。", f"本年度收取信息处理费{rng.randint(0, 9)}元，没有其他需要报告的事项。")),
    ]
    if rng.random() < 0.6:
        items += [agency, f"{year + 1}年{month}月{day}日"]
    title = f"{agency}{year}年政府信息公开工作年度报告"
    return Report(
        agency,
        year,
        title,
        f"{year + 1}-{month:02d}-{day:02d}",
        f"{rng.randint(10**8, 10**9)}/{year + 1}-{rng.randint(1, 99999):05d}",
        items,
    )


def make_narrative(seed: int, year: int = 2019) -> Report:
    """A report in prose alone."""
    report = make_report(seed, year)
    rng = random.Random(seed + 1)
    items: list[str | Table] = [_opening(rng, report.agency, year)]
    for heading in (
        "一、概述",
        "二、主动公开政府信息情况",
        "三、依申请公开政府信息情况",
        "四、行政复议和行政诉讼情况",
        "五、存在的问题和改进措施",
    ):
        items.append(heading)
        items += [_sentence(rng, year) + _sentence(rng, year) for _ in range(rng.randint(1, 3))]
    report.items = [*items, report.agency, f"{year + 1}年1月{rng.randint(2, 28)}日"]
    return report


def _opening(rng: random.Random, agency: str, year: int) -> str:
    period = f"本报告的统计期限自{year}年1月1日起，至{year}年12月31日止，联系电话{rng.randint(10**7, 10**8 - 1)}。"
    return f"{year}年，{agency}{rng.choice(_OPENERS)}，认真做好政府信息公开各项工作。{period}"


def _sentence(rng: random.Random, year: int) -> str:
    acts = rng.sample(_ACTS, 3)
    middle = "，".join(f"{act}{rng.randint(3, 4000)}{rng.choice(_UNITS)}" for act in acts)
    return f"{rng.choice(_OPENERS)}，全年{middle}，{rng.choice(_ENDS)}。"


def _lack(rng: random.Random) -> str:
    return (
        f"{'；'.join(rng.sample(_LACKS, 3))}，这些问题在{rng.randint(2, 9)}个科室较为突出，需要在今后工作中认真解决。"
    )


def _step(rng: random.Random) -> str:
    return (
        f"下一步，将{'、'.join(rng.sample(_STEPS, 4))}，计划开展{rng.randint(2, 30)}次专项检查，推动公开工作再上台阶。"
    )


def _row(label: str, values: list[str], columns: int = 1) -> list[Cell]:
    return [Cell(label, columns), *(Cell(value) for value in values)]


def _disclosure(rng: random.Random) -> Table:
    def number(most: int) -> str:
        return str(rng.choice((0, rng.randint(0, most))))

    return [
        [Cell("第二十条第（一）项", 4)],
        _row("信息内容", ["本年制发件数", "本年废止件数", "现行有效件数"]),
        _row("规章", [number(3), number(3), number(20)]),
        _row("行政规范性文件", [number(9), number(9), number(90)]),
        [Cell("第二十条第（五）项", 4)],
        [Cell("信息内容"), Cell("本年处理决定数量", 3)],
        [Cell("行政许可"), Cell(number(90000), 3)],
        [Cell("第二十条第（六）项", 4)],
        [Cell("信息内容"), Cell("本年处理决定数量", 3)],
        [Cell("行政处罚"), Cell(number(900), 3)],
        [Cell("行政强制"), Cell(number(90), 3)],
    ]


def _requests(rng: random.Random) -> Table:
    def values() -> list[str]:
        found = [rng.choice((0, 0, rng.randint(0, 60))) for _ in range(6)]
        return [str(value) if rng.random() > 0.1 else "" for value in found] + [str(sum(found))]

    count = 2 + sum(map(len, _OUTCOMES.values())) + 1
    table: Table = [
        [Cell("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), Cell("申请人情况", 7)],
        [Cell("自然人", 1, 2), Cell("法人或其他组织", 5), Cell("总计", 1, 2)],
        [Cell(name) for name in _APPLICANTS],
        _row("一、本年新收政府信息公开申请数量", values(), 3),
        _row("二、上年结转政府信息公开申请数量", values(), 3),
        [Cell("三、本年度办理结果", 1, count), *_row("（一）予以公开", values(), 2)],
        _row("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", values(), 2),
    ]
    for group, labels in _OUTCOMES.items():
        for place, label in enumerate(labels):
            table.append(([Cell(group, 1, len(labels))] if place == 0 else []) + _row(label, values()))
    return [*table, _row("（七）总计", values(), 2), _row("四、结转下年度继续办理", values(), 3)]


def _reviews(rng: random.Random) -> Table:
    results = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    return [
        [Cell("行政复议", 5), Cell("行政诉讼", 10)],
        [*(Cell(name, 1, 2) for name in results), Cell("未经复议直接起诉", 5), Cell("复议后起诉", 5)],
        [Cell(name) for name in results * 2],
        [Cell(str(rng.choice((0, 0, rng.randint(0, 9))))) for _ in range(15)],
    ]


def expand(table: Table) -> list[list[str]]:
    """The grid that a table of cells makes."""
    taken: dict[tuple[int, int], str] = {}
    for row, cells in enumerate(table):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            for y in range(row, row + cell.rows):
                for x in range(column, column + cell.columns):
                    taken[y, x] = cell.text
            column += cell.columns
    width = 1 + max(x for _, x in taken)
    return [[taken.get((row, x), "") for x in range(width)] for row in range(len(table))]


def draw_table(table: Table, style: str = "plain") -> str:
    """A table of cells as HTML; ``style`` is one of plain, word, unclosed, overshoot, spacer."""
    rows = "".join(_draw_row(row, style) for row in table)
    if style == "overshoot":
        rows = rows.replace('colspan="7"', 'colspan="19"').replace('colspan="3">四、', 'colspan="3" rowspan="9">四、')
    if style == "spacer":
        rows = '<tr style="height:0"><td></td><td></td></tr><tr style="display:none"><td>x</td><td>y</td></tr>' + rows
    return (
        f'<table border="1" cellspacing="0">{rows}</table>'
        if style == "plain"
        else f"<table><tbody>{rows}</tbody></table>"
    )


def _draw_row(row: list[Cell], style: str) -> str:
    cells = []
    for cell in row:
        spans = (f' colspan="{cell.columns}"' if cell.columns > 1 else "") + (
            f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        )
        text = html.escape(cell.text) or "&nbsp;"
        if style == "word":
            letters = "".join(f"<span lang=EN-US>{letter}</span>" for letter in html.escape(cell.text))
            text = f'<p class="MsoNormal">{letters or "<o:p>&nbsp;</o:p>"}</p>'
        if len(cell.text) == 4 and cell.text.isalpha() and style == "spacer":
            text = f"{cell.text[:2]}<br/>{cell.text[2:]}"
        cells.append(f"<td{spans}>{text}" + ("" if style == "unclosed" else "</td>"))
    return f"<tr>{''.join(cells)}" + ("" if style == "unclosed" else "</tr>")
