"""Every page's commands, run one after another in a copy of the project: ``make nightly ONLY=manual``.

``pytest -m manual tests/docs``. What a block's first line excuses is not run; ``make`` is not either, where CI or the
nightly campaigns run that target.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import SHELL, Block, list_blocks, list_commands
from tests.docs.stage import play, staging
from tests.docs.syntax import list_made

pytestmark = pytest.mark.manual

BLOCKS = [block for block in list_blocks(*SHELL) if not block.reason]
PAGES = sorted({block.page for block in BLOCKS} - {"docs/tutorial.md"})  # which test_tutorial.py plays
_BEFORE = """
scrapy crawl provincial -a documents=documents.jsonl -a reports=reports.jsonl
scrapy crawl municipal
scrapy crawl district -a portal=cruel-10
"""
_SECOND_DAY = """
scrapy crawl district -a portal=cruel-10
cp reports.jsonl old.jsonl
cp reports.jsonl new.jsonl
mkdir -p var/demo && cp -r crawler/catalogue/real var/demo/catalogue && cp -r var/warc var/kaijuan.db var/demo/
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project whose portals were crawled once; ``before/`` keeps what that brought."""
    folder = tmp_path_factory.mktemp("project") / "kaijuan"
    with staging(folder) as portals:
        assert play([Block("before", 1, "sh", _BEFORE)], folder) == [], (folder / "page.log").read_text()
        portals.begin_day(2)
        assert play([Block("before", 2, "sh", _SECOND_DAY)], folder) == [], (folder / "page.log").read_text()
        shutil.copytree(folder, folder.parent / "before", ignore=shutil.ignore_patterns(".venv"))
        yield folder


@pytest.fixture
def fresh(stage: Path) -> Path:
    """The stage as it was before the first page."""
    for path in stage.iterdir():
        if path.name != ".venv":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(stage.parent / "before", stage, dirs_exist_ok=True)
    return stage


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_the_page_run(fresh: Path, page: str) -> None:
    failed = play([block for block in BLOCKS if block.page == page], fresh)
    assert failed == [], (fresh / "page.log").read_text(encoding="utf-8")[-4000:]


def test_what_make_would_do_is_run_by_ci_or_by_night() -> None:
    asked = {
        (word, str(block))
        for block in BLOCKS
        for words in list_commands(block)
        if words[0] == "make"
        for word in words[1:]
        if "=" not in word
    }
    assert sorted(at for word, at in asked if word not in list_made() | {"setup", "check", "help"}) == []
