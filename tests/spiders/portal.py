"""A made-up portal on loopback: a list of two pages, reports, an attachment, and rows that are none of its business."""

from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from tests.loopback import Answer

AGENCY = "云岭省民政厅"
LIST = "/zfxxgk/zfxxgknb/"
SETTINGS = ("-s", "ALLOW_LOOPBACK=1", "-s", "DOWNLOAD_DELAY=0")


class Watched(dict[str, Answer]):
    """Answers that remember when each was asked for."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__(answers)
        self.asked: list[tuple[str, float]] = []

    def get(self, path: str, default: Answer | None = None) -> Answer | None:  # type: ignore[override]
        """The answer, noted."""
        self.asked.append((path, monotonic()))
        return super().get(path, default)

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]


def page(body: str) -> Answer:
    """An HTML page."""
    return Answer(f"<!DOCTYPE html><html><head><title>页</title></head><body>{body}</body></html>".encode())


def row(year: int) -> str:
    """A list row of the portal's report of a year."""
    return f'<li><a href="{article(year)}">{AGENCY}{year}年政府信息公开工作年度报告</a><i>{year + 1}-01-20</i></li>'


def article(year: int) -> str:
    """The path of the report of a year."""
    return f"{LIST}{year + 1}01/t{year + 1}0120_{year}.html"


def report(year: int, more: str = "") -> Answer:
    """A report page without tables."""
    sections = "一、总体情况 二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 六、其他需要报告的事项"
    prose = f"{year}年，本机关按照要求开展政府信息公开工作，全年主动公开信息{year - 1990}条，依申请公开均按时答复。"
    body = "".join(f"<p>{part}</p><p>{prose}</p>" for part in sections.split())
    return page(f'<h1>{AGENCY}{year}年政府信息公开工作年度报告</h1><div class="TRS_Editor">{body}{more}</div>')


def portal_answers() -> dict[str, Answer]:
    """The whole portal."""
    news = '<li><a href="./202302/t20230201_9.html">某厅召开2023年度工作会议</a><i>2023-02-01</i></li>'
    script = '<script>createPageHTML(2, {}, "index", "html");</script>'
    return {
        LIST: page(f"<ul>{row(2022)}{row(2021)}{news}</ul>{script.format(0)}"),
        f"{LIST}index_1.html": page(f"<ul>{row(2020)}</ul>{script.format(1)}"),
        article(2022): report(2022, '<a href="./P0202301.pdf">附件：年度报告.pdf</a>'),
        article(2021): report(2021),
        article(2020): report(2020),
        f"{LIST}202301/P0202301.pdf": Answer(b"%PDF-1.4\n%%EOF\n", "application/pdf"),
    }


def write_catalogue(folder: Path, *rows: str) -> Path:
    """A catalogue of these rows; each is ``id level list-or-home``, a home where it begins with ``home=``."""
    lines = ['province: "990000"', "name: 云岭省", "portals:"]
    for text in rows:
        name, level, url = text.split()
        kind, _, home = url.partition("=") if url.startswith("home=") else ("list", "", url)
        lines += [f"  - id: {name}", f"    agency: {AGENCY}", f"    level: {level}", '    region: "990000"']
        lines += [f"    home: {home}"] + ([f"    list: {home}"] if kind == "list" else [])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "990000-yunling.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
