"""What is looked for quickly is what the whole rule finds: each short cut of the cleaning held against its rule."""

import random
import re

import pytest
from lxml import etree

from pipelines.clean import (
    attachments,
    beginnings,
    blocks,
    chrome,
    dates,
    elements,
    joins,
    keys,
    remembering,
    sections,
    sentences,
    stylesheets,
    weights,
)
from pipelines.clean.htmltree import encode_html, grow_tree
from pipelines.clean.page import Link, Part
from pipelines.clean.paths import PathBook
from pipelines.document import Block, Slot
from pipelines.feeds import body_text

_LETTERS = "一二三十、，。；：！？（）()第章节 \u3000\xa0\t\u200b\ufeff\u00adaZ9９_-—%《》“”·.,;!?一般政府\u2028\u00b2"


def _draw_texts(seed: int, count: int = 3000) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices(_LETTERS, k=draw.randrange(0, 30))) for _ in range(count)]


def test_folding_leaves_nothing_invisible() -> None:
    invisible = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]+")
    for text in _draw_texts(1):
        assert elements.fold(text) == " ".join(invisible.sub("", " ".join(text.split())).split())


def test_a_key_is_letters_and_digits_alone() -> None:
    for text in _draw_texts(2):
        assert keys.text_key(text) == re.sub(r"[\W_]+", "", text)


def test_a_heading_is_told_by_its_pattern_whatever_it_begins_with() -> None:
    for text in _draw_texts(3):
        whole = len(text) <= 45 and bool(sections._NUMBERED.match(text)) and not re.search("[。；;]", text[:-1])
        assert sections.is_section(text) == whole


def test_prose_is_told_by_any_mark_that_ends_a_sentence() -> None:
    for text in _draw_texts(4):
        assert weights.is_prose(text) == (len(text) >= 24 and bool(re.search("[。；！？;]", text)))


def test_a_link_weighs_nothing_and_has_its_kind_where_it_is_asked_for() -> None:
    link = Part("paragraph", "字体：大 中 小", linked=8)
    assert weights.weigh_all([link])[0] == weights.Weight(0, False, "")
    assert (
        weights.name_link(link, weights.weigh_all([link])[0]) == weights.weigh(link) == weights.Weight(0, False, "tool")
    )


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("(?:打印|关闭)?窗口.*", {"打", "关", "窗"}),
        (r"\[?(?:大|中)\]?", {r"\[", "大", "中"}),
        (r"(?:-|—)?\d{1,3}", {r"\-", "—", r"\d"}),
        (r"[«‹<]?上{0,2}一", {"[«‹<]", "上", "一"}),
        ("[^a]b", None),
        (".{0,3}码", None),
        ("(?:一)?", None),
        (r"(?=a)b", None),
    ],
)
def test_the_beginnings_of_a_pattern_are_those_of_its_matches(pattern: str, first: set[str] | None) -> None:
    assert beginnings.find_beginnings(pattern) == first


def test_a_look_ahead_hides_no_match() -> None:
    patterns = ["(?:第|共)?\\d+页", "[|>·\\-_]+", "一(?:般|政)*府?", "[+-]9"]
    bare = re.compile("|".join(f"(?:{item})" for item in patterns))
    guarded = re.compile(f"{beginnings.look_ahead(patterns)}(?:{bare.pattern})")
    draw = random.Random(5)
    for _ in range(3000):
        text = "".join(draw.choices("第共9页|>-_一般府+a", k=draw.randrange(0, 5)))
        assert bool(guarded.fullmatch(text)) == bool(bare.fullmatch(text))


@pytest.mark.parametrize(
    "address",
    ["a.et", "a.PDF", "/x/download/1", "/p?fileId=3", "a.tif", "/a.jsp?f=b.docx&c=1", "down.jsp", "/a.ceb", "/%2Edoc"],
)
def test_a_file_is_told_by_whatever_pattern_knows_it(address: str) -> None:
    path = address.replace("%2E", ".").split("?")[0]
    known = (
        attachments._ENDING.search(path) or attachments._NAMED.search(address) or attachments._DOWNLOAD.search(address)
    )
    named = attachments._IMAGE.search(path) is None
    assert attachments.is_file_link(Link(address, "附件", 0)) == bool(known or not named)


@pytest.mark.parametrize(
    "body",
    [
        "<p style='DISPLAY : none'>a",
        "<p style='display&#58;none'>a",
        "<style>.a{display:none}</style><p style='visibility:\nhidden'>a",
        "<style>.a{display:none}</style><p class='b a'>a",
        "<script>x='display:none'</script><p style=display:none>a",
        "<p style='x' hidden>a",
        "<p class='x'hidden=''>a",
        "<p style='display:" + " " * 200 + "none'>a",
        "<!-- display:none --><p style='overflow:hidden'>a",
        "<p sty\0le='display:none'>a",
    ],
)
def test_an_element_is_hidden_by_its_own_style_wherever_else_a_page_speaks_of_hiding(body: str) -> None:
    root = etree.fromstring(body.replace("\0", "").encode(), etree.HTMLParser(encoding="utf-8"))
    hiding = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
    wanted = {
        item
        for item in root.iter()
        if item.get("hidden") is not None or hiding.search(item.get("style") or "") or item.get("class") == "b a"
    }
    assert stylesheets.find_hiding(root, encode_html(body)).elements == wanted


def test_paths_are_those_of_the_parser() -> None:
    markup = "<div><p>a<p>b<table><tr><td>1<td>2<tr><td>3</table><o:p>c</o:p></div><div><span>d</span></div>"
    root = etree.fromstring(markup, etree.HTMLParser())
    draw, items = random.Random(6), list(root.iter())
    for _ in range(20):
        draw.shuffle(items)
        book = PathBook()
        for item in items:
            assert root.getroottree().xpath(book.path(item)) == [item]


def test_an_encoded_style_is_told_as_by_the_tags_that_have_both() -> None:
    draw = random.Random(7)
    for _ in range(5000):
        source = "".join(draw.choices(["<", ">", "&", "style", "p ", "x", "'"], k=draw.randrange(0, 14))).encode()
        wanted = any(b"style" in tag for tag in re.findall(rb"<[^<>]*&[^<>]*", source))
        assert stylesheets._has_encoded_style(source) == wanted, source


@pytest.mark.parametrize(
    "body",
    [
        "<p>a<span style='display:block'>b</span>c<p style='color:red'>d",
        "<style>.a{display:block}</style><p>a<span style='color:red'>b</span>c",
        "<p>a<b style='d&#105;splay:block'>b</b>c",
        "<script>x='display:none'</script><p>a<em hidden>b</em>c<i>d</i>",
        "<p>a<span style='dis\0play:block'>b</span>c",
    ],
)
def test_an_inline_element_cuts_as_its_style_says_wherever_else_a_page_speaks_of_display(body: str) -> None:
    root, _ = grow_tree(body)
    assert root is not None
    hiding = stylesheets.find_hiding(root, encode_html(body))
    whole = blocks._Walk(elements.Hiding(hiding.elements, displays=True)).read(root)
    assert blocks._Walk(hiding).read(root).parts == whole.parts


def test_a_shallow_page_is_whole_without_asking_the_parser() -> None:
    assert grow_tree("<div>" * 900)[1]
    assert not grow_tree("<div>" * 3000)[1]


def test_ends_figures_and_dates_are_told_by_their_patterns() -> None:
    ended = re.compile(r"[。！？；：!?;:][”’」）)]?$")
    draw = random.Random(8)
    letters = "。；：!” 」）)(（【发布日期时间二一〇年月12１２0３-/.:aT政\u3000%—"
    for _ in range(5000):
        text = "".join(draw.choices(letters, k=draw.randrange(2, 12)))
        assert sentences._is_ended(text) == bool(ended.search(text)), text
        assert joins.is_figure(text) == bool(re.match(r"^[\d\s.,%+\-—–/]*$", text)), text
        assert not dates.is_date_line(text) or dates._DATE_START.match(text)
        assert dates.is_date_line(text) == dates._is_date.__wrapped__(text), text


def test_the_text_of_a_body_is_that_of_its_folded_blocks() -> None:
    draw = random.Random(9)
    letters = [*"一ab \n\t\u3000\xa0e", "e\u0301", "\u0301", "\u200b", "  "]
    for _ in range(2000):
        texts = ["".join(draw.choices(letters[: draw.choice((3, 4, 12))], k=draw.randrange(0, 6))) for _ in range(5)]
        grid = ((Slot(texts[0], "/a"), Slot(texts[1], "/b")), (Slot(texts[2], "/c"), Slot("7", "/d")))
        body = [Block("table", "/t", grid=grid), Block("image", "/i", "x"), Block("paragraph", "/p", texts[3])]
        one, two, three, four = (body_text([Block("paragraph", "/p", text)]) for text in texts[:4])
        assert body_text(body) == f"{one}\t{two}\n{three}\t7\n{four}"


def test_what_is_remembered_is_what_would_be_found_again() -> None:
    texts = [text for text in _draw_texts(10, 400) if text]
    found = [(keys.text_key(text), chrome.line_kind(text), sections.is_section(text)) for text in texts * 2]
    remembering.forget()
    again = [(keys.text_key(text), chrome.line_kind(text), sections.is_section(text)) for text in texts[::-1]][::-1]
    assert found == again * 2


def test_a_long_text_is_not_kept_in_memory() -> None:
    remembering.forget()
    keys.text_key("一，" * remembering.LONGEST)
    assert keys._bare_key.cache_info().currsize == 0
