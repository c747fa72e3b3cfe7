"""The rules for Prometheus speak of metrics that there are, as Prometheus reads them; the manual names them all."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from crawler.watching.conditions import Alert
from crawler.watching.facts import Lag, StoreFacts, Verified
from crawler.watching.metrics import write_metrics
from crawler.watching.visits import Visits
from tests.commands import PROJECT
from tests.crawler.watching.making import NOW, make_facts, read_runs, well, write_run

RULES = PROJECT / "deploy" / "alerts.rules.yml"
PAGE = PROJECT / "docs" / "watching.md"


def known(folder: Path) -> set[str]:
    """Every metric that there can be, without its prefix."""
    write_run(folder, 20, well())
    facts = make_facts(
        runs=read_runs(folder),
        visits=(Visits("a", succeeded="2026-01-20T02:30:00Z", failures=1),),
        store=StoreFacts("x", 1, 1, {"report": 1}, {"login": 1}),
        statuses={200: 1},
        lag=Lag(1, 1, NOW),
        verified=Verified(1, NOW),
        due=(),
    )
    content, _ = write_metrics(facts, [Alert("lag", "x")], 10)
    return {family.name.removeprefix("kaijuan_") for family in text_string_to_metric_families(content.decode())}


def test_rules_speak_of_metrics_that_there_are(tmp_path: Path) -> None:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"kaijuan_(\w+)", rule["expr"])}
    assert len(rules) == len({rule["alert"] for rule in rules}) > 10
    assert asked <= known(tmp_path)


def test_manual_names_each_metric(tmp_path: Path) -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert known(tmp_path) <= {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_reads_the_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
