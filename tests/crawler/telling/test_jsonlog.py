"""The log as JSON: every line of standard error is one object, whoever said it."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.settings import Settings

from crawler.telling.jsonlog import JsonFormatter, is_json, pass_on, set_up_log
from tests.commands import run_scrapy


def made(**more: Any) -> dict[str, str]:
    record = logging.makeLogRecord({"name": "archive.writer", "levelname": "ERROR", "created": 1700000000.25, **more})
    found: dict[str, str] = json.loads(JsonFormatter().format(record))
    return found


def test_line_has_time_level_logger_and_message() -> None:
    assert made(msg="%s is full", args=("甲\n乙",)) == {
        "time": "2023-11-14T22:13:20.250Z",
        "level": "ERROR",
        "logger": "archive.writer",
        "message": "甲\n乙 is full",
    }


def test_portal_is_that_of_the_request_that_is_spoken_of() -> None:
    request = Request("http://a.gov.cn/", meta={"context": {"portal": "a-gov"}})
    assert made(msg="%(request)s", args={"request": request})["portal"] == "a-gov"
    assert made(msg="x", portal="b-gov")["portal"] == "b-gov"
    assert "portal" not in made(msg="%(request)s", args={"request": Request("http://a.gov.cn/")})


def test_traceback_is_in_the_line() -> None:
    try:
        raise ValueError("甲")
    except ValueError:
        found = made(msg="it failed", exc_info=sys.exc_info())
    assert found["message"] == "it failed"
    assert found["error"].endswith("ValueError: 甲")


def test_what_is_printed_becomes_lines_and_lines_of_other_processes_stay(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(logging.root, "handlers", [])
    set_up_log(Settings({"LOG_JSON": True, "LOG_LEVEL": "WARNING"}), "status")
    try:
        assert is_json()
        print("甲\n乙", end="", file=sys.stderr)
        print(" 丙", file=sys.stderr)
        assert pass_on('{"time": "2026", "message": "丁"}')
        assert not pass_on("丁")
        logging.getLogger("archive").error("戊")
    finally:
        logging.captureWarnings(False)
        logging.root.setLevel(logging.WARNING)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["message"] for line in lines] == ["甲", "乙 丙", "丁", "戊"]
    assert lines[0]["logger"] == "scrapy.status"


def test_command_that_fails_says_so_as_json(tmp_path: Path) -> None:
    places = ["-s", f"ARCHIVE_DIR={tmp_path / 'none'}", "-s", f"DATABASE_URL=sqlite:///{tmp_path / 'none.db'}"]
    done = run_scrapy("coverage", *places, "-s", "LOG_JSON=1")
    assert done.returncode == 1
    (line,) = (json.loads(line) for line in done.stderr.splitlines())
    assert (line["logger"], line["message"].partition(":")[0]) == ("scrapy.coverage", "scrapy coverage")
