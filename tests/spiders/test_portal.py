"""``crawl portal`` and ``probe`` over real servers on loopback: from home pages alone, each within its own host."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from archive.reading.captures import read_captures
from archive.sources import find_archives
from tests.commands import crawl_settings, read_lines, run_scrapy
from tests.loopback import Answer, serving
from tests.spiders.portal import AGENCY, LIST, Watched, article, page, portal_answers, report, row

PIXEL = Answer(b"\x89PNG\r\n\x1a\n", "image/png")


def answers(elsewhere: str) -> Watched:
    """A portal whose list holds every kind of row, reached from its home page."""
    made = portal_answers()
    other = row(2019).replace(AGENCY, "云岭省林业局").replace("_2019", "_7")
    strange = f'<li><a href="{elsewhere}/secret">{AGENCY}2018年政府信息公开年度报告</a></li>'
    made[LIST] = page(
        f"<ul>{row(2022)}{row(2021)}{other}{strange}</ul><script>createPageHTML(2,0,'index','html')</script>"
    )
    made["/"] = page(f'<title>{AGENCY}</title><a href="/zfxxgk/">政府信息公开</a><a href="{elsewhere}/nb/">年报</a>')
    made["/zfxxgk/"] = page(f'<a href="{LIST}">政府信息公开年报</a>')
    inner = '<iframe src="inner.html"></iframe>'
    made[article(2021)] = page(f"<h1>{AGENCY}2021年政府信息公开工作年度报告</h1>{inner}")
    made[f"{LIST}202201/inner.html"] = report(2021)
    scans = "".join(f'<p><img src="/scan/{n}.png"></p>' for n in range(2))
    made[article(2020)] = page(f'<div class="TRS_Editor">{scans}</div><link rel="stylesheet" href="/s.css">')
    made |= {f"/scan/{n}.png": PIXEL for n in range(2)}
    made[article(2019).replace("_2019", "_7")] = report(2019)
    return Watched(made)


class Crawled(NamedTuple):
    """A crawl of two home pages: where it lies, what was asked, and what it told."""

    folder: Path
    good: Watched
    inner: Watched
    code: int
    told: str
    origin: str


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("homes")
    inner = Watched({"/secret": page("内网")})
    empty = Watched({"/": page("<p>建设中</p>")})
    with serving(inner) as elsewhere, serving(good := answers(elsewhere)) as origin, serving(empty) as nothing:
        (folder / "homes.txt").write_text(f"# two\n{origin}/\n{nothing.removeprefix('http://')}\n", encoding="utf-8")
        feeds = [f"{feed}={folder / feed}.jsonl" for feed in ("documents", "reports")]
        words = ("crawl", "portal", "-a", f"homes={folder / 'homes.txt'}", "-a", feeds[0], "-a", feeds[1])
        run = run_scrapy(*words, *crawl_settings(folder))
    return Crawled(folder, good, inner, run.returncode, run.stderr, origin)


def test_everything_of_the_portal_is_fetched_once_and_nothing_beside_it(crawled: Crawled) -> None:
    assert crawled.code == 3, crawled.told
    assert sorted(crawled.good.paths) == sorted({"/robots.txt", *crawled.good} - {"/s.css"})
    assert crawled.inner.paths == []


def test_report_in_a_frame_is_a_report(crawled: Crawled) -> None:
    lines = {line["url"].removeprefix(crawled.origin): line for line in read_lines(crawled.folder / "documents.jsonl")}
    inner = lines[f"{LIST}202201/inner.html"]
    assert (inner["kind"], inner["year"], inner["agency"]) == ("report", 2021, AGENCY)
    assert inner["via"] == crawled.origin + article(2021)


def test_another_agency_s_report_is_not_claimed_for_the_portal(crawled: Crawled) -> None:
    captures = [one for path in find_archives([str(crawled.folder / "warc")]) for one in read_captures(path)]
    contexts = {one.url.removeprefix(crawled.origin): one.context for one in captures}
    assert contexts[article(2022)]["agency"] == AGENCY
    assert "agency" not in contexts[article(2019).replace("_2019", "_7")]


def test_reports_on_other_hosts_are_named(crawled: Crawled) -> None:
    assert "which is not the portal's, are left out: 1" in crawled.told


def test_portal_on_which_no_list_is_found_is_named(crawled: Crawled) -> None:
    assert "no list of annual reports in" in crawled.told
    assert "Traceback" not in crawled.told


def test_probe_tells_the_same_without_storing_or_fetching_reports(tmp_path: Path) -> None:
    with serving(good := answers("http://127.0.0.1:9")) as origin:
        words = ("probe", f"{origin}/", "--json", *crawl_settings(tmp_path))
        run = run_scrapy(*words)
    found = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert not any("t20" in path for path in good.paths)
    assert [one["family"] for one in found["lists"]] == ["trs"]
    assert [(one["year"], one["own"]) for one in found["lists"][0]["rows"]] == [
        (2022, True),
        (2021, True),
        (2019, False),
        (2020, True),
    ]
    assert found["owner"]["agency"] == AGENCY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["crawl", "portal"], "-a home=URL"),
        (["crawl", "portal", "-a", "home=nonsense"], "the host alone"),
        (["probe"], "name one home page"),
        (["probe", "http://a.gov.cn/", "--level", "city"], "write one of"),
    ],
)
def test_wrong_usage_is_one_line(words: list[str], says: str) -> None:
    run = run_scrapy(*words)
    assert run.returncode == 2
    assert says in run.stderr
    assert len(run.stderr.splitlines()) == 1
