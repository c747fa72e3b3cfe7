"""Whose portals run the further families, and how their reports look. Their rows name the home page alone."""

from typing import NamedTuple

from demo.cast import Agency, Look, Series
from demo.printing import Break


class Runs(NamedTuple):
    """An agency's portal: its software, where its list lies and what its column is called."""

    agency: Agency
    family: str
    list_path: str
    column: str


_agency = Series("family", first_place=10, code="99060", size=6).stage


RUNS = (
    Runs(
        _agency(
            *(1, "云岭省水利厅", "省水利厅", "provincial", ("河道采砂管理", "水土保持", "农村供水")),
            (Look(2022, quirks=("word_noise",)), Look(2023)),
        ),
        *("igs", "/zfxxgk/zfxxgknb/", "政府信息公开年报"),
    ),
    Runs(
        _agency(
            *(2, "云岭省自然资源厅", "省自然资源厅", "provincial", ("耕地保护", "地质灾害防治", "不动产登记")),
            (Look(2021), Look(2022, quirks=("printed_twice",)), Look(2023, quirks=("pdf",))),
        ),
        *("jpaas", "/zfxxgk/nb/index.html", "政府信息公开年报"),
    ),
    Runs(
        _agency(
            *(3, "白鹭市教育局", "市教育局", "municipal", ("义务教育招生", "校外培训治理", "校车安全")),
            (Look(2022, breaks=(Break("requests.handled_total.total", off_by=2),)), Look(2023, quirks=("pdf_only",))),
        ),
        *("epoint", "/dynamic/zwgk/govInfoPub.html", "政府信息公开年报"),
    ),
    Runs(
        _agency(
            *(4, "双桥市交通运输局", "市交通运输局", "municipal", ("农村公路养护", "网约车管理", "超限治理")),
            (Look(2020, "2019"), Look(2022), Look(2023, quirks=("appendix",))),
        ),
        *("lonsun", "/public/column/6595161?type=3&action=list", "政府信息公开年报"),
    ),
    Runs(
        _agency(
            *(5, "松平市司法局", "市司法局", "municipal", ("法律援助", "人民调解", "社区矫正")),
            (Look(2022, title="{year}年年度报告"), Look(2023, quirks=("gbk",), title="{year}年度报告")),
        ),
        *("anhui", "/showList/325.html", "政府信息公开年报"),
    ),
    Runs(
        _agency(
            *(6, "梨溪县民政局", "县民政局", "county", ("城乡低保", "养老服务", "殡葬管理")),
            (Look(2021), Look(2022), Look(2023, quirks=("pdf",))),
        ),
        *("ucap", "/lxmz/c115990/zfxxgk_list.shtml", "信息公开年报"),
    ),
    Runs(
        _agency(
            *(7, "岩湾县卫生健康局", "县卫生健康局", "county", ("家庭医生签约", "疫苗接种", "职业病防治")),
            (Look(2022, quirks=("pdf_only",)), Look(2023)),
        ),
        *("vsb", "/zfxxgk/xxgknb.htm", "年度报告"),
    ),
    Runs(
        _agency(
            *(8, "丹霞县财政局", "县财政局", "county", ("国库集中支付", "政府采购监管", "惠农补贴")),
            (Look(2021), Look(2023)),
        ),
        *("aspnet", "/InfoList.aspx?cid=27", "政府信息公开工作年度报告"),
    ),
    Runs(
        _agency(
            *(9, "云岭省统计局", "省统计局", "provincial", ("人口抽样调查", "企业一套表", "统计执法检查")),
            (Look(2022), Look(2023, quirks=("word_noise",))),
        ),
        *("xxgk", "/col/col1229430001/index.html", "信息公开年报"),
    ),
    Runs(
        _agency(
            *(10, "枫林县水务局", "县水务局", "county", ("防汛物资储备", "取水许可", "小水电整治")),
            (Look(2022), Look(2023, quirks=("pdf",))),
        ),
        *("odd", "/gk/nb/list.html", "信息公开年报"),
    ),
)
