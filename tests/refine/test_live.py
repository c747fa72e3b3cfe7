"""The live pipeline when something behind it fails."""

from pathlib import Path

import pytest

from tests.commands import crawl_settings, read_lines, replay_archive, run_scrapy
from tests.loopback import Answer, serving

PAGE = (
    "<html><head><title>通知</title></head><body><p>关于办公时间调整的通知，自下周一起执行。</p></body></html>".encode()
)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_feed_on_a_full_disk_stops_the_crawl_with_one_line_and_the_archive_is_whole(tmp_path: Path) -> None:
    answers = {f"/{number}.html": Answer(PAGE) for number in range(8)}
    with serving(answers) as address:
        (tmp_path / "urls.txt").write_text("".join(f"{address}{path}\n" for path in answers))
        done = run_scrapy(
            *("crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", "-a", "documents=/dev/full"),
            *crawl_settings(tmp_path),
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [line for line in done.stderr.splitlines() if "/dev/full" in line and "No space left" in line]
    replayed = replay_archive(tmp_path)
    assert replayed.returncode == 0
    assert {line["kind"] for line in read_lines(tmp_path / "replayed-documents.jsonl")} == {"other"}
