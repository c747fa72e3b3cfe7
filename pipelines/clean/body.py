"""Which element of a page holds the body: the one of a known container, else the smallest that loses nothing strong.

Prose and tables are weighed alike, because a report can be nothing but tables. An element that is marked as navigation,
footer, share bar and the like counts only when so much of the page lies in it that the mark must be wrong.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import sub

from pipelines.clean.chrome import is_chrome_mark, is_container
from pipelines.clean.edges import is_signature
from pipelines.clean.page import Node, Page, Part
from pipelines.clean.sections import is_section
from pipelines.clean.weights import Weight, name_link, weigh, weigh_all

_CHROME_TAGS = frozenset(("nav", "footer", "aside", "menu"))
_MARK_IS_WRONG = 0.3  # share of the page above which a mark is not believed
_KEPT = 0.9  # share of the score that a smaller element must keep
_KNOWN = 0.5  # share of the score that a known container must hold
_LISTING_MOST = 0.4  # share of the page that a list of news beside the body may have
_FEWEST_LINKS = 3  # of a list
_LISTING_LINKS = 0.15  # share of its text that is links
_IMAGE = 40  # score of an image, and the most that a link has, on a page without prose
_LONG_LINK = 12  # characters of a link that is a document's title, not a menu's word
_LEAVES = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "ol", "pre"])  # never a body's frame


class Shares:
    """Scores of the nodes of a page, each with everything below it."""

    def __init__(self, nodes: Sequence[Node], parts: Sequence[Part]) -> None:
        self.nodes = nodes
        self._ends = _find_ends(nodes)
        self.weights = weigh_all(parts)
        self.wordless = not any(weight.strong for weight in self.weights)
        self._owners = [part.owner for part in parts]
        raw = self._sum([weight.score for weight in self.weights])
        barred = self._sum([float(is_unmistakable(part)) for part in parts])
        spoken = {nodes[part.owner].marks for part, weight in zip(parts, self.weights, strict=True) if weight.strong}
        self.off = _find_chrome(nodes, raw, barred, spoken)
        if max(barred, default=0.0) >= 2:
            self._mark_listings(parts, raw, barred)
        extra = map(_weigh_wordless, parts) if self.wordless else repeat(0.0)
        scores = [
            0.0 if self.off[owner] else weight.score + more
            for owner, weight, more in zip(self._owners, self.weights, extra, strict=False)
        ]
        strong = [score if weight.strong else 0.0 for score, weight in zip(scores, self.weights, strict=True)]
        self.score = self._sum(scores)
        self.strong = self._sum(strong)

    def _mark_listings(self, parts: Sequence[Part], raw: Sequence[float], barred: Sequence[float]) -> None:
        """On a page with sections or tables, the lists of links with summaries beside the body are chrome too."""
        text = self._sum([float(len(part.text)) for part in parts])
        linked = self._sum([float(part.linked) for part in parts])
        links = self._sum([float(part.linked > 0) for part in parts])
        excerpts = self._find_excerpts(parts)
        swallowing = self._find_swallowing(parts, links)
        most = max(raw) * _LISTING_MOST
        for index, node in enumerate(self.nodes):
            if self.off[index] or (node.parent >= 0 and self.off[node.parent]):
                self.off[index] = True
            elif barred[index] == 0 and raw[index] <= most and not swallowing[index]:
                is_listing = links[index] >= _FEWEST_LINKS and linked[index] >= _LISTING_LINKS * text[index]
                self.off[index] = is_listing or excerpts[index]

    def _find_swallowing(self, parts: Sequence[Part], links: Sequence[float]) -> list[bool]:
        """For each node whether it holds a list of links only because an element of the text was never closed.

        All its links lie in one node below it, and outside that stand sentences or a signature.
        """
        heirs = [-1] * len(self.nodes)
        for index, count in enumerate(links):
            if count >= _FEWEST_LINKS:
                parent = self.nodes[index].parent
                if parent >= 0 and links[parent] == count:
                    heirs[parent] = index
        if max(heirs, default=-1) < 0:
            return [False] * len(self.nodes)
        own = [float(weight.strong or _signs(part)) for part, weight in zip(parts, self.weights, strict=True)]
        text = self._sum(own)
        return [heir >= 0 and text[index] > text[heir] for index, heir in enumerate(heirs)]

    def _find_excerpts(self, parts: Sequence[Part]) -> list[bool]:
        """For each node whether all prose in it is excerpts of articles, each under its linked headline."""
        teasers = _find_teasers(parts, self.weights)
        if not any(teasers):
            return [False] * len(self.nodes)
        below = self._sum(teasers)
        strong = self._sum([float(weight.strong) for weight in self.weights])
        headlines = self._sum([float(_is_headline(part)) for part in parts])
        return [0 < strong[index] == below[index] <= headlines[index] for index in range(len(self.nodes))]

    def _sum(self, values: Sequence[float]) -> list[float]:
        """The sum of each node and all below it: the nodes are numbered as they open, so that is a run of them."""
        own = [0.0] * len(self._ends)
        for owner, value in zip(self._owners, values, strict=True):
            if value:
                own[owner] += value
        before = [0.0, *accumulate(own)]
        return list(map(sub, map(before.__getitem__, self._ends), before))


def _weigh_wordless(part: Part) -> float:
    """What an image or a link to a document counts on a page that has no prose to go by: a gallery, a list."""
    if part.kind == "image":
        return _IMAGE
    long = part.kind != "table" and part.linked * 2 > len(part.text) >= _LONG_LINK
    return float(min(len(part.text), _IMAGE)) if long else 0.0


def _find_ends(nodes: Sequence[Node]) -> list[int]:
    """For each node the number behind the last that lies in it."""
    ends = list(range(1, len(nodes) + 1))
    for index in range(len(nodes) - 1, 0, -1):
        parent = nodes[index].parent
        if parent >= 0 and ends[index] > ends[parent]:
            ends[parent] = ends[index]
    return ends


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of the body's element, their weights, and for each node of the page whether it is chrome."""

    parts: Sequence[Part]
    weights: Sequence[Weight]
    off: Sequence[bool]


def choose_body(page: Page, parts: Sequence[Part]) -> Body:
    """The body's element, and in it the blocks that no chrome element holds."""
    shares = Shares(page.nodes, parts)
    chosen = _known(shares)
    dense = _descend(shares)
    if chosen < 0 or _loses_body(shares, parts, chosen, dense):
        chosen = dense
    inside = _below(page.nodes, chosen)
    kept = [number for number, part in enumerate(parts) if inside[part.owner] and not shares.off[part.owner]]
    weights = [name_link(parts[number], shares.weights[number]) for number in kept]
    return Body([parts[number] for number in kept], weights, shares.off)


def is_unmistakable(part: Part) -> bool:
    """A table, or the heading of a section."""
    if part.kind in ("table", "image"):
        return part.kind == "table"
    return part.linked * 2 <= len(part.text) and is_section(part.text)


def _find_chrome(nodes: Sequence[Node], raw: Sequence[float], barred: Sequence[float], spoken: Set[str]) -> list[bool]:
    """For each node whether it, or one around it, is chrome by its tag or marks and holds too little to be body.

    The class of a paragraph names its looks, so it says nothing where any block of that class (``spoken``) reads like
    body.
    """
    off = [False] * len(nodes)
    most = max(raw, default=0.0) * _MARK_IS_WRONG
    for index, node in enumerate(nodes):
        parent, tag, marks = node.parent, node.tag, node.marks
        if parent >= 0 and off[parent]:
            off[index] = True
        elif tag in _CHROME_TAGS or (marks and is_chrome_mark(marks)):
            is_text = tag in _LEAVES and marks in spoken
            off[index] = not is_text and raw[index] <= most and barred[index] < 2
    return off


def _find_teasers(parts: Sequence[Part], weights: Sequence[Weight]) -> list[float]:
    """1 for each block of prose right behind a linked headline: the excerpt of another article."""
    pairs = zip(weights[1:], parts, strict=False)  # each block with the one before it
    return [0.0, *(float(weight.strong and _is_headline(before)) for weight, before in pairs)][: len(parts)]


def _signs(part: Part) -> bool:
    return part.kind == "paragraph" and not part.linked and is_signature(part.text)


def _is_headline(part: Part) -> bool:
    return part.kind in ("heading", "paragraph") and part.linked * 2 > len(part.text) >= _LONG_LINK


def _known(shares: Shares) -> int:
    """The known container that holds most, the innermost of equals; -1 where none holds enough."""
    known = [index for index, node in enumerate(shares.nodes) if node.marks and is_container(node.marks)]
    best = max(known, key=lambda index: (shares.score[index], index), default=-1)
    return best if best >= 0 and shares.score[best] > _KNOWN * max(shares.score) else -1


def _descend(shares: Shares) -> int:
    """From the top down as long as one child keeps nearly all of the score and everything strong."""
    children: list[list[int]] = [[] for _ in range(len(shares.nodes) + 1)]  # the last are those at the top
    for index, node in enumerate(shares.nodes):
        if node.tag not in _LEAVES or node.parent < 0:
            children[node.parent].append(index)
    current = next(iter(children[-1]), 0)
    while True:
        below = children[current]
        best = max(below, key=lambda child: shares.score[child], default=-1)
        if best < 0:
            return current
        if shares.score[best] < _KEPT * shares.score[current] or shares.strong[best] < shares.strong[current]:
            return current
        current = best


def _loses_body(shares: Shares, parts: Sequence[Part], known: int, dense: int) -> bool:
    """Whether the known container leaves out tables or sections that the dense element has."""
    inside, around = _below(shares.nodes, known), _below(shares.nodes, dense)
    outside = [part for part in parts if around[part.owner] and not inside[part.owner] and not shares.off[part.owner]]
    lost = [part for part in outside if weigh(part).strong and is_unmistakable(part)]
    return len(lost) > 0


def _below(nodes: Sequence[Node], top: int) -> list[bool]:
    inside = [index == top for index in range(len(nodes))]
    for index in range(top + 1, len(nodes)):  # what lies in a node is numbered behind it
        parent = nodes[index].parent
        inside[index] = parent >= 0 and inside[parent]
    return inside
