"""The end of a copy that breaks off: in the middle of a line or of a table, a phrase behind it that calls for the rest.

What one copy says behind the text that both share is, cell by cell and line by line, the beginning of what the other
says there. So it is told without knowing where a page cuts: 望川市民政 阅读全文 is the beginning of 望川市民政局.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from pipelines.clean.keys import text_key
from pipelines.clean.page import Part
from pipelines.clean.tabletwins import cell_texts

_MORE = re.compile(
    r"(?:\.{2,}|…+|[。·]{2,})?[\s\[【（(<＜>＞«»→]*"
    r"(?:(?:请|欢迎)?(?:点击|单击|点此|点这里|继续|进入|扫码)?(?:查看|阅读|浏览|展开|显示|加载|打开|下载)?"
    r"(?:全文|全部|原文|正文|详情|详细|更多|剩余|余下|其余|完整)(?:内容|全文|信息|正文|版|页面|部分|文章)?"
    r"|未完待续|read\s?more|more)[\s\]】）)>＞»→.…]*$",
    re.IGNORECASE,
)
_DOTS = re.compile(r"(?:\.{2,}|…+|。{2,})$")
_SHORTEST = 2  # characters that the other copy begins with, where no phrase says that there is more


def without_more(text: str) -> str:
    """A text without the words and dots at its end that say that it goes on elsewhere."""
    return _DOTS.sub("", _MORE.sub("", text))


def find_broken_end(parts: Sequence[Part], shorter: Sequence[int], longer: Sequence[int]) -> dict[int, int]:
    """Block of the one copy → block of the other whose beginning it is.

    Both are the blocks behind what the copies share, as numbers. Empty where the first copy does not break off there.
    """
    same = 0
    while same < min(len(shorter), len(longer)) and _flat(parts[shorter[same]]) == _flat(parts[longer[same]]):
        same += 1
    keys = [_begun(parts[number]) or _flat(parts[number]) for number in longer[same:]]
    wanted, starts = "".join(keys), [0, *accumulate(map(len, keys))]
    said, found = "", dict[int, int]()
    for number in shorter[same:]:
        if len(said) >= len(wanted):
            return {}  # it says as much as the other
        twin = longer[same + bisect_right(starts, len(said)) - 1]
        begun = _begun(parts[number])
        if begun is not None and wanted.startswith(said + begun):
            return found | {number: twin}
        key = _flat(parts[number])
        if not key or not wanted.startswith(said + key):
            break
        said, found[number] = said + key, twin
    figures = said.isdecimal() and all(_flat(parts[whole]).isdecimal() for whole in found.values())
    return found if len(said) >= _SHORTEST and len(said) not in starts and not figures else {}


def _flat(part: Part) -> str:
    """The letters and digits of a line or of a table's cells."""
    return "".join(map(text_key, _texts(part)))


def _begun(part: Part) -> str | None:
    """The same without the words that say there is more, ``None`` where none do."""
    texts = _texts(part)
    last = texts[-1] if texts else ""
    begun = without_more(last)
    return "".join(map(text_key, [*texts[:-1], begun])) if begun != last else None


def _texts(part: Part) -> list[str]:
    if part.kind == "table":
        return cell_texts(part)
    return [part.text] if part.kind != "image" else []
