import pytest

from pipelines.parse.prose import find_figures, find_stated
from pipelines.report import Number
from tests.parse.printing import paragraph


@pytest.mark.parametrize(
    ("sentence", "identifier", "value"),
    [
        ("全年主动公开政府信息1,136条。", "disclosed.total", 1136),
        ("其中,通过政府门户网站公开政府信息562条,", "disclosed.website", 562),
        ("微信公众号发布信息76条", "disclosed.wechat", 76),
        ("政务微博发布69条", "disclosed.weibo", 69),
        ("通过其他主流媒体发布信息21条", "disclosed.other_media", 21),
        ("我局收到有效依申请公开件5件", "requests.received", 5),
        ("共受理政府信息公开申请十二件", "requests.received", 12),
        ("未收到政府信息公开申请。", "requests.received", 0),
        ("办理依申请公开事项18件", "requests.answered", 18),
        ("上年结转3件", "requests.carried_in", 3),
        ("结转下年度继续办理4件", "requests.carried_out", 4),
        ("予以公开2件", "requests.granted", 2),
        ("部分公开1件", "requests.partial", 1),
        ("不予公开35件", "requests.denied", 35),
        ("被申请行政复议10件", "review.total", 10),
        ("对我厅提起的行政诉讼案件4件", "litigation.total", 4),
        ("未发生行政复议、行政诉讼案件", "review.total", 0),
        ("没有因政府信息公开引起的行政复议和行政诉讼。", "litigation.total", 0),
        ("收取政府信息公开信息处理费120元", "fee.yuan", 120),
        ("本年度未收取信息处理费。", "fee.yuan", 0),
    ],
)
def test_figure_is_found_in_its_sentence(sentence: str, identifier: str, value: Number) -> None:
    assert (f"stated.{identifier}", value) in list(find_figures(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "主动公开信息620余条",
        "较上年收到的政府信息公开申请12件增加",
        "收到自然人政府信息公开申请11件",
        "办理建议提案33件",
        "举办培训班3次,公开栏目8个",
        "2022年9月1日修订政府信息公开指南",
    ],
)
def test_other_figures_are_left_alone(sentence: str) -> None:
    assert not list(find_figures(sentence))


def test_sentence_and_path_are_the_proof() -> None:
    text = "全年工作有序。2020 年，收到政府信息公开申请 11 件，均按时办结。完。"
    assert [(s.id, s.value, s.sentence, s.path) for s in find_stated([paragraph(text, 7)])] == [
        ("stated.requests.received", 11, "2020 年，收到政府信息公开申请 11 件，均按时办结。", "/html/body/p[7]")
    ]


@pytest.mark.parametrize("printed", ["9" * 16, "9" * 400, "9" * 5000, "1" + ",000" * 110, "9" * 400 + ".5"], ids=len)
def test_number_longer_than_any_count_is_no_figure(printed: str) -> None:
    sentence = f"全年主动公开政府信息{printed}条,公开政府信息{printed}万条,收到政府信息公开申请5件。"
    assert list(find_figures(sentence)) == [("stated.requests.received", 5)]
