"""Real reports, cleaned and parsed, held against the truth of each cell; skipped where the corpus is not there.

``KAIJUAN_CORPUS`` names its folder (default ``../shared/corpus`` beside the project); nothing of it is copied here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive.capture import Capture
from pipelines.clean.cleaning import clean_capture
from pipelines.feeds import document_line, report_line, write_line
from pipelines.parse.reading import read_report
from pipelines.report import Report

CORPUS = Path(os.environ.get("KAIJUAN_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
SCORER = CORPUS.parent / "tools" / "score_reports.py"
MEDIA = {".txt": "text/plain; charset=utf-8", ".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}

pytestmark = pytest.mark.skipif(not SCORER.exists(), reason=f"the corpus of real reports is not at {CORPUS}")


def read(truth: Path) -> Report:
    name = json.loads(truth.read_text(encoding="utf-8"))["source_file"]
    path = CORPUS / name if (CORPUS / name).exists() else CORPUS / "seeds" / name
    headers = (("Content-Type", MEDIA[path.suffix]),)
    url = f"http://portal.example/{path.name}"
    capture = Capture(url, "2024-01-31T00:00:00Z", 200, headers, path.read_bytes(), "sha1:A", None, "a.warc.gz", 0)
    return read_report(clean_capture(capture))


@pytest.mark.parametrize(
    "name",
    [
        "binjiang_district_2020",
        "hangzhou_municipal_2020",
        "hongze_district_2023",
        "kunming_municipal_2022",
        "shanghai_general_office_2019",
        "sichuan_provincial_2019",
        "zhejiang_provincial_2022",
    ],
)
def test_real_report_gives_its_truth(name: str, tmp_path: Path) -> None:
    truth = CORPUS / "truth" / f"{name}.json"
    report = read(truth)
    line = tmp_path / "reports.jsonl"
    line.write_text(write_line(report_line(report, document_line(report.document))), encoding="utf-8")
    done = subprocess.run([sys.executable, SCORER, line, truth], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert not report.unmapped
    assert not report.extra_rows


def test_figures_of_the_narrative_report() -> None:
    truth = CORPUS / "truth" / "sichuan_provincial_2019.json"
    stated = {item.id.removeprefix("stated."): item.value for item in read(truth).stated}
    said = json.loads(truth.read_text(encoding="utf-8"))["narrative"]
    names = {
        "disclosed_total": "disclosed.total",
        "disclosed_website": "disclosed.website",
        "disclosed_wechat": "disclosed.wechat",
        "disclosed_weibo": "disclosed.weibo",
        "disclosed_other_media": "disclosed.other_media",
        "requests_received": "requests.received",
        "reviews_of_subordinates": "review.total",
        "litigation": "litigation.total",
    }
    assert {key: stated[name] for key, name in names.items()} == said
