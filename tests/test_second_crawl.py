"""The law across crawls: a second crawl archives what it repeats as revisits, and its feeds are the replay's."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.archive.building import warcs
from tests.commands import crawl_urls, read_lines, replay_archive, run_scrapy
from tests.loopback import Answer, serving

TITLE = "某市2023年政府信息公开工作年度报告"
BODY = f"<html><head><title>{TITLE}</title></head><body><p>本年度收到申请{{}}件。</p></body></html>"
LONG = "<!-- 公开 -->" * 200


def page(number: int) -> Answer:
    return Answer((BODY.format(number) + LONG).encode())


@dataclass(frozen=True)
class Twice:
    first: Path
    second: Path
    archive: Path


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("twice")
    answers = {"/1": page(1), "/2": page(2), "/same": page(1), "/small": Answer(b"<p>\xe5\xb9\xb4</p>")}
    first, second, archive = folder / "first", folder / "second", folder / "archive"
    with serving(answers) as origin:
        urls = [origin + path for path in answers]
        for each in (first, second):
            each.mkdir()
            (each / "warc").symlink_to(archive, target_is_directory=True)
            archive.mkdir(exist_ok=True)
            assert crawl_urls(each, urls).returncode == 0
            answers["/2"] = page(3)
    return Twice(first, second, archive)


def test_second_crawl_keeps_only_what_is_new(twice: Twice) -> None:
    kinds = [
        line.count(b'"mime": "warc/revisit"')
        for path in sorted(twice.archive.glob("*.cdxj"))
        for line in [path.read_bytes()]
    ]
    assert kinds == [1, 2]  # /same; then /1 and /same, for the small page is always kept


def test_replay_of_the_second_crawl_alone_finds_its_payloads_in_the_archive(twice: Twice) -> None:
    path = warcs(twice.archive)[1]
    done = run_scrapy(
        *("replay", str(path), "--no-store", "-s", f"ARCHIVE_DIR={twice.archive}"),
        *("--documents", str(twice.second / "replayed-documents.jsonl")),
        *("--reports", str(twice.second / "replayed-reports.jsonl")),
    )
    assert done.returncode == 0, done.stderr
    live = sorted((twice.second / "live-documents.jsonl").read_bytes().splitlines())
    assert sorted((twice.second / "replayed-documents.jsonl").read_bytes().splitlines()) == live
    lines = read_lines(twice.second / "replayed-documents.jsonl")
    assert {line["title"] for line in lines if line["url"].endswith(("/1", "/2", "/same"))} == {TITLE}


def test_without_the_archive_the_revisits_are_rejected_by_name(twice: Twice, tmp_path: Path) -> None:
    path = warcs(twice.archive)[1]
    alone = tmp_path / "alone.warc.gz"
    alone.write_bytes(path.read_bytes())
    feed = tmp_path / "documents.jsonl"
    run_scrapy("replay", str(alone), "--no-store", "--documents", str(feed), "-s", f"ARCHIVE_DIR={tmp_path / 'none'}")
    rejected = sorted(
        line["url"].rpartition("/")[2] for line in read_lines(feed) if line["rejected"] == "unresolved-revisit"
    )
    assert rejected == ["1", "same"]


def test_both_crawls_replayed_together_give_both_feeds(twice: Twice) -> None:
    for feed in ("documents", "reports"):
        both = b"".join((each / f"live-{feed}.jsonl").read_bytes() for each in (twice.first, twice.second))
        (twice.archive / f"live-{feed}.jsonl").write_bytes(both)
    (twice.archive / "warc").symlink_to(twice.archive, target_is_directory=True)
    done = replay_archive(twice.archive)
    assert done.returncode == 0, done.stderr
    for feed in ("documents", "reports"):
        live = sorted((twice.archive / f"live-{feed}.jsonl").read_bytes().splitlines())
        assert sorted((twice.archive / f"replayed-{feed}.jsonl").read_bytes().splitlines()) == live
    (twice.archive / "warc").unlink()
