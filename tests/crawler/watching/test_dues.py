"""What is due and was missed, by the schedule and the book of visits; and what verification last came to."""

import json
from datetime import date
from pathlib import Path

from crawler.planning.visitbook import DONE, Look, book_path, write_look
from crawler.watching.dues import Dues
from crawler.watching.facts import Verified
from crawler.watching.verified import FILE, read_verified
from spiders.families import FAMILIES
from tests.crawler.watching.making import make_settings

DEMO = "demo"


def write_look_of(folder: Path, portal: str, day: date) -> None:
    path = book_path(folder / "warc", f"{day:%Y%m%d}T023000Z-4f1a2b")
    path.parent.mkdir(parents=True, exist_ok=True)
    at = f"{day}T02:30:00Z"
    with path.open("a", encoding="utf-8") as file:
        for came in ("", DONE):
            file.write(write_look(Look(portal=portal, day=day.isoformat(), at=at, came=came)))


def test_portal_that_was_not_looked_at_for_longer_than_its_season_says_is_late(tmp_path: Path) -> None:
    dues = Dues.of(make_settings(tmp_path, TODAY="2026-03-20"), DEMO, FAMILIES)
    some, other, *_ = [due.portal for due in dues()]
    assert all(due.days == 0 and due.since is None for due in dues())  # nobody was ever looked at
    write_look_of(tmp_path, some, date(2026, 3, 1))
    write_look_of(tmp_path, other, date(2026, 3, 19))
    found = {due.portal: due for due in Dues.of(make_settings(tmp_path, TODAY="2026-03-20"), DEMO, FAMILIES)()}
    assert (found[some].since, found[some].days) == (date(2026, 3, 8), 12)
    assert other not in found


def test_dues_are_not_read_again_at_each_scrape(tmp_path: Path) -> None:
    dues = Dues.of(make_settings(tmp_path, TODAY="2026-03-20"), DEMO, FAMILIES)
    before = dues()
    write_look_of(tmp_path, before[0].portal, date(2026, 3, 20))
    assert dues() is before


def test_verification_is_read_as_it_is_kept(tmp_path: Path) -> None:
    assert read_verified(tmp_path) is None
    look = {"size": 1, "mtime": 2, "digest": "sha256:00", "at": "2026-01-18T09:30:00Z"}
    files = {"a.warc.gz": {**look, "result": "sound"}, "b.warc.gz": {**look, "result": "2 errors: record-cut"}}
    (tmp_path / FILE).write_text(json.dumps({"files": files, "at": "2026-01-18T09:30:00Z"}))
    found = read_verified(tmp_path)
    assert isinstance(found, Verified)
    assert (found.files, found.failed) == (2, {"b.warc.gz": "2 errors: record-cut"})
    assert found.at is not None
    assert found.at.day == 18
    (tmp_path / FILE).write_text("{")
    assert read_verified(tmp_path) is None
