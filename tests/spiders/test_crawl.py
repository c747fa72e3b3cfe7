from itertools import pairwise
from pathlib import Path

import pytest

from archive.reading import read_captures
from archive.sources import find_archives
from tests.commands import crawl_settings, read_lines, run_scrapy
from tests.loopback import Answer, serving
from tests.spiders.portal import AGENCY, LIST, Watched, article, page, portal_answers, row, write_catalogue


def crawl(spider: str, folder: Path, *more: str) -> tuple[int, str]:
    """A crawl with its items in ``items.jsonl``: exit code and what it told."""
    words = ("crawl", spider, "-a", f"catalogue={folder / 'catalogue'}", "-O", str(folder / "items.jsonl"))
    run = run_scrapy(*words, *crawl_settings(folder), *more)
    return run.returncode, run.stderr


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Watched, int, str, str]:
    folder = tmp_path_factory.mktemp("crawl")
    answers = Watched(portal_answers())
    with serving(answers) as origin:
        write_catalogue(folder / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        code, told = crawl("provincial", folder)
    return folder, answers, code, told, origin


Crawled = tuple[Path, Watched, int, str, str]


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


def test_years_keep_the_others_unfetched(tmp_path: Path) -> None:
    answers = Watched(portal_answers())
    with serving(answers) as origin:
        write_catalogue(tmp_path / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        code, told = crawl("provincial", tmp_path, "-a", "years=2020-2021")
    assert code == 0, told
    assert article(2021) in answers.paths
    assert article(2022) not in answers.paths


def test_redirect_to_a_port_that_was_not_named_is_refused(tmp_path: Path) -> None:
    inner, outer = Watched({"/secret": page("内网")}), Watched(portal_answers())
    with serving(inner) as elsewhere, serving(outer) as origin:
        outer[article(2021)] = Answer(b"", status=302, headers={"Location": f"{elsewhere}/secret"})
        outer[article(2020)] = Answer(b"", status=302, headers={"Location": "http://169.254.169.254/latest/"})
        write_catalogue(tmp_path / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        code, told = crawl("provincial", tmp_path)
    assert code == 0, told
    assert inner.paths == []
    assert "2 requests out of scope" in told


def test_named_portal_is_crawled_by_any_spider(tmp_path: Path) -> None:
    with serving(portal_answers()) as origin:
        write_catalogue(tmp_path / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        code, told = crawl("district", tmp_path, "-a", "portal=yunling-mzt")
    assert code == 0, told
    assert len(read_lines(tmp_path / "items.jsonl")) == 4


def test_list_of_urls_follows_no_link(tmp_path: Path) -> None:
    answers = Watched(portal_answers())
    with serving(answers) as origin:
        urls = f"# one page\n{origin}{article(2022)}\n\n{origin}{article(2022)} # again\n"
        (tmp_path / "urls.txt").write_text(urls, encoding="utf-8")
        run = run_scrapy("crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path))
    assert run.returncode == 0, run.stderr
    assert sorted(answers.paths) == sorted(["/robots.txt", article(2022)])


def test_robots_txt_is_obeyed_where_it_is_one(tmp_path: Path) -> None:
    forbidding = Answer(f"User-agent: *\nDisallow: {article(2021)}\n".encode(), "text/plain")
    answers = Watched(portal_answers() | {"/robots.txt": forbidding})
    with serving(answers) as origin:
        write_catalogue(tmp_path / "catalogue", f"yunling-mzt provincial {origin}{LIST}")
        code, told = crawl("provincial", tmp_path)
    assert code == 0, told
    assert article(2021) not in answers.paths
    assert article(2022) in answers.paths
    assert "Forbidden by robots.txt" in told


def test_portals_that_brought_nothing_are_named_and_make_exit_code_3(tmp_path: Path) -> None:
    refusing = {LIST: Answer(b"<html><script>var a</script></html>", status=412)}
    empty = {LIST: page("<ul><li><a href='a.html'>通知</a></li></ul>"), "/robots.txt": page("首页")}
    with serving(portal_answers()) as good, serving(refusing) as wall, serving(empty) as bare:
        write_catalogue(
            tmp_path / "catalogue",
            f"good provincial {good}{LIST}",
            f"wall provincial {wall}{LIST}",
            f"bare provincial {bare}{LIST}",
            "waiting provincial home=http://127.0.0.1:9/",
        )
        code, told = crawl("provincial", tmp_path)
    assert code == 3
    assert "Nothing came of 2 portals" in told
    assert "only refusals" in told
    assert "412 script challenge" in told
    assert "bare" in told
    assert "no annual report found on its list" in told
    assert "Not walkable yet: 1 portal" in told
    assert "waiting" in told


def test_one_address_is_one_queue_whatever_its_names_and_ports(tmp_path: Path) -> None:
    first, second = (Watched({LIST: page(row(2022)), article(2022): page("报告")}) for _ in range(2))
    with serving(first) as one, serving(second) as two:
        other = two.replace("127.0.0.1", "localhost")
        write_catalogue(tmp_path / "catalogue", f"one provincial {one}{LIST}", f"two provincial {other}{LIST}")
        _, told = crawl("provincial", tmp_path, "-s", "DOWNLOAD_DELAY=0.3")
    times = sorted(moment for _, moment in first.asked + second.asked)
    assert len(times) == 6, told
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.3
