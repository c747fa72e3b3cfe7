import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.parse.labels import Lexicon, fold_label, squeeze
from pipelines.parse.template import load_template


@pytest.mark.parametrize(
    "printed",
    [
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "(二)部分公开(区分处理的,只计这一情形,不计其他情形)",
        "（二） 部 分\n公开",
        "二、部分公开（区分处理的，只计这一情",
        "部分公开\u200b",
        "②部分公开",
        "2．部分公开（宋体加粗小四号字）",
    ],
)
def test_prints_of_one_label_fold_to_one_core(printed: str) -> None:
    assert fold_label(printed) == "部分公开"


def test_text_that_is_only_a_note_keeps_its_words() -> None:
    assert fold_label("（本列数据的勾稽关系为：第一项加第二项）") == "本列数据的勾稽关系为第一项加第二项"


def test_numeral_that_belongs_to_the_words_stays() -> None:
    assert fold_label("3.危及“三安全一稳定”") == "危及三安全一稳定"


@pytest.mark.parametrize(
    ("printed", "row"),
    [
        ("2.其他法律行政止公开", "denied.law"),
        ("3.及“三安全一稳定”", "denied.safety"),
        ("5.属于三类内部事务信囗", "denied.internal"),
        ("（二）部分公开区分处理的，只计这一情形，不计其他情形）", "partial"),
        ("本年新收政府信息公开申请量", "new"),
        ("3.其他", "other.misc"),
        ("（六）其他处理", "other"),
    ],
)
def test_damaged_label_is_known_by_what_is_left(printed: str, row: str) -> None:
    assert load_template("requests").row_labels.find(printed) == row


@pytest.mark.parametrize(
    "printed", ["年政府信息公开申请数量", "本年结转政府信息公开申请数量", "属于", "重复", "其", ""]
)
def test_label_that_two_rows_explain_is_not_guessed(printed: str) -> None:
    assert load_template("requests").row_labels.find(printed) is None


@pytest.mark.parametrize(
    ("printed", "row"),
    [("行政事业性收费项目", "fees"), ("行政许可事项", "licence"), ("行政处罚（件）数量", "penalty")],
)
def test_word_that_every_label_could_have_changes_none(printed: str, row: str) -> None:
    assert load_template("disclosure").row_labels.find(printed) == row


@pytest.mark.parametrize(
    "printed", ["行政检查", "行政确认", "行政处分", "行政奖励", "行政强制执行", "其他主动公开文件"]
)
def test_other_row_with_a_similar_label_is_not_mistaken(printed: str) -> None:
    assert load_template("disclosure").row_labels.find(printed) is None


def test_label_with_two_meanings_is_refused() -> None:
    with pytest.raises(ValueError, match="means both"):
        Lexicon([("其他", "a"), ("（一）其 他", "b")])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="政府，。；：（）“”《》〔〕、！％０９ＡＺ～·—…①²ﬁ㎡\u3000 \n\xa0aé12.", max_size=40))
def test_squeezed_text_is_compatible_normal_form_without_white_space(text: str) -> None:
    assert squeeze(text) == "".join(unicodedata.normalize("NFKC", text).split())
