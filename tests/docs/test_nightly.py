"""The night's campaigns: a failure is noted and the next begins, none takes longer than it may, a table tells all."""

import json
import re
from pathlib import Path
from time import monotonic

import pytest

from benchmarks.nightly.__main__ import main
from benchmarks.nightly.campaigns import CampaignError, choose_campaigns, read_campaigns
from tests.docs.syntax import check_command

CAMPAIGNS = r"""
- {name: bad, run: "python -c 'print(7, \"faults\"); raise SystemExit(3)'", minutes: 1, figures: ['\d+ faults']}
- {name: seeds, run: "python -c 'print({seed})'", times: 3, minutes: 1}
- {name: endless, run: "python -c 'import time; time.sleep(600)'", minutes: 0}
- {name: good, run: "python -c 'print(1); print(2)'", minutes: 1}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "campaigns.yaml"
    path.write_text(CAMPAIGNS, encoding="utf-8")
    return path


def test_the_night_goes_on_after_a_failure_and_tells_all(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = monotonic()
    assert main(["--campaigns", str(file), "--folder", str(tmp_path / "logs"), "--seed", "41"]) == 1
    assert monotonic() - began < 60
    said = capsys.readouterr().out
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \| [\d.]+ \| ([^|]*) \|$", said, re.MULTILINE)
    assert rows == [
        ("bad", "failed (3)", "7 faults"),
        ("seeds", "holds", "43"),
        ("endless", "too long", "–"),
        ("good", "holds", "2"),
    ]
    assert "failed: bad, endless" in said
    (folder,) = (tmp_path / "logs").iterdir()
    assert [row["code"] for row in json.loads((folder / "results.json").read_text())] == [3, 0, None, 0]
    assert (folder / "seeds.log").read_text() == "41\n42\n43\n"


def test_what_is_named_alone_is_run(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--campaigns", str(file), "--folder", str(tmp_path / "logs"), "--only", "good"]
    assert main(words) == 0
    assert "all 1 hold" in capsys.readouterr().out
    assert main([*words[:-1], "god"]) == 2
    assert "no campaign god; there are: bad, seeds, endless, good" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "fault"),
    [("{name: a, run: b}", "minutes"), ("{name: a, run: b, minutes: 1, when: 2}", "when"), ("{name: 1}", "minutes")],
)
def test_an_ill_described_campaign_is_refused(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(f"- {row}\n", encoding="utf-8")
    with pytest.raises(CampaignError, match=fault):
        read_campaigns(path)


def test_every_campaign_of_the_project_could_be_run() -> None:
    campaigns = choose_campaigns(read_campaigns(), None)
    assert [wrong for campaign in campaigns if (wrong := check_command(campaign.words(1)))] == []
    assert all(re.compile(figure) for campaign in campaigns for figure in campaign.figures)
