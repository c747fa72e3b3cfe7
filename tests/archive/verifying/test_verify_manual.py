"""The manual's page of codes is what the data says."""

import re
from pathlib import Path

import pytest

from archive.verifying.manual import MARK, rewrite_page
from archive.verifying.problems import read_kinds

PAGE = Path(__file__).resolve().parents[3] / "docs" / "verify.md"
ROOM = Path(__file__).resolve().parents[3] / "archive"


def test_page_is_made_of_the_data() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == rewrite_page(page), "run: python -m archive.verifying.manual docs/verify.md"


def test_every_code_has_a_line_and_only_one() -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(encoding="utf-8").partition(MARK)[2], re.MULTILINE)
    assert sorted(named) == sorted(read_kinds())


def test_no_code_is_left_that_nothing_tells() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    assert [code for code in read_kinds() if f'"{code}"' not in source] == []


def test_page_without_a_place_for_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the line"):
        rewrite_page("# A page\n")
