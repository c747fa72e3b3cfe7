"""The manual's pages lead to each other: every link, heading and picture is there, and each page has its place."""

import re
from pathlib import Path

import pytest

from pipelines.exports.manual import write_page
from tests.commands import PROJECT
from tests.docs.blocks import list_pages

PAGES = list_pages()
DOCS = PROJECT / "docs"
_CODE = re.compile(r"^(?P<fence> *```).*?^(?P=fence)$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def read_text(page: Path) -> str:
    """The page without what stands in code."""
    return _CODE.sub("", page.read_text(encoding="utf-8"))


def list_anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as Git hosts and the site make them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for target in _LINK.findall(read_text(page)):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        if not other.exists() or (anchor and anchor not in list_anchors(other)):
            lost.append(target)
    assert lost == []


def test_each_page_of_the_manual_is_in_its_navigation() -> None:
    named = re.findall(r"^([a-z-]+)$", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(page.stem for page in DOCS.glob("*.md") if page.stem != "index")


def test_pages_of_the_manual_link_no_file_outside_of_it_that_the_site_lacks() -> None:
    outside = [
        (page.name, target)
        for page in DOCS.glob("*.md")
        for target in _LINK.findall(read_text(page))
        if target.startswith("../")
    ]
    assert outside == []


def test_the_dictionary_is_what_the_forms_say() -> None:
    page = (DOCS / "dictionary.md").read_text(encoding="utf-8")
    assert page == write_page(), "run: python -m pipelines.exports.manual docs/dictionary.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_the_project_that_a_page_names_are_there(page: Path) -> None:
    rooms = "archive|benchmarks|crawler|demo|deploy|docs|pipelines|spiders|tests|web"
    named = re.findall(rf"`((?:{rooms})/[\w./*-]*)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if "NAME" not in name and not any(PROJECT.glob(name.rstrip("/")))] == []


def test_both_readmes_have_the_same_commands_links_and_pictures() -> None:
    texts = [(PROJECT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]
    commands = [re.findall(r"^(\.venv/bin/\S+ .*?|make \w+) *(?:#.*)?$", text, re.MULTILINE) for text in texts]
    assert len(commands[0]) > 10
    assert commands[0] == commands[1]
    links = [set(_LINK.findall(text)) - {"README.md", "README.zh-CN.md"} for text in texts]
    assert links[0] == links[1]
    headings = [len(re.findall(r"^#+ ", text, re.MULTILINE)) for text in texts]
    assert headings[0] == headings[1]
