"""From a home page to the portal's lists of annual reports: best link first, within a stated number of requests.

The layout of the disclosure column is standardised (国办公开办函〔2019〕61号: 指南, 制度, 法定主动公开内容, 年报 in
the left menu), so links are ranked by what they say (政府信息公开年报 before 政府信息公开 before 政务公开) and by the
tokens of their path (``zfxxgknb``, ``gknb`` … before ``zfxxgk`` before ``zwgk``). A page is the list when enough
speaks for it: its ColumnType (国办发〔2017〕47号), its name, the name of the link that led to it, its address, the
reports in it, or a family's endpoint. Once there is a list, only links that are named like one are still followed:
portals have more than one.
"""

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from urllib.parse import urljoin, urlsplit

from spiders.families import recognise_family
from spiders.families.ajax import find_paged_call
from spiders.families.base import Family, Turn
from spiders.families.endpoints import find_scripts
from spiders.families.generic import find_script_rows, is_same_list
from spiders.menus import find_menu_links, find_written_links
from spiders.owners import is_own
from spiders.pages import Link, Page, read_text, squeeze
from spiders.reach import Reach
from spiders.rows import is_annual_report, is_article, leads_to_annual_list, names_annual_list, plain, title_year
from spiders.stubs import find_frames, find_onward, is_signpost

MOST_REQUESTS = 40
MOST_DEPTH = 5
CERTAIN = 60  # points from which a page is the list
ELSEWHERE = 25  # points of rank that a link loses which leads out of the home page's folder
GUESSED = 10  # rank of a page that no link led to, at most
ASKED = 1 << 20  # rank of what was asked
RETRIED = 1000  # rank of another way to a page
SCRIPT = 11  # rank of a script in which a menu may stand
MOST_SCRIPTS = 3  # of a page
NAMED = 80  # rank from which a link is still followed when there is a list
_MENU = (
    (re.compile(r"政府信息公开(?:专栏|平台|目录|栏目|网)?$"), 70),
    (re.compile(r"(?:政务|政府|信息)公开(?:专栏|平台|目录|栏目)?$"), 62),
    (re.compile(r"法定主动公开|主动公开"), 50),
    (re.compile(r"^(?:公开|信息公开\S{0,4}|政务公开\S{0,4}|政府信息\S{0,4})$"), 45),
    (re.compile(r"(?:网站|站点)?(?:地图|导航)$|^site\s?map$", re.IGNORECASE), 32),
    (re.compile(r"公开(?:指南|制度|规定)|依申请公开"), 26),
    (re.compile(r"^(?:进入|点击进入)?(?:网站)?(?:首页|主页)|^(?:点击)?进入|中文版|简体"), 18),
)
_PATHS = (
    (re.compile(r"/gkmlpt(?:/|$)", re.IGNORECASE), 66),
    (re.compile(r"/(?:zfxxgk|zfxxgkpt|zfxxgkzl|govinfopub\w*|openness|xxgkml)(?=[/_.?-]|$)", re.IGNORECASE), 52),
    (re.compile(r"/(?:xxgk|public)(?=[/_.?-]|$)", re.IGNORECASE), 46),
    (re.compile(r"/(?:zwgk|gk|zfgk|gov_?open\w*)(?=[/_.?-]|$)", re.IGNORECASE), 40),
    (re.compile(r"/(?:wzdt|sitemap)(?=[/_.?-]|$)", re.IGNORECASE), 28),
)
# Where the platforms and the standard layout put it; asked last, when no link led on.
GUESSES = ("/gkmlpt/index", "/zfxxgk/", "/xxgk/", "/zwgk/", "/zfxxgk/zfxxgknb/", "/xxgk/xxgknb/", "/zwgk/zfxxgk/")
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page to look at: how promising, how far from the home page, and what led to it."""

    url: str
    rank: int = 100
    depth: int = 0
    via: str | None = None
    anchor: str = ""
    named: bool = False  # its link or address says that it is a list of annual reports
    is_script: bool = False  # of the page ``via``, for the menu that may stand in it


@dataclass(frozen=True, slots=True)
class Finding:
    """What a page is in the search: ``points`` for its being the list, and the reasons in words."""

    points: int
    reasons: tuple[str, ...]
    family: Family
    reports: int
    is_walkable: bool  # it shows rows, or the way to rows

    @property
    def is_list(self) -> bool:
        """Whether the page is a list that can be walked."""
        return self.points >= CERTAIN and self.is_walkable


@dataclass(slots=True)
class Discovery:
    """The search on one portal. Takes pages one by one; says which to ask next."""

    reach: Reach
    home: str = ""
    agency: str | None = None
    most_requests: int = MOST_REQUESTS
    most_depth: int = MOST_DEPTH
    asked: int = 0
    lists: int = 0
    _heap: list[tuple[int, int, Candidate]] = field(default_factory=list)
    _met: dict[str, int] = field(default_factory=dict)  # pages by the rank that they wait with
    _fallback: tuple[int, Candidate] | None = None
    elsewhere: str | None = None  # a list's name that leads to a host that is not the portal's
    _guessed: bool = False
    _counted: int = 0

    def meet(self, candidate: Candidate) -> None:
        """A page that may be worth a look; those met before are passed over."""
        key = key_of(candidate.url)
        if candidate.depth <= self.most_depth and self._met.get(key, 0) < candidate.rank:
            self._met[key] = candidate.rank  # a page that waits already may get a better name
            self._counted += 1
            heapq.heappush(self._heap, (-candidate.rank, self._counted, candidate))

    def retry(self, candidate: Candidate) -> None:
        """Another way to a page that was met before; it goes first and does not count."""
        self.asked -= 1
        heapq.heappush(self._heap, (-RETRIED, 0, candidate))

    def give_up_guessing(self) -> None:
        """Ask for no address that no page linked."""
        self._guessed = True

    def take(self) -> Candidate | None:
        """The most promising page; ``None`` where the search is over."""
        if self.asked >= self.most_requests:
            return None
        if not self._heap and not self.lists and not self._guessed:
            self._guess()
        candidate = self._pop()
        if candidate is None or (self.lists and candidate.rank < NAMED):
            return None
        self._met[key_of(candidate.url)] = ASKED
        self.asked += 1
        return candidate

    def _pop(self) -> Candidate | None:
        """The page that waits with the highest rank; not one that was asked under a better name."""
        while self._heap:
            rank, _, candidate = heapq.heappop(self._heap)
            if rank <= -RETRIED or self._met.get(key_of(candidate.url)) != ASKED:
                return candidate
        return None

    def read(self, page: Page, candidate: Candidate) -> Finding:
        """Judge a page, and meet what it links."""
        self._met[key_of(page.url)] = ASKED
        if candidate.is_script:
            page = Page(
                candidate.via or page.url, f"<script>{page.text}</script>".encode("utf-8", "replace"), "charset=utf-8"
            )
        finding = judge_page(page, candidate)
        if candidate.is_script:
            finding = replace(finding, is_walkable=False)
        self.lists += finding.is_list
        if finding.reports and not finding.is_list and (self._fallback is None or finding.reports > self._fallback[0]):
            self._fallback = (finding.reports, replace(candidate, url=page.url))
        for lead in (*self._leads(page, candidate, finding), *self._scripts(page, candidate)):
            self.meet(lead)
        return finding

    def _scripts(self, page: Page, candidate: Candidate) -> Iterator[Candidate]:
        """The scripts of a page without a menu of its own: last of all, and not those of what they lead to."""
        for url in islice(find_scripts(page), MOST_SCRIPTS) if is_signpost(page) and not candidate.is_script else ():
            yield Candidate(url, SCRIPT, candidate.depth + 1, page.url, is_script=True)

    def take_fallback(self) -> Candidate | None:
        """The page with most reports that is no list by itself; for a portal on which no list was found."""
        found, self._fallback = self._fallback, None
        return found[1] if found and not self.lists else None

    def _leads(self, page: Page, candidate: Candidate, finding: Finding) -> Iterator[Candidate]:
        onward = find_onward(page)
        for url in [onward] if onward else find_frames(page):
            if self.reach.owns(url):
                named, rank = candidate.named or leads_to_annual_list(url), max(candidate.rank - 1, 1)
                yield replace(candidate, url=url, rank=rank, depth=candidate.depth + 1, named=named)
        sparse = is_signpost(page)
        for link in (*page.links, *find_script_rows(page), *find_written_links(page), *find_menu_links(page)):
            if finding.is_list and is_same_list(link.url, page.url) and not names_annual_list(link.title):
                continue  # its further pages, which the walk asks for, and its calendar's
            if not self.reach.owns(link.url):
                self._note_elsewhere(link)
            elif lead := self._lead(link, page, candidate, sparse):
                yield lead

    def _note_elsewhere(self, link: Link) -> None:
        """The surest of the links that lead away; it is not followed, but a person may name that host."""
        if names_annual_list(link.title) or (self.elsewhere is None and _MENU[0][0].search(plain(link.title))):
            self.elsewhere = f"{squeeze(link.title)} leads to {link.url}"

    def _lead(self, link: Link, page: Page, candidate: Candidate, sparse: bool) -> Candidate | None:
        if title_year(link.title) is not None and not candidate.named:
            return None
        named = names_annual_list(link.title) and is_own(link.title, self.agency)
        rank = 100 if named else rank_link(link)
        named = named or (rank >= NAMED and not is_article(link.url))
        if is_article(link.url) and rank < 60 and not (rank and _is_word(link.url)):
            return None
        if not rank and candidate.named and _is_below(link.url, page.url) and not is_article(link.url):
            rank, named = 55, False
        if not rank and sparse:
            rank = 12
        if not rank:
            return None
        folder = urlsplit(self.home).path.rpartition("/")[0] + "/"
        if not urlsplit(link.url).path.startswith(folder):
            rank -= ELSEWHERE  # another portal's on the same host, perhaps
        if not named:
            rank -= 2 * candidate.depth + (15 if urlsplit(link.url).netloc != urlsplit(page.url).netloc else 0)
        rank, depth = max(rank - candidate.depth, 1), candidate.depth + 1
        return Candidate(link.url, rank, depth, page.url, squeeze(link.title), named)

    def _guess(self) -> None:
        self._guessed = True
        for number, path in enumerate(GUESSES if self.home else ()):
            self.meet(Candidate(urljoin(self.home, path), GUESSED - number, 1, named=leads_to_annual_list(path)))


def rank_link(link: Link) -> int:
    """How surely a link leads towards the annual reports, 0 to 90, by its words, else by its path."""
    if leads_to_annual_list(link.url) and not is_article(link.url):
        return 85
    text, path = plain(link.title), urlsplit(link.url).path
    by_text = next((rank for pattern, rank in _MENU if pattern.search(text)), 0)
    if by_text and len(text) <= 16:
        return by_text
    return 0 if is_article(link.url) else next((rank for pattern, rank in _PATHS if pattern.search(path)), 0)


def judge_page(page: Page, candidate: Candidate) -> Finding:
    """What speaks for a page's being a list of annual reports."""
    family = recognise_family(page)
    turn = Turn(page.url)
    links = family.find_links(page, turn)
    reports = len({link.url for link in links if is_annual_report(link)})
    following = family.find_turn(page, turn)
    found = [(points, words) for points, words in _signs(page, candidate, reports) if points]
    if family.names_list(page):
        found.append((CERTAIN, f"{family.name}'s category of annual reports"))
    if found and following and following.scripted:
        found.append((20, f"{family.name} asks for its rows by script"))
    shell = not reports and (bool(find_paged_call(page).url) or any(find_scripts(page)))
    bare = not following or following.beyond
    if candidate.named and shell and bare and (family.wants_scripts(page) or is_signpost(page)):
        found.append((20, "its rows come by a script that it loads"))
    is_walkable = bool(reports or (following and (following.scripted or not is_signpost(page))) or shell)
    return Finding(sum(points for points, _ in found), tuple(words for _, words in found), family, reports, is_walkable)


def _signs(page: Page, candidate: Candidate, reports: int) -> Iterator[tuple[int, str]]:
    kind, name = read_meta(page, "columntype"), read_meta(page, "columnname")
    yield (60 if "年报" in kind else 0), f"ColumnType {kind}"
    yield (40 if names_annual_list(name) else 0), f"ColumnName {name}"
    title = next((read_text(element) for element in page.tree.iter("title")), "")
    yield (25 if any(map(names_annual_list, re.split(r"[_\-—|]", title))) else 0), f"title {title}"
    yield (45 if candidate.named else 0), f"linked as {candidate.anchor or candidate.url}"
    yield (25 if leads_to_annual_list(page.url) else 0), f"path {urlsplit(page.url).path}"
    yield min(reports, 3) * 18, f"{reports} annual reports in it"


def read_meta(page: Page, name: str) -> str:
    """The content of the mandated tag of that name; empty where there is none."""
    for element in page.tree.iter("meta"):
        if (element.get("name") or "").strip().lower() == name and (element.get("content") or "").strip():
            return squeeze(element.get("content") or "")
    return ""


def key_of(url: str) -> str:
    """What two addresses of one page share: scheme, ``www.``, index file and last slash do not count."""
    rest = url.partition("://")[2].removeprefix("www.")
    address, mark, query = rest.partition("?")
    return _INDEX.sub("/", address).rstrip("/") + mark + query


def _is_word(url: str) -> bool:
    """Whether a page's file is named by letters alone (``zfxxgk.shtml``): articles bear numbers, columns words."""
    return urlsplit(url).path.rpartition("/")[2].partition(".")[0].isalpha()


def _is_below(url: str, page_url: str) -> bool:
    folder = urlsplit(page_url).path.rpartition("/")[0] + "/"
    return folder != "/" and urlsplit(url).path.startswith(folder)
