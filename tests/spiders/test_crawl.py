import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from archive.reading.captures import read_captures
from archive.sources import find_archives
from tests.commands import crawl_settings, crawl_urls, read_lines, run_scrapy
from tests.loopback import Answer, serving
from tests.spiders.portal import AGENCY, LIST, Watched, article, page, portal_answers, report, row, write_catalogue


def crawl(spider: str, folder: Path, *more: str) -> tuple[int, str]:
    """A crawl with its items in ``items.jsonl``: exit code and what it told."""
    words = ("crawl", spider, "-a", f"catalogue={folder / 'catalogue'}", "-O", str(folder / "items.jsonl"))
    run = run_scrapy(*words, *crawl_settings(folder), *more)
    return run.returncode, run.stderr


NAMING = ("-s", "TWISTED_DNS_RESOLVER=tests.crawler.naming.MadeUpResolver")
Crawled = tuple[Path, Watched, int, str, str]


def has_version_6() -> bool:
    """Whether a server can listen on ::1."""
    try:
        with serving({}, host="::1"):
            return True
    except OSError:
        return False


class Troubled(NamedTuple):
    """What a crawl of difficult portals told, and what they were asked."""

    code: int
    told: str
    good: Watched
    inner: Watched
    bare: Watched


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("crawl")
    answers = Watched(portal_answers())
    with serving(answers) as origin:
        write_catalogue(folder / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        code, told = crawl("provincial", folder)
    return folder, answers, code, told, origin


def test_list_reports_and_attachment_are_fetched_once_and_news_not_at_all(crawled: Crawled) -> None:
    _, answers, code, told, _ = crawled
    assert code == 0, told
    assert sorted(answers.paths) == sorted(["/robots.txt", *portal_answers()])


def test_items_carry_identity_link_and_record(crawled: Crawled) -> None:
    folder, _, _, _, origin = crawled
    items = {item["url"]: item for item in read_lines(folder / "items.jsonl")}
    assert {item["kind"] for item in items.values()} == {"report", "attachment"}
    item = items[f"{origin}{article(2022)}"]
    assert (item["portal"], item["agency"], item["level"], item["region"]) == (
        "yunling-mzt",
        AGENCY,
        "provincial",
        "990000",
    )
    assert (item["title"], item["via"]) == (f"{AGENCY}2022年政府信息公开工作年度报告", f"{origin}{LIST}")
    assert item["record_id"].startswith("<urn:uuid:")
    assert item["document"]["record_id"] == item["record_id"]


def test_context_of_each_request_is_archived_beside_its_answer(crawled: Crawled) -> None:
    folder, _, _, _, origin = crawled
    captures = [capture for path in find_archives([str(folder / "warc")]) for capture in read_captures(path)]
    contexts = {capture.url: capture.context for capture in captures}
    assert {context["run"] for context in contexts.values()} == {captures[0].context["run"]}
    attachment = contexts[f"{origin}{LIST}202301/P0202301.pdf"]
    assert attachment["via"] == f"{origin}{article(2022)}"
    assert (attachment["kind"], attachment["anchor"]) == ("attachment", "附件：年度报告.pdf")
    assert contexts[f"{origin}{LIST}"]["kind"] == "list"
    assert "via" not in contexts[f"{origin}{LIST}"]
    assert contexts[f"{origin}/robots.txt"]["portal"] == "yunling-mzt"


def test_end_table_tells_years_and_places(crawled: Crawled) -> None:
    folder, _, _, told, _ = crawled
    assert AGENCY in told
    assert all(str(year) in told for year in (2020, 2021, 2022))
    assert str(folder / "warc") in told
    assert "Traceback" not in told


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Troubled:
    """Three portals named to a spider of another level, and what can go wrong on each."""
    folder = tmp_path_factory.mktemp("troubled")
    forbidding = Answer(f"User-agent: *\nDisallow: {article(2020)}\n".encode(), "text/plain")
    good, inner = Watched(portal_answers() | {"/robots.txt": forbidding}), Watched({"/secret": page("内网")})
    wall = Watched({LIST: Answer(b"<html><script>var a</script></html>", status=412)})
    bare = Watched({LIST: page("<ul><li><a href='a.html'>通知</a></li></ul>"), "/robots.txt": page("首页")})
    with serving(good) as one, serving(wall) as two, serving(bare) as three, serving(inner) as elsewhere:
        rows = f"{row(2021)}{row(2020)}{row(2019)}{row(2018)}{row(2017)}{row(2016)}"
        good[LIST] = page(f"<ul>{rows}</ul>")
        good[article(2019)] = Answer(b"", status=302, headers={"Location": f"{elsewhere}/secret"})
        port = elsewhere.rpartition(":")[2]
        good[article(2017)] = Answer(b"", status=302, headers={"Location": f"http://rebound.gov.cn:{port}/secret"})
        good[article(2018)] = Answer(b"", status=302, headers={"Location": "http://169.254.169.254/latest/"})
        write_catalogue(
            folder / "catalogue",
            f"good provincial {one}{LIST}",
            f"wall municipal {two}{LIST}",
            f"bare county {three}{LIST}",
            "waiting provincial home=http://127.0.0.1:9/",
        )
        names = "portal=good,wall,bare,waiting"
        code, told = crawl("district", folder, "-a", names, "-a", "years=2017-2021", *NAMING)
    return Troubled(code, told, good, inner, bare)


def test_named_portals_are_crawled_by_any_spider(troubled: Troubled) -> None:
    assert article(2021) in troubled.good.paths
    assert LIST in troubled.bare.paths


def test_years_keep_the_others_unfetched(troubled: Troubled) -> None:
    assert article(2016) not in troubled.good.paths


def test_redirects_out_of_scope_are_refused_and_named(troubled: Troubled) -> None:
    assert article(2019) in troubled.good.paths
    assert troubled.inner.paths == []
    assert "3 requests out of scope" in troubled.told
    assert "host 169.254.169.254 is neither" in troubled.told
    assert "rebound.gov.cn is 127.0.0.1, which is this machine" in troubled.told


def test_robots_txt_is_obeyed_where_it_is_one(troubled: Troubled) -> None:
    assert article(2020) not in troubled.good.paths
    assert "Forbidden by robots.txt" in troubled.told
    assert LIST in troubled.bare.paths


def test_portals_that_brought_nothing_are_named_and_make_exit_code_3(troubled: Troubled) -> None:
    assert troubled.code == 3
    assert "Nothing came of 3 portals" in troubled.told
    assert re.search(r"only refusals: \d 412 script challenge", troubled.told)
    assert "no annual report found on its list" in troubled.told
    assert "waiting" in troubled.told


@pytest.mark.skipif(not has_version_6(), reason="this machine's loopback has no address of version 6")
def test_hosts_of_version_6_are_reached_by_address_and_by_name(tmp_path: Path) -> None:
    answers = Watched({"/1": report(2022), "/2": report(2021)})
    with serving(answers, host="::1") as origin:
        named = origin.replace("[::1]", "six.gov.cn")
        run = crawl_urls(tmp_path, [f"{origin}/1", f"{named}/2"], *NAMING)
    assert run.returncode == 0, run.stderr
    assert [path for path in answers.paths if path != "/robots.txt"] == ["/1", "/2"]


def test_list_of_urls_follows_no_link(tmp_path: Path) -> None:
    answers = Watched(portal_answers())
    with serving(answers) as origin:
        urls = f"# one page\n{origin}{article(2022)}\n\n{origin}{article(2022)} # again\n"
        (tmp_path / "urls.txt").write_text(urls, encoding="utf-8")
        run = run_scrapy("crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path))
    assert run.returncode == 0, run.stderr
    assert sorted(answers.paths) == sorted(["/robots.txt", article(2022)])


def test_one_address_is_one_queue_whatever_its_names_and_ports(tmp_path: Path) -> None:
    first, second = (Watched({LIST: page(row(2022)), article(2022): page("报告")}) for _ in range(2))
    with serving(first) as one, serving(second) as two:
        other = two.replace("127.0.0.1", "localhost")
        write_catalogue(tmp_path / "catalogue", f"one provincial {one}{LIST}", f"two provincial {other}{LIST}")
        _, told = crawl("provincial", tmp_path, "-s", "DOWNLOAD_DELAY=0.3")
    times = sorted(moment for _, moment in first.asked + second.asked)
    assert len(times) == 6, told
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.3
