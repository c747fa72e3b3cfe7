"""The end of a crawl: who tells, who leaves it to others, and that nothing of it reaches the crawl."""

import logging
from pathlib import Path
from typing import Any

import pytest

from crawler.watching.evaluating import tell_after_crawl
from spiders.families import FAMILIES
from tests.crawler.watching.making import make_settings
from tests.crawler.watching.receiving import Hook, hooking


def end_crawl(folder: Path, hook: Hook, catalogue: str = "demo", **more: Any) -> None:
    wrong = {"ALERT_DISK_LEAST": "100%", "ALERT_WEBHOOK": hook.address, "ALERT_SECONDS": 60}
    tell_after_crawl(make_settings(folder, **{**wrong, **more}), catalogue, FAMILIES)


def test_end_of_a_crawl_tells_and_the_next_does_not_tell_again(tmp_path: Path) -> None:
    with hooking() as hook:
        end_crawl(tmp_path, hook)
        end_crawl(tmp_path, hook)
    assert [[each["kind"] for each in posted["alerts"]] for posted in hook.posted] == [["disk"]]


@pytest.mark.parametrize("more", [{"MANY_TASK": "000.task"}, {"ARCHIVE_REPLAY": "var/warc"}])
def test_part_of_many_crawls_and_a_rewalk_leave_it_to_others(tmp_path: Path, more: dict[str, str]) -> None:
    with hooking() as hook:
        end_crawl(tmp_path, hook, **more)
    assert hook.asked == []
    assert not (tmp_path / "warc").exists()


def test_catalogue_that_cannot_be_read_keeps_nobody_from_being_told_of_the_rest(tmp_path: Path) -> None:
    with hooking() as hook:
        end_crawl(tmp_path, hook, catalogue=str(tmp_path / "none"))
    assert len(hook.posted) == 1


def test_what_goes_wrong_while_telling_is_a_line_of_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), hooking() as hook:
        end_crawl(tmp_path, hook, ALERT_TEMPLATE="{")
        end_crawl(tmp_path, hook, ALERT_WEBHOOK="T0P-S3CRET")
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert said[0].startswith("alerts could not be told (UsageError: ALERT_TEMPLATE is no JSON")
    assert "T0P" not in said[1]
