from argparse import ArgumentParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.commands.crawl import Command
from tests.commands import crawl_settings, run_scrapy
from tests.loopback import serving
from tests.spiders.portal import LIST, Watched, portal_answers, write_catalogue


def test_dry_run_asks_nobody(tmp_path: Path) -> None:
    answers = Watched(portal_answers())
    with serving(answers) as origin:
        catalogue = write_catalogue(
            tmp_path / "catalogue", f"one provincial {origin}{LIST}", f"two provincial home={origin}/"
        )
        words = ("crawl", "provincial", "-a", f"catalogue={catalogue}", "-a", "dry_run=1")
        run = run_scrapy(*words, *crawl_settings(tmp_path))
    assert run.returncode == 0, run.stderr
    assert answers.paths == []
    assert f"{origin}{LIST}" in run.stdout
    assert "1 of 2 portals" in run.stdout
    assert not (tmp_path / "warc").exists()


def run_here(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """``scrapy crawl WORD…`` in this process, as far as the plan: exit code and the line that it tells."""
    parser, command = ArgumentParser(), Command()
    command.settings = Settings({"SPIDER_MODULES": ["spiders"], "LOG_LEVEL": "WARNING"})
    command.add_options(parser)
    options, names = parser.parse_known_args(words)
    command.process_options(names, options)
    command.crawler_process = SimpleNamespace(spider_loader=SpiderLoader(command.settings))  # type: ignore[assignment]
    command.run(names, options)
    return command.exitcode, capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["provinical"], "did you mean provincial"),
        ([], "name one spider"),
        (["provincial", "-a", "yeers=2022"], "did you mean years"),
        (["provincial", "-a", "portal=zhejiang-yjg"], "did you mean zhejiang-yjt"),
        (["urls"], "-a file=FILE"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    code, told = run_here(capsys, *words)
    assert code == 2
    assert says in told
    assert len(told.splitlines()) == 1


def test_wrong_usage_ends_the_process_with_exit_code_2() -> None:
    run = run_scrapy("crawl", "provincial", "-a", "limit=none")
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["urls", "-a", "file={}"], ["provincial", "-a", "catalogue={}"]])
def test_missing_file_is_one_line_and_exit_code_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str]
) -> None:
    code, told = run_here(capsys, *(word.format(tmp_path / "none") for word in words))
    assert code == 1
    assert str(tmp_path / "none") in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("setting", ["ARCHIVE_DIR={}", "DATABASE_URL=sqlite:///{}.db", "FEED"])
def test_place_that_cannot_be_written_is_one_line_and_exit_code_1(tmp_path: Path, setting: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    place = tmp_path / "file" / "below"
    answers = Watched(portal_answers())
    with serving(answers) as origin:
        catalogue = write_catalogue(tmp_path / "catalogue", f"one provincial {origin}{LIST}")
        more = ("-O", f"{place}.jsonl") if setting == "FEED" else ("-s", setting.format(place))
        words = ("crawl", "provincial", "-a", f"catalogue={catalogue}", *crawl_settings(tmp_path), *more)
        run = run_scrapy(*words)
    assert run.returncode == 1
    assert str(place) in run.stderr
    assert "Traceback" not in run.stderr
    assert answers.paths == []


@pytest.mark.parametrize(
    ("text", "says"),
    [("www.example.com/a\n", "line 1"), ("http://a.gov.cn/ http://b.gov.cn/\n", "line 1"), ("# none\n", "no URL")],
)
def test_list_that_holds_no_urls_is_refused_by_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "urls.txt").write_text(text, encoding="utf-8")
    code, told = run_here(capsys, "urls", "-a", f"file={tmp_path / 'urls.txt'}")
    assert code == 1
    assert says in told
    assert len(told.splitlines()) == 1
