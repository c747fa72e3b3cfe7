"""Whose portals are hard on a crawler, and what each does; the catalogue knows their home pages alone."""

from dataclasses import replace
from typing import NamedTuple

from demo.cast import Agency, Look, Series
from demo.printing import Break


class Later(NamedTuple):
    """A portal's second day: its reports then, and the years whose pages are gone by 404 and by an excuse.

    ``returned`` are back on a third day, ``moved`` have another address and leave a notice at the old one, and of
    ``unfiled`` the file beside the page is gone.
    """

    looks: tuple[Look, ...]
    gone: tuple[int, ...] = ()
    excused: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    unfiled: tuple[int, ...] = ()


class Ordeal(NamedTuple):
    """An agency's portal, its software, what it does to a crawler, and its second day if that is another."""

    agency: Agency
    family: str
    list_path: str
    traits: tuple[str, ...]
    later: Later | None = None
    source: str | None = None  # the agency whose reports it shows, where they are another's


_agency = Series("cruel", first_place=40, code="99070", size=5).stage


_CLONED = _agency(
    *(7, "杨柳县自然资源局", "县自然资源局", "county", ("征地批后实施", "地质灾害隐患点", "测绘成果")),
    (Look(2022), Look(2023)),
)

# Whose reports stand in a crowded list beside its own.
CROWD = (
    _agency(
        *(20, "杨柳县发展和改革局", "县发展和改革局", "county", ("项目备案", "价格认定", "粮食储备")),
        (Look(2022), Look(2023)),
    ),
    _agency(
        *(21, "杨柳县青石镇人民政府", "青石镇人民政府", "county", ("村务公开", "耕地地力补贴", "危房改造")),
        (Look(2021), Look(2023, quirks=("word_noise",))),
    ),
    _agency(
        *(22, "杨柳县人民政府办公室", "县人民政府办公室", "county", ("政务热线", "政府公报", "会议公开")),
        (Look(2023),),
    ),
)

ORDEALS = (
    Ordeal(
        _agency(
            *(1, "芦荡市水利局", "市水利局", "municipal", ("河长制", "水库除险加固", "节水载体")),
            (Look(2021), Look(2022, quirks=("word_noise",)), Look(2023)),
        ),
        *("trs", "/zfxxgk/zfxxgknb/", ("wall-opens", "gbk")),
    ),
    Ordeal(
        _agency(
            *(2, "芦荡市交通运输局", "市交通运输局", "municipal", ("公交线网", "危桥改造", "非法营运查处")),
            (Look(2021), Look(2022), Look(2023)),
        ),
        *("hanweb", "/col/col3301/index.html", ("wall-shuts",)),
    ),
    Ordeal(
        _agency(
            *(3, "石榴县教育局", "县教育局", "county", ("学区划分", "营养改善计划", "校舍维修")),
            (Look(2021, quirks=("pdf",)), Look(2022), Look(2023)),
        ),
        *("vsb", "/zfxxgk/xxgknb.htm", ("drips", "breaks", "robots-broken")),
    ),
    Ordeal(
        _agency(
            *(4, "石榴县医疗保障局", "县医疗保障局", "county", ("门诊统筹", "异地就医结算", "基金监管")),
            (Look(2022), Look(2023, quirks=("printed_twice",))),
        ),
        *("ucap", "/slyb/c116001/zfxxgk_list.shtml", ("cookies", "robots-missing")),
    ),
    Ordeal(
        _agency(
            *(5, "云岭省退役军人事务厅", "省退役军人事务厅", "provincial", ("就业安置", "优抚对象年审", "烈士纪念")),
            (Look(2021), Look(2022), Look(2023)),
        ),
        *("trs", "/xxgk/nb/", ("loops", "twice", "robots-elsewhere")),
    ),
    Ordeal(
        _agency(
            *(6, "芦荡市城市管理局", "市城市管理局", "municipal", ("占道经营", "户外广告", "建筑垃圾清运")),
            (Look(2021, quirks=("framed",)), Look(2022, quirks=("pdf_only", "viewed")), Look(2023)),
        ),
        *("endless", "/gk/ndbg/", ("soft",)),
    ),
    Ordeal(_CLONED, "trs", "/zfxxgk/zfxxgknb/", ("cloned",)),
    Ordeal(replace(_CLONED, id="cruel-8"), "trs", "/zfxxgk/zfxxgknb/", (), source="cruel-7"),
    Ordeal(
        _agency(
            *(9, "杨柳县人民政府", "县人民政府", "county", ("重大行政决策", "乡村振兴", "营商服务")),
            (Look(2020, "2019"), Look(2022, quirks=("images_only",)), Look(2023)),
        ),
        *("trs", "/zwgk/xxgknb/", ("crowded",)),
    ),
    Ordeal(
        _agency(
            *(10, "石榴县审计局", "县审计局", "county", ("乡镇财务", "工程结算", "专项资金")),
            (Look(2020, "2019"), Look(2021), Look(2022), Look(2023)),
        ),
        *("trs", "/zfxxgk/zfxxgknb/", ("validators",)),
        Later(
            (
                Look(2020, "2019"),
                Look(2021),
                Look(2022, breaks=(Break("requests.granted.total", off_by=2),)),
                Look(2023),
                Look(2024),
            ),
            gone=(2021,),
            excused=(2020,),
        ),
    ),
)
