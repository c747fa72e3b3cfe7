"""The prose of a made-up report: own sentences, whose numbers are those of the tables.

A sentence is a template over ``Facts``; which variants a report gets is drawn from its seed, so that no two years of an
agency read alike and prose of two agencies is told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from demo.numbers import Figures


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its heading and the paragraphs under it, in order; ``heading`` is empty for the opening."""

    heading: str
    paragraphs: tuple[str, ...]


TABLED_HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)

_OPENING = (
    "本报告依照《中华人民共和国政府信息公开条例》编写，所列数据自{year}年1月1日起至{year}年12月31日止，由{short}办公室负责解释。",
    "按照政府信息公开年度报告的有关规定，现将{agency}{year}年度政府信息公开工作情况公布如下，欢迎社会各界监督。",
    "{year}年，{self}把政府信息公开当作改进作风、服务群众的日常功课，坚持该公开的尽早公开、能说清的尽量说清，工作情况如下。",
)
_DISCLOSED = (
    "（一）主动公开。全年通过各类渠道主动公开政府信息{disclosed}条，其中门户网站{website}条、政务微信{wechat}条、政务微博{weibo}条，"
    "内容集中在{topic0}、{topic1}和{topic2}三个方面。",
    "（一）主动公开更加及时。围绕{topic0}和{topic1}，{self}全年主动公开信息{disclosed}条：门户网站发布{website}条，"
    "微信公众号发布{wechat}条，微博发布{weibo}条；重要事项一律在形成后二十个工作日内上网。",
)
_RECEIVED = (
    "（二）依申请公开。全年新收政府信息公开申请{received}件，上年结转{carried_in}件，办结{handled}件，结转下年度{carried_out}件，"
    "均在法定期限内答复，没有发生超期。",
    "（二）申请办理更加规范。{year}年共收到政府信息公开申请{received}件，加上年结转的{carried_in}件，已答复{handled}件，"
    "其余{carried_out}件依法延期至下一年度办理；对申请人表述不清的，经办处室先打电话问明再书面补正。",
)
_MANAGED = (
    "（三）政府信息管理。建立“谁起草、谁定密、谁公开”的流转单，每份公文在签发时就写明公开属性，年底逐件清理了{old}份历史文件。",
    "（三）政府信息管理。完成{topic2}类文件的有效性核对，失效的当日标注，继续有效的重新排版并附上网页版与下载版，共涉及{old}份。",
)
_PLATFORM = (
    "（四）平台建设。门户网站新开“{topic1}”专栏，合并了三个久不更新的栏目；手机端打开首页的平均用时由{slow}秒降到{fast}秒。",
    "（四）平台建设。依托门户网站和政务新媒体两个阵地，全年网站访问{visits}万人次，回复网友留言{letters}条，答复率保持在百分之百。",
)
_WATCHED = (
    "（五）监督保障。把政府信息公开列入处室年度考核，举办业务培训{training}次，邀请{guests}名群众代表逛栏目、挑毛病，所提意见当月整改。",
    "（五）监督保障。明确一名副职分管、一个科室主办、每个处室一名联络员，按季度通报公开情况，全年未发生因公开不当被追责的情形。",
)
_PROBLEMS = (
    "（一）解读还不够好懂。{topic0}方面的文件专业性强，文字解读多，群众爱看的短视频和问答少。",
    "（二）公开的主动性还不均衡。个别处室习惯于“要了再给”，{topic1}方面的信息更新慢，栏目一度超过一个月没有新内容。",
    "（三）新媒体互动偏弱。留言办理的时限和口径没有统一，有{late}条留言的回复超过了五个工作日。",
)
_PLANS = (
    "下一步，{self}将为每份重要文件配一张图、一段三分钟以内的讲解和十个常见问答，由起草人本人出面说明。",
    "针对上述问题，{self}将把公开属性的审核提前到公文起草环节，每月晒出各处室的公开清单，并把{topic2}列为明年的重点。",
    "为此，{self}将修订留言办理规程，明确受理、转办、答复三个时点，由办公室每周抽查一次。",
)
_FEES = (
    "本年度{self}没有收取政府信息公开信息处理费，也没有其他需要报告的事项。",
    "依照国务院办公厅关于信息处理费的管理办法，{self}{year}年未向任何申请人收取信息处理费。",
    "无其他需要报告的事项。{year}年度信息处理费收取金额为零。",
)
_NARRATIVE_REQUESTS = (
    "{year}年，{self}共收到政府信息公开申请{received}件，其中当面申请{desk}件、网络申请{online}件，申请内容主要涉及{topic1}，"
    "均已在规定期限内答复，申请人没有提出异议。",
)
_NARRATIVE_REVIEWS = (
    "{year}年，因政府信息公开引起的行政复议{reviews}件、行政诉讼{lawsuits}件，复议机关和人民法院均依法审理，{self}按时提交了答复材料。",
)


def write_sections(form: str, facts: Mapping[str, object], draw: Random) -> tuple[Section, ...]:
    """The sections of a report; those that hold a table in the tabled forms have no paragraph of their own."""

    def pick(variants: Sequence[str]) -> str:
        return draw.choice(variants).format_map(facts)

    overall = tuple(pick(kind) for kind in (_DISCLOSED, _RECEIVED, _MANAGED, _PLATFORM, _WATCHED))
    opening = tuple(line.format_map(facts) for line in draw.sample(_OPENING, k=2))
    problems = (*(line.format_map(facts) for line in _PROBLEMS), pick(_PLANS))
    if form != "narrative":
        bodies: tuple[tuple[str, ...], ...] = (overall, (), (), (), problems, (pick(_FEES),))
        tabled = (Section(head, body) for head, body in zip(TABLED_HEADINGS, bodies, strict=True))
        return (Section("", opening), *tabled)
    bare = [paragraph.partition("）")[2] for paragraph in overall]  # without （一） to （五）
    return (
        Section("", opening),
        Section("一、概述", (bare[2], bare[3], bare[4])),
        Section("二、主动公开政府信息的情况", (bare[0],)),
        Section("三、依申请公开政府信息的情况", (pick(_NARRATIVE_REQUESTS),)),
        Section("四、行政复议和行政诉讼的情况", (pick(_NARRATIVE_REVIEWS),)),
        Section("五、存在的问题和改进的打算", problems),
        Section("六、其他事项", (pick(_FEES),)),
    )


def find_facts(figures: Figures, draw: Random) -> dict[str, int | str]:
    """The figures that prose may state: those of the tables, and others that no table holds."""
    received = int(figures["requests.new.total"])
    website, wechat, weibo = draw.randint(200, 4000), draw.randint(20, 900), draw.randint(10, 700)
    online = draw.randint(0, received)
    return {
        "received": received,
        "carried_in": int(figures["requests.carried_in.total"]),
        "handled": int(figures["requests.handled_total.total"]),
        "carried_out": int(figures["requests.carried_out.total"]),
        "reviews": int(figures["review.total"]),
        "lawsuits": int(figures["litigation_direct.total"] + figures["litigation_after_review.total"]),
        "disclosed": website + wechat + weibo,
        "website": website,
        "wechat": wechat,
        "weibo": weibo,
        "online": online,
        "desk": received - online,
        "old": draw.randint(12, 480),
        "slow": f"{draw.randint(21, 60) / 10}",
        "fast": f"{draw.randint(6, 20) / 10}",
        "visits": draw.randint(11, 900),
        "letters": draw.randint(30, 1500),
        "training": draw.randint(2, 9),
        "guests": draw.randint(5, 30),
        "late": draw.randint(2, 19),
    }
