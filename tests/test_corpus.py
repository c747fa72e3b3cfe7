"""Real reports, crawled from loopback, replayed, and held against the truth of each cell.

The corpus is not part of the project: ``KAIJUAN_CORPUS`` names its folder (default ``../shared/corpus``).
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import CORPUS, assert_feeds_equal, crawl_urls, read_lines, replay_archive
from tests.loopback import Answer, serving
from tests.wrapping import wrap_text

SCORER = CORPUS.parent / "tools" / "score_reports.py"

pytestmark = pytest.mark.skipif(not SCORER.exists(), reason=f"the corpus of real reports is not at {CORPUS}")

SEED_TRUTHS = [
    "zhejiang_provincial_2022",
    "binjiang_district_2020",
    "kunming_municipal_2022",
    "hangzhou_municipal_2020",
    "sichuan_provincial_2019",
]


def score(folder: Path, *more: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, str(SCORER), str(folder / "replayed-reports.jsonl"), *more),
            *("--documents", str(folder / "replayed-documents.jsonl")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def truths(names: list[str]) -> list[str]:
    return [str(CORPUS / "truth" / f"{name}.json") for name in names]


def crawl_and_replay(folder: Path, answers: dict[str, Answer]) -> Path:
    with serving(answers) as address:
        crawled = crawl_urls(folder, [address + path for path in answers])
    assert crawled.returncode == 0, crawled.stderr
    replayed = replay_archive(folder)
    assert replayed.returncode == 0, replayed.stderr
    assert_feeds_equal(folder)
    return folder


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = "text/plain; charset=utf-8"
    answers = {f"/{path.name}": Answer(path.read_bytes(), text) for path in sorted((CORPUS / "seeds").glob("*.txt"))}
    for path in sorted((CORPUS / "html").glob("*.html")):
        answers[f"/html/{path.name}"] = Answer(path.read_bytes())
    for path in sorted((CORPUS / "pdf").glob("*.pdf")):
        answers[f"/pdf/{path.name}"] = Answer(path.read_bytes(), "application/pdf")
    return crawl_and_replay(tmp_path_factory.mktemp("corpus"), answers)


def test_every_cell_of_the_five_seeds_is_right_and_sichuans_body_is_there_once(crawled: Path) -> None:
    score(crawled, *truths(SEED_TRUTHS))


def test_every_cell_of_a_page_with_drifting_columns_is_right(crawled: Path) -> None:
    score(crawled, *truths(["shanghai_general_office_2019"]))


def test_every_cell_of_a_pdf_is_right_and_its_wrong_totals_are_reported(crawled: Path) -> None:
    score(crawled, *truths(["hongze_district_2023"]), "--url", "hongze_district_2023.pdf=hongze_district_2023")


def test_list_page_is_a_list_and_other_pages_are_no_reports(crawled: Path) -> None:
    kinds = {Path(line["url"]).name: line["kind"] for line in read_lines(crawled / "replayed-documents.jsonl")}
    assert kinds["001.html"] == "list"
    assert {kinds[f"{number:03}.html"] for number in (2, *range(10, 17), 24, 25)} <= {"list", "other", "attachment"}


def test_the_seeds_set_as_html_pages_say_the_same(tmp_path: Path) -> None:
    answers = {
        f"/{path.name}": Answer(wrap_text(path.read_text(encoding="utf-8")).encode())
        for path in sorted((CORPUS / "seeds").glob("*.txt"))
    }
    score(crawl_and_replay(tmp_path, answers), *truths(SEED_TRUTHS))
