"""Who the demo portals belong to: made-up agencies of a province that does not exist, and how each report looks.

``Look`` is the stage direction of one report: its form, its quirks and its deliberate mistakes. Quirks that change what
a cell prints are listed in ``demo.printing``; those that change only the markup in ``RENDERING_QUIRKS``.
"""

from dataclasses import dataclass
from typing import Literal

from demo.form import Form
from demo.printing import Break

Level = Literal["ministry", "provincial", "municipal", "county", "township", "other"]

RENDERING_QUIRKS = (
    "word_noise",  # one character a span, <o:p>&nbsp;</o:p>, widths, <br> in headers
    "one_cell_a_line",  # tables flattened to one paragraph a cell
    "bars",  # tables flattened to lines, cells between bars
    "printed_twice",  # the body twice, with other title, date and source lines, chrome around both
    "hidden_copy",  # the second copy is for print or for phones, and hidden
    "bare_copy",  # the second copy has no tables
    "cut_by_page",  # the requests table as two tables, the second without its leading group cells
    "drifting_columns",  # header cells span 1+1+2+1 where the data rows span 1+2+1+1
    "gbk",  # served as GBK under a UTF-8 header
    "lost_label_characters",  # `2.其他法律行政止公开`, `规 章`
    "no_title",  # the body has no heading of its own: only the page's title has
    "pdf",  # the report again as a PDF beside the page
    "pdf_only",  # the page holds nothing but a link to the PDF
    "framed",  # the page shows its body in a frame
    "viewed",  # the PDF is shown in a viewer and linked by nothing
    "docx_only",  # the page holds nothing but a link to a Word document
    "sheet_only",  # nothing but a link to a workbook
    "images_only",  # scans of its pages, and no text
    "appendix",  # a DOCX beside the page that is no report
    "slow",  # the answer takes its time
    "pictured_table",  # a picture stands where the table of section four was
    "lost_cell",  # the row of section four has a number less than its header has columns
    "lost_row",  # the requests table lacks a row
    "lost_section",  # the report ends with its fifth section
    "corrected",  # a note says that words were corrected, and no number
)


@dataclass(frozen=True, slots=True)
class Look:
    """How one report is made and printed; ``title`` may hold {agency}, {short} and {year}."""

    year: int
    form: Form = "2021"
    quirks: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    misprints: tuple[Break, ...] = ()  # of the PDF beside the page alone
    title: str | None = None
    month: int | None = None  # in which it is published; drawn where it is not said
    voice: str | None = None  # what its prose is drawn by (``demo.voices``), where it is not that of ``demo.prose``


@dataclass(frozen=True, slots=True)
class Agency:
    """A made-up agency. ``size`` is the order of the requests it gets a year; ``topics`` are what it writes about."""

    id: str
    name: str
    short: str  # without the place, as in 省应急管理厅
    we: str  # 我厅, 我局, 我县
    level: Level
    region: str  # well-formed, but of a province that is in no list
    code: str  # organisation code, the beginning of its index numbers
    size: int
    topics: tuple[str, str, str]
    looks: tuple[Look, ...] = ()

    @property
    def words(self) -> dict[str, str]:
        """What prose templates may call."""
        topics = {f"topic{number}": topic for number, topic in enumerate(self.topics)}
        return {"agency": self.name, "short": self.short, "self": self.we, **topics}


@dataclass(frozen=True, slots=True)
class Series:
    """Agencies that are numbered: the beginnings of their ids, places and organisation codes, and the first's size."""

    id: str
    first_place: int
    code: str
    size: int

    def stage(
        self, number: int, name: str, short: str, level: Level, topics: tuple[str, str, str], looks: tuple[Look, ...]
    ) -> Agency:
        """The agency of that number."""
        place = f"99{self.first_place + number}"
        region = {"provincial": "990000", "municipal": f"{place}00", "county": f"{place}21"}[level]
        we = "我厅" if short.endswith("厅") else "我局"
        code, size = f"{self.code}{number:04}", self.size + number
        return Agency(f"{self.id}-{number}", name, short, we, level, region, code, size, topics, looks)


AGENCIES = (
    Agency(
        id="yunling-yjt",
        name="云岭省应急管理厅",
        short="省应急管理厅",
        we="我厅",
        level="provincial",
        region="990000",
        code="990482911",
        size=60,
        topics=("安全生产", "防灾减灾救灾", "应急预案"),
        looks=(
            Look(2019, "narrative", ("printed_twice", "word_noise")),
            Look(2020, "2019", ("signed_words", "money_units", "word_noise")),
            Look(2021, "2021", ("thousands",), title="{short}{year}年度政府信息公开工作年度报告"),
            Look(2022, "2021", ("one_cell_a_line",)),
            Look(2023, "2021", ("pdf", "word_noise")),
        ),
    ),
    Agency(
        id="yunling-sthjt",
        name="云岭省生态环境厅",
        short="省生态环境厅",
        we="我厅",
        level="provincial",
        region="990000",
        code="990482938",
        size=45,
        topics=("环境影响评价", "空气和水质监测", "固体废物管理"),
        looks=(
            Look(2020, "2019", ("drifting_columns", "money_units")),
            Look(2021, "2021", ("printed_twice", "hidden_copy")),
            Look(2022, "2021", ("gbk", "word_noise"), breaks=(Break("requests.handled_total.natural", off_by=-6),)),
            Look(2023, "2021", ("several_numbers", "slow", "printed_twice", "bare_copy", "appendix")),
        ),
    ),
    Agency(
        id="qinghe-yjj",
        name="清河市应急管理局",
        short="市应急管理局",
        we="我局",
        level="municipal",
        region="990100",
        code="990511204",
        size=16,
        topics=("危险化学品监管", "森林防火", "安全宣传进社区"),
        looks=(
            Look(2020, "2019", ("cut_by_page", "signed_words", "money_units")),
            Look(2021, "2021", ("bars", "noted_numbers")),
            Look(2022, "2021", ("word_noise",), breaks=(Break("requests.handled_total.total", off_by=4),)),
            Look(2023, "2021", ("blank_cells",)),
        ),
    ),
    Agency(
        id="shiqiao-sthjj",
        name="石桥市生态环境局",
        short="市生态环境局",
        we="我局",
        level="municipal",
        region="990200",
        code="990523117",
        size=12,
        topics=("排污许可", "饮用水水源保护", "噪声投诉处理"),
        looks=(
            Look(2021, "2021", ("lost_label_characters", "word_noise")),
            Look(2022, "2021", ("pdf_only",)),
            Look(2023, "2021", ("no_title", "dashes")),
        ),
    ),
    Agency(
        id="lanwan-yjj",
        name="清河市澜湾区应急管理局",
        short="区应急管理局",
        we="我局",
        level="county",
        region="990104",
        code="990537420",
        size=9,
        topics=("小作坊安全检查", "汛期值守", "应急避难场所"),
        looks=(
            Look(2020, "2019", ("signed_words", "money_units", "bars")),
            Look(2022, "2021", ("cut_by_page", "word_noise")),
            Look(2023, "2021", breaks=(Break("review.total", printed=0), Break("litigation_direct.total", off_by=1))),
        ),
    ),
    Agency(
        id="liuxi-rsj",
        name="柳溪县人力资源和社会保障局",
        short="县人力资源和社会保障局",
        we="我局",
        level="county",
        region="990222",
        code="990561835",
        size=7,
        topics=("就业补贴", "工伤认定", "欠薪线索核查"),
        looks=(
            Look(2021, "2021", ("full_width_digits",)),
            Look(2022, "2019", ("drifting_columns", "signed_words", "lost_label_characters", "money_units")),
            Look(2023, "2021", ("printed_twice",)),
        ),
    ),
    Agency(
        id="wangxi-wlj",
        name="望溪县文化和旅游局",
        short="县文化和旅游局",
        we="我局",
        level="county",
        region="990223",
        code="990561914",
        size=5,
        topics=("乡村戏台", "旅行社管理", "文物巡查"),
        looks=(Look(2022), Look(2023, quirks=("word_noise",))),
    ),
)

# Agencies whose reports lie in other agencies' lists.
GUESTS = (
    Agency(
        id="yunling-lyj",
        name="云岭省林业局",
        short="省林业局",
        we="我局",
        level="provincial",
        region="990000",
        code="990482954",
        size=10,
        topics=("造林绿化", "松材线虫病防治", "自然保护地"),
        looks=(Look(2022),),
    ),
)
