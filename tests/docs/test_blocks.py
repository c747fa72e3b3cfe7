"""Every command of the manual could be run: the program is there, and takes what the page gives it."""

import ast
import importlib.util
from pathlib import Path

import pytest

from tests.docs.blocks import CRON, REASONS, SHELL, Block, list_blocks, list_commands, list_inline, list_pages
from tests.docs.syntax import check_command

LANGUAGES = (*SHELL, CRON, "text", "python", "sql", "yaml", "json", "toml", "ini", "html", "nginx", "{toctree}")
COMMANDS = list_blocks(*SHELL, CRON)


def test_every_block_names_its_language() -> None:
    assert [f"{block}: {block.language!r}" for block in list_blocks() if block.language not in LANGUAGES] == []


def test_a_reason_for_not_running_is_one_of_the_few() -> None:
    firsts = [(str(block), block.text.partition("\n")[0]) for block in COMMANDS]
    likely = [(at, first) for at, first in firsts if first.startswith(("# needs", "# takes", "# changes"))]
    assert [(at, first) for at, first in likely if first not in REASONS] == []


@pytest.mark.parametrize("page", sorted({block.page for block in COMMANDS}))
def test_commands_are_known_and_take_these_words(page: str) -> None:
    blocks = [block for block in COMMANDS if block.page == page]
    found = [(block, list_commands(block)) for block in blocks]
    assert all(commands for _, commands in found), "a block of commands without one"
    wrong = [(str(block), check_command(words)) for block, commands in found for words in commands]
    assert [(at, what) for at, what in wrong if what] == []


@pytest.mark.parametrize("page", [page for page in list_pages() if page.name != "CHANGELOG.md"], ids=lambda p: p.name)
def test_commands_in_sentences_are_known_and_take_these_words(page: Path) -> None:
    wrong = [check_command(words) for block in list_inline(page) for words in list_commands(block)]
    assert [what for what in wrong if what] == []


def test_programs_in_python_are_programs_and_import_what_is_there() -> None:
    lost = []
    for block in list_blocks("python"):
        for node in ast.walk(ast.parse(block.text)):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in names if name and name.partition(".")[0] in ("archive", "pipelines", "spiders")]
            lost += [f"{block}: {name}" for name in ours if importlib.util.find_spec(name) is None]
    assert lost == []


@pytest.mark.parametrize(
    "line",
    [
        "scrapy repaly var/warc",
        "scrapy replay var/warc --document documents.jsonl --nothing",
        "scrapy crawl provinzial",
        "scrapy crawl provincial -a yaers=2019",
        "scrapy crawl provincial -s ARCHIV_DIR=x",
        "scrapy crawl-many provincial -a visit=never",
        "python -m benchmarks.nothing",
        "python -m benchmarks.crash --nothing",
        "make nothing",
        "make crash RUN=3",
        "pip install '.[nothing]'",
        "nothing --at-all",
    ],
)
def test_what_could_not_be_run_is_found(line: str) -> None:
    (words,) = list_commands(Block("a page", 1, "sh", f"{line}\n"))
    assert check_command(words)


def test_bash_takes_commands_apart() -> None:
    text = "cd x && A=1 scrapy crawl 'a b' \\\n  -a file=f | head -3  # a comment's end\n$ not here\n"
    assert list_commands(Block("a page", 1, "console", "$ scrapy list\nits output\n")) == [["scrapy", "list"]]
    commands = list_commands(Block("a page", 1, "sh", text.replace("$ not here\n", "")))
    assert sorted(commands) == [["cd", "x"], ["head", "-3"], ["scrapy", "crawl", "a b", "-a", "file=f"]]
    with pytest.raises(ValueError, match="a page, line 1"):
        list_commands(Block("a page", 1, "sh", "scrapy crawl 'a\n"))
