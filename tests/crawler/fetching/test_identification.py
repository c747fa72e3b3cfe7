"""A server learns who crawls, and how to reach them."""

from pathlib import Path

from tests.commands import crawl_urls
from tests.loopback import Answer, Asked, serving

PAGE = Answer("<p>本年度没有收到申请。</p>".encode())


def crawl(folder: Path, *more: str) -> Asked:
    log: list[Asked] = []
    with serving({"/1": PAGE}, log) as origin:
        assert crawl_urls(folder, [f"{origin}/1"], *more).returncode == 0
    return next(each for each in log if each.path == "/1")


def test_operator_can_be_reached(tmp_path: Path) -> None:
    asked = crawl(tmp_path, "-s", "ARCHIVE_FROM=archive@example.org", "-s", "ARCHIVE_OPERATOR=某大学 (library)")
    assert asked.headers["From"] == "archive@example.org"
    agent = asked.headers["User-Agent"]
    assert agent.startswith("Kaijuan/")
    assert agent.endswith("(%E6%9F%90%E5%A4%A7%E5%AD%A6 %28library%29; archive@example.org)")


def test_user_agent_of_ones_own_stays(tmp_path: Path) -> None:
    asked = crawl(tmp_path, "-s", "ARCHIVE_FROM=archive@example.org", "-s", "USER_AGENT=Own/1")
    assert asked.headers["User-Agent"] == "Own/1"


def test_nobody_is_named_unasked(tmp_path: Path) -> None:
    asked = crawl(tmp_path)
    assert "From" not in asked.headers
    assert "Kaijuan/" in asked.headers["User-Agent"]
