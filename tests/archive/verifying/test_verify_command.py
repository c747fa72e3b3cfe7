"""``scrapy verify`` as people run it, on made-up files and on those of other tools."""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.commands.verify import Command
from tests.archive.building import PAGE, zipped
from tests.archive.crawling import crawl
from tests.archive.oddserver import OddServer
from tests.archive.soundness import INFO, exchange, response, sealed
from tests.archive.wires import CUT, WHOLE
from tests.commands import CORPUS, run_scrapy

RECORDS = exchange()
WARCS = CORPUS / "warc"


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with a sound file, one with a warning, and a broken one."""
    (tmp_path / "sound.warc.gz").write_bytes(zipped(RECORDS))
    (tmp_path / "warned.warc").write_bytes(
        sealed("warcinfo", INFO, number=90) + b"\r\n" + sealed("warcinfo", INFO, number=91)
    )
    (tmp_path / "broken.warc").write_bytes(response(92)[:-9] + b"\x1b[31mred\r\n")
    return tmp_path


def verify(*words: str) -> int:
    """The command in this process: its exit code."""
    command = Command()
    command.settings = Settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    options, paths = parser.parse_known_args(list(words))
    command.run(paths, options)
    return command.exitcode


@pytest.mark.parametrize(
    ("name", "plain", "strict"), [("sound.warc.gz", 0, 0), ("warned.warc", 0, 1), ("broken.warc", 1, 1)]
)
def test_exit_code_says_whether_a_file_is_sound(mixed: Path, name: str, plain: int, strict: int) -> None:
    assert verify(str(mixed / name)) == plain
    assert verify(str(mixed / name), "--strict") == strict


def test_summary_names_the_worst_first_and_no_sound_file(mixed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(str(mixed)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"ERROR   {mixed / 'broken.warc'}")
    assert [line for line in lines if line.startswith("WARNING")] == [
        f"WARNING {mixed / 'warned.warc'}  (1 warning in 2 records)"
    ]
    assert not any("sound.warc.gz" in line for line in lines)
    assert "3 files: 1 sound, 1 with warnings, 1 broken" in lines


def test_summary_does_not_steer_the_terminal(mixed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verify(str(mixed))
    assert "\x1b" not in capsys.readouterr().out


def test_summary_is_short_for_any_number_of_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        (tmp_path / f"{number}.warc").write_bytes(response(2).replace(PAGE, PAGE[::-1]) * 50)
    assert verify(str(tmp_path)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 150
    assert any("10 more files" in line for line in lines)


def test_json_has_everything(mixed: Path) -> None:
    name = mixed / "report.json"
    assert verify(str(mixed), "--json", str(name)) == 1
    report: dict[str, Any] = json.loads(name.read_text(encoding="utf-8"))
    assert report["verdict"] == "error"
    assert [(Path(file["path"]).name, file["verdict"]) for file in report["files"]] == [
        ("broken.warc", "error"),
        ("sound.warc.gz", "sound"),
        ("warned.warc", "warning"),
    ]
    told = [problem for file in report["files"] for problem in file["problems"]]
    assert report["errors"] == sum(problem["severity"] == "error" for problem in told)
    assert set(told[0]) == {"severity", "code", "path", "offset", "record_id", "record_type", "text"}
    assert sum(kind["count"] for kind in report["kinds"]) == len(told)


def test_json_may_go_to_standard_output(mixed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verify(str(mixed), "--json", "-")
    out, err = capsys.readouterr()
    assert json.loads(out)["verdict"] == "error"
    assert "1 broken" in err


def test_file_in_the_making_is_looked_at_in_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.warc.gz.open").write_bytes(zipped(RECORDS)[:-7])
    assert verify(str(tmp_path)) == 0
    assert "open-cut" in capsys.readouterr().out


@pytest.mark.parametrize("way", ["glob", "url"])
def test_files_are_found_by_glob_and_url(mixed: Path, way: str) -> None:
    assert verify(str(mixed / "s*.warc.gz") if way == "glob" else f"file://{mixed}/sound.warc.gz") == 0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        ([".", "--trust", "nowhere.pem"], "nowhere.pem: no root certificate can be read"),
        ([".", "--json", "nowhere/report.json"], "nowhere/report.json: cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], what: str
) -> None:
    monkeypatch.chdir(mixed)
    assert verify(*words) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"verify: {what}")


def test_command_runs_as_users_run_it(mixed: Path) -> None:
    done = run_scrapy("verify", str(mixed), "--workers", "2")
    assert done.returncode == 1
    assert "3 files: 1 sound, 1 with warnings, 1 broken" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("words", [[], ["--no-such-option", "a.warc"], ["a.warc", "--workers", "0"]])
def test_words_that_make_no_sense_are_refused(words: list[str]) -> None:
    with pytest.raises(UsageError):
        verify(*words)


def test_crawl_of_odd_answers_leaves_no_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is odd was so on the wire; only an answer without a reason phrase is worth a warning."""
    with OddServer(WHOLE | CUT) as server:
        address = f"http://127.0.0.1:{server.port}"
        requests: list[dict[str, Any]] = [{"url": address + path} for path in (*WHOLE, *CUT)]
        requests += [{"url": address + path, "method": "HEAD"} for path in ("/head", "/chunked")]
        crawled = crawl(tmp_path, requests, DOWNLOAD_TIMEOUT=2)
    assert len(crawled.events_of("archived")) == len(requests)
    name = tmp_path / "report.json"
    assert verify(str(tmp_path), "--json", str(name)) == 0
    report = json.loads(name.read_text(encoding="utf-8"))
    assert [kind["code"] for kind in report["kinds"] if kind["severity"] != "note"] == ["http-no-reason"]


def expectations() -> list[tuple[str, str]]:
    if not WARCS.is_dir():
        return []
    with (WARCS / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        return [(row["file"], row["verdict"]) for row in csv.DictReader(file)]


@pytest.mark.skipif(not WARCS.is_dir(), reason=f"no corpus at {CORPUS} (set KAIJUAN_CORPUS)")
@pytest.mark.parametrize(("name", "verdict"), expectations())
def test_files_of_other_tools_are_judged_as_expected(tmp_path: Path, name: str, verdict: str) -> None:
    report = tmp_path / "report.json"
    plain = verify(str(WARCS / name), "--json", str(report))
    found = json.loads(report.read_text(encoding="utf-8"))
    strict = verify(str(WARCS / name), "--strict")
    assert (plain, strict) == {"sound": (0, 0), "warning": (0, 1), "error": (1, 1)}[found["verdict"]]
    assert verdict in ("either", found["verdict"])
    assert (found["warnings"] > 0) == (found["verdict"] == "warning") or found["errors"]
