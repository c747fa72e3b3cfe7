"""A made-up site for the crawl's benchmark: pages of about 37 kB of Chinese text, each with a hundred links or so.

Built as portals are: the same menu at the head and foot of every page, then links to other pages, some of them twice.
Every page can be reached from its half's first one, ``/a/p00000.html`` or ``/b/p00000.html``; the pages differ, so that
nothing can be kept once for two of them. The same seed makes the same site.
"""

import random
from pathlib import Path

PAGE_BYTES = 37_000
LINKS = 100  # <a href> on a page
HALVES = ("a", "b")

_MENU = 30  # links of the menu; head and foot hold it once each
_WORDS = (
    *("信息公开", "年度报告", "主动公开", "依申请公开", "行政许可", "行政处罚", "规范性文件", "行政复议", "行政诉讼"),
    *("办理结果", "工作机构", "监督保障", "平台建设", "政策解读", "回应关切", "部门", "街道", "社区", "服务", "群众"),
    *("建设", "管理", "机制", "制度", "落实", "推进", "加强", "完善", "开展", "全年", "共", "件", "条", "次", "及时"),
    *("规范", "准确", "提升", "存在", "问题", "改进", "措施", "下一步", "持续", "深化", "重点", "领域", "应急", "安全"),
)


def make_site(folder: Path, pages: int, seed: int = 1) -> None:
    """Write ``pages`` files below ``folder``, half of them in each half."""
    chance = random.Random(seed)
    for half in HALVES:
        (folder / half).mkdir(parents=True, exist_ok=True)
    share = pages // len(HALVES)
    for half in HALVES:
        names = [f"/{half}/p{number:05d}.html" for number in range(share)]
        for number, name in enumerate(names):
            (folder / name[1:]).write_bytes(_write_page(number, names, chance))


def _write_page(number: int, names: list[str], chance: random.Random) -> bytes:
    menu = [names[at * 7 % len(names)] for at in range(_MENU)]
    # The next one and a step of ten lead to every page of the half, whatever the draw.
    others = [names[(number + 1) % len(names)], names[number * 10 % len(names)]]
    others += chance.choices(names, k=LINKS - 2 * _MENU - len(others) - 4)
    others += others[:4]
    head = (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>第{number}号公开页</title></head>\n'
        f'<body><ul class="menu">{_write_links(menu)}</ul>\n<div class="article"><h1>第{number}号公开页</h1>\n'
    )
    lists = f'<ul class="list">{_write_links(others)}</ul>\n<ul class="foot">{_write_links(menu)}</ul>'
    foot = f"</div>\n{lists}</body></html>\n"
    size = len((head + foot).encode("utf-8"))
    paragraphs = []
    while size < PAGE_BYTES:
        text = f"<p>{''.join(chance.choices(_WORDS, k=chance.randrange(20, 120)))}{chance.randrange(10**6)}。</p>\n"
        paragraphs.append(text)
        size += len(text.encode("utf-8"))
    return (head + "".join(paragraphs) + foot).encode("utf-8")


def _write_links(names: list[str]) -> str:
    return "".join(f'<li><a href="{name}" target="_blank">公开事项 {name[4:8]}</a></li>\n' for name in names)
