"""Ctrl-C at ``scrapy crawl-many``: every crawl hears of it, as soon as that can be written."""

import signal
from pathlib import Path

from crawler.many.running import Wishes
from crawler.many.telling import Telling


class Heard(Telling):
    """A console that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, line: str) -> None:
        self.lines.append(line)


def test_wish_to_stop_is_passed_on_when_there_is_room(tmp_path: Path) -> None:
    telling, file = Heard(), tmp_path / "full" / "stop"
    with Wishes(file, telling) as wishes:
        wishes.pass_on()
        signal.raise_signal(signal.SIGTERM)
        for _ in range(2):
            wishes.pass_on()
        assert [line.partition(": ")[0] for line in telling.lines] == [str(file)]
        file.parent.mkdir()
        wishes.pass_on()
        assert file.read_text() == ""
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
            wishes.pass_on()
        assert file.read_text() == "now"
    assert telling.lines[1:] == ["Stopping: every crawl finishes what is under way. Ctrl-C again ends them at once"]
