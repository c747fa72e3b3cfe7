"""The official form as agencies print it: rows, columns and labels of the three tables, for the years since 2019.

Source: 国办公开办函〔2021〕30号 (form ``2021``) and 国办公开办函〔2019〕60号 (form ``2019``).
Written down a second time, apart from ``pipelines/forms``, on purpose: a truth that took its labels from the parser
could not catch a wrong one.
"""

from dataclasses import dataclass
from typing import Literal

Form = Literal["2021", "2019", "narrative"]

APPLICANTS = ("natural", "business", "research", "nonprofit", "legal", "other")
COLUMNS = (*APPLICANTS, "total")
APPLICANT_LABELS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")

REVIEW_TABLES = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other", "pending")
REVIEW_COLUMNS = (*RESULTS, "total")
REVIEW_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")

SUM_RULE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True, slots=True)
class Article:
    """The part of the disclosure table under one item of article 20: its columns and its rows, each (id, label)."""

    heading: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One row of the requests table; ``group`` is the label of the cell that spans its like, where there is one."""

    id: str
    label: str
    group: str | None = None


_CHANGES = (("items_prev", "上一年项目数量"), ("items_delta", "本年增/减"))
_DECISIONS = ("decisions", "处理决定数量")

DISCLOSURE: dict[str, tuple[Article, ...]] = {
    "2021": (
        Article(
            "第二十条第（一）项",
            (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")),
            (("rules", "规章"), ("normative", "行政规范性文件")),
        ),
        Article("第二十条第（五）项", (("decisions", "本年处理决定数量"),), (("licence", "行政许可"),)),
        Article(
            "第二十条第（六）项",
            (("decisions", "本年处理决定数量"),),
            (("penalty", "行政处罚"), ("coercion", "行政强制")),
        ),
        Article("第二十条第（八）项", (("amount", "本年收费金额（单位：万元）"),), (("fees", "行政事业性收费"),)),
    ),
    "2019": (
        Article(
            "第二十条第（一）项",
            (("made", "本年新制作数量"), ("newly_public", "本年新公开数量"), ("public_total", "对外公开总数量")),
            (("rules", "规章"), ("normative", "规范性文件")),
        ),
        Article(
            "第二十条第（五）项",
            (*_CHANGES, _DECISIONS),
            (("licence", "行政许可"), ("other_services", "其他对外管理服务事项")),
        ),
        Article("第二十条第（六）项", (*_CHANGES, _DECISIONS), (("penalty", "行政处罚"), ("coercion", "行政强制"))),
        Article("第二十条第（八）项", _CHANGES, (("fees", "行政事业性收费"),)),
        Article(
            "第二十条第（九）项",
            (("projects", "采购项目数量"), ("amount", "采购总金额")),
            (("procurement", "政府集中采购"),),
        ),
    ),
}

NEW = RequestRow("new", "一、本年新收政府信息公开申请数量")
CARRIED_IN = RequestRow("carried_in", "二、上年结转政府信息公开申请数量")
RESULT_GROUP = "三、本年度办理结果"
HANDLED_TOTAL = RequestRow("handled_total", "（七）总计")
CARRIED_OUT = RequestRow("carried_out", "四、结转下年度继续办理")

_DENIED, _UNABLE, _REJECTED, _OTHER = "（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理"
_SHARED_OUTCOMES = (
    RequestRow("granted", "（一）予以公开"),
    RequestRow("partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    RequestRow("denied.secret", "1.属于国家秘密", _DENIED),
    RequestRow("denied.law", "2.其他法律行政法规禁止公开", _DENIED),
    RequestRow("denied.safety", "3.危及“三安全一稳定”", _DENIED),
    RequestRow("denied.third_party", "4.保护第三方合法权益", _DENIED),
    RequestRow("denied.internal", "5.属于三类内部事务信息", _DENIED),
    RequestRow("denied.process", "6.属于四类过程性信息", _DENIED),
    RequestRow("denied.enforcement", "7.属于行政执法案卷", _DENIED),
    RequestRow("denied.query", "8.属于行政查询事项", _DENIED),
    RequestRow("unable.not_held", "1.本机关不掌握相关政府信息", _UNABLE),
    RequestRow("unable.create", "2.没有现成信息需要另行制作", _UNABLE),
    RequestRow("unable.unclear", "3.补正后申请内容仍不明确", _UNABLE),
    RequestRow("rejected.petition", "1.信访举报投诉类申请", _REJECTED),
    RequestRow("rejected.repeat", "2.重复申请", _REJECTED),
    RequestRow("rejected.publication", "3.要求提供公开出版物", _REJECTED),
    RequestRow("rejected.excessive", "4.无正当理由大量反复申请", _REJECTED),
    RequestRow("rejected.confirm", "5.要求行政机关确认或重新出具已获取信息", _REJECTED),
)
OUTCOMES: dict[str, tuple[RequestRow, ...]] = {
    "2021": (
        *_SHARED_OUTCOMES,
        RequestRow("other.no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", _OTHER),
        RequestRow(
            "other.no_payment", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", _OTHER
        ),
        RequestRow("other.misc", "3.其他", _OTHER),
    ),
    "2019": (*_SHARED_OUTCOMES, RequestRow("other", _OTHER)),
}


def request_rows(form: str) -> tuple[RequestRow, ...]:
    """All rows of the requests table in printed order: 25 in form ``2021``, 23 in ``2019``."""
    return (NEW, CARRIED_IN, *OUTCOMES[form], HANDLED_TOTAL, CARRIED_OUT)


def cell_ids(form: str) -> tuple[str, ...]:
    """The identifiers of every cell of the form in printed order; none for a narrative report."""
    if form == "narrative":
        return ()
    disclosure = (
        f"disclosure.{row}.{column}"
        for article in DISCLOSURE[form]
        for row, _ in article.rows
        for column, _ in article.columns
    )
    requests = (f"requests.{row.id}.{column}" for row in request_rows(form) for column in COLUMNS)
    reviews = (f"{table}.{column}" for table in REVIEW_TABLES for column in REVIEW_COLUMNS)
    return (*disclosure, *requests, *reviews)
