"""A crawl that a person stops."""

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from tests.commands import PROJECT, crawl_settings
from tests.loopback import Answer, Asked, serving


def test_ctrl_c_does_not_wait_for_the_turn_of_what_was_not_asked(tmp_path: Path) -> None:
    answers = {f"/{number}.html": Answer("<p>通知</p>".encode()) for number in range(200)}
    log: list[Asked] = []
    with serving(answers, log) as address:
        (tmp_path / "urls.txt").write_text("".join(f"{address}{path}\n" for path in answers))
        words = ["crawl", "urls", "-a", f"file={tmp_path / 'urls.txt'}", *crawl_settings(tmp_path)]
        command = [sys.executable, "-m", "scrapy", *words, "-s", "DOWNLOAD_DELAY=3"]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
            deadline = monotonic() + 120
            while len(log) < 2 and monotonic() < deadline:
                sleep(0.05)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=120)[1]  # two hundred pages would take ten minutes
    assert process.returncode == 1
    assert "Stopping: what is under way is finished" in said
    assert "Traceback" not in said
    assert len(log) < 20
