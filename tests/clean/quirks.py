"""Ways in which the body of a made-up page is printed: once or oftener, whole or cut, in honest or in Word's markup."""

import html
import random
from collections.abc import Callable

from tests.clean.made import Cell, Report, draw_table, make_report

Draw = Callable[[Report, random.Random], str]


def draw_items(
    report: Report, style: str = "plain", *, tables: bool = True, mark: str = "p", stop: int | None = None
) -> str:
    """The items of a report as HTML; ``stop`` cuts it short."""
    drawn = []
    for item in report.items[:stop]:
        if isinstance(item, str):
            drawn.append(_draw_line(item, style, mark))
        elif tables:
            drawn.append(draw_table(item, style))
    return "\n".join(drawn)


def _draw_line(text: str, style: str, mark: str) -> str:
    if style == "word":
        letters = "".join(f"<span>{html.escape(letter)}</span>" for letter in text)
        return f'<p class="MsoNormal" style="text-indent:2em">{letters}<o:p></o:p></p>'
    if mark == "br":
        return f"&nbsp;&nbsp;&nbsp;&nbsp;{html.escape(text)}<br>"
    return f"<{mark}>　　{html.escape(text)}</{mark}>"


def _head(report: Report) -> str:
    return f"<p>{report.title}</p><p>发布时间：{report.published} 办公室</p>"


def doubled(report: Report, rng: random.Random) -> str:
    return f"{draw_items(report)}<p>【编辑：李四】</p><p>政府信息公开年报</p>{_head(report)}{draw_items(report)}"


def doubled_in_divs(report: Report, rng: random.Random) -> str:
    return f"<div class='pc'>{draw_items(report)}</div><div class='wap'>{_head(report)}{draw_items(report)}</div>"


def doubled_hidden_first(report: Report, rng: random.Random) -> str:
    poorer = f"<div>{_head(report)}{draw_items(report, tables=False)}</div>"
    return f"<div style='display: none'>{draw_items(report)}</div>{poorer}"


def doubled_hidden_second(report: Report, rng: random.Random) -> str:
    return f"<div>{draw_items(report)}</div><div class='print-only'>{_head(report)}{draw_items(report)}</div>"


def doubled_without_tables(report: Report, rng: random.Random) -> str:
    return f"<div>{draw_items(report, tables=False)}</div><div>{_head(report)}{draw_items(report)}</div>"


def doubled_cut_short(report: Report, rng: random.Random) -> str:
    stop = len(report.items) * 2 // 3
    return f"<div>{draw_items(report, stop=stop)}</div><div>{draw_items(report)}</div>"


def doubled_cut_second(report: Report, rng: random.Random) -> str:
    stop = len(report.items) * 2 // 3
    return f"<div>{draw_items(report)}</div><div>{draw_items(report, stop=stop)}</div>"


def doubled_restyled(report: Report, rng: random.Random) -> str:
    return f"<div>{draw_items(report, 'word')}</div><div>{draw_items(report, mark='br')}</div>"


def doubled_merged(report: Report, rng: random.Random) -> str:
    text = "".join(html.escape(line) for line in report.lines)
    return f"<div>{draw_items(report)}</div><div style='display:none'>{text}</div>"


def tripled(report: Report, rng: random.Random) -> str:
    hidden = f"<div class='print-only'>{draw_items(report, tables=False)}</div><div hidden>{draw_items(report)}</div>"
    return f"<div>{draw_items(report)}</div>{hidden}"


def interleaved(report: Report, rng: random.Random) -> str:
    drawn = []
    for item in report.items:
        one = _draw_line(item, "plain", "p") if isinstance(item, str) else draw_table(item)
        drawn.append(f"{one}<div class='print-only'>{one}</div>")
    return "".join(drawn)


def quoted(report: Report, rng: random.Random) -> str:
    line = next(item for item in report.items[2:] if isinstance(item, str) and len(item) > 40)
    report.items += [line]
    return draw_items(report)


def bilingual(report: Report, rng: random.Random) -> str:
    english = [
        f"In the year the bureau published {rng.randint(1, 999)} items, and answered {rng.randint(1, 99)} letters."
        for _ in range(4)
    ]
    report.items += english
    return draw_items(report)


def two_reports(report: Report, rng: random.Random) -> str:
    other = make_report(rng.randint(1, 10**6), report.year - 1)
    other.agency = report.agency
    shared = [item for item in report.items if isinstance(item, str) and "下一步" in item]
    report.items = [
        *report.items,
        f"{report.agency}{report.year - 1}年政府信息公开工作年度报告",
        *other.items[:-1],
        *shared[:0],
        other.items[-1],
    ]
    return draw_items(report)


def word_markup(report: Report, rng: random.Random) -> str:
    return draw_items(report, "word")


def text_with_breaks(report: Report, rng: random.Random) -> str:
    return draw_items(report, mark="br")


def sections_in_divs(report: Report, rng: random.Random) -> str:
    return draw_items(report, mark="div")


def unclosed_cells(report: Report, rng: random.Random) -> str:
    return draw_items(report, "unclosed")


def overshooting_spans(report: Report, rng: random.Random) -> str:
    return draw_items(report, "overshoot")


def spacer_rows(report: Report, rng: random.Random) -> str:
    return draw_items(report, "spacer")


def nested_layout(report: Report, rng: random.Random) -> str:
    return f"<table width='100%'><tr><td><table><tr><td>{draw_items(report)}</td></tr></table></td></tr></table>"


def two_containers(report: Report, rng: random.Random) -> str:
    half = len(report.items) // 2
    first, second = (
        Report(**{**vars(report), "items": report.items[:half]}),
        Report(**{**vars(report), "items": report.items[half:]}),
    )
    return f"<div class='TRS_Editor'>{draw_items(first)}</div><div class='TRS_Editor'>{draw_items(second)}</div>"


def hidden_words(report: Report, rng: random.Random) -> str:
    return draw_items(report).replace("，", "，<span style='display:none'>本文来自某某网</span>")


def attachments(report: Report, rng: random.Random) -> str:
    files = f"<p>附件：<a href='./P02023.pdf'>{report.title}.pdf</a></p>"
    return f"{draw_items(report)}{files}<p><a href='/module/download/downfile.jsp?filename=1.docx'>附表.docx</a></p>"


def sidebar_prose(report: Report, rng: random.Random) -> str:
    news = "本网讯：某市近日召开座谈会，与会人员就有关问题进行了深入交流。"
    return f"{draw_items(report)}</div><div class='sidebar'><p>{news}</p>"


def cut_tables(report: Report, rng: random.Random) -> str:
    drawn = []
    for item in report.items:
        if isinstance(item, str):
            drawn.append(_draw_line(item, "plain", "p"))
        elif len(item) > 12:
            drawn.append(
                draw_table(item[:5])
                + "<p>- 3 -</p>"
                + draw_table([[Cell("三、本年度办理结果", 1, item[5][0].rows), *item[5][1:]], *item[6:]])
            )
        else:
            drawn.append(draw_table(item))
    return "".join(drawn)


_ALL: tuple[Draw, ...] = (
    *(doubled, doubled_in_divs, doubled_hidden_first, doubled_hidden_second, doubled_without_tables),
    *(doubled_cut_short, doubled_cut_second, doubled_restyled, doubled_merged, tripled, interleaved),
    *(quoted, bilingual, two_reports, word_markup, text_with_breaks, sections_in_divs, unclosed_cells),
    *(overshooting_spans, spacer_rows, nested_layout, two_containers, hidden_words, attachments),
    *(sidebar_prose, cut_tables),
)
QUIRKS: dict[str, Draw] = {draw.__name__: draw for draw in _ALL} | {"as_is": lambda report, rng: draw_items(report)}
