"""Each message that the page of troubles quotes is one that the code still says."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

import pytest

from tests.commands import PROJECT

PAGE = PROJECT / "docs" / "troubleshooting.md"
GAP = "…"


def list_quotes() -> list[str]:
    """What stands in backticks in the first column of each table, and what a second column quotes as said."""
    rows = re.findall(r"^\| (`.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [quote for row in rows for quote in re.findall(r"`([^`]+)`", row)]


def write_template(node: ast.AST) -> str | None:
    """A string of the code, with a gap where a value is put in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(write_template(part) or GAP for part in node.values)
    return None


def read_strings() -> Iterator[str]:
    for room in ("archive", "crawler", "spiders", "pipelines", "web", "demo"):
        for path in sorted((PROJECT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield write_template(node) or ""
    yield (PROJECT / "Makefile").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def said() -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in read_strings() if text)


def is_said(quote: str) -> bool:
    """Whether one string of the code has all parts of the quote, in their order."""
    if GAP not in quote and " " not in quote:
        return quote in said()  # a word, such as a reason of rejection, stands alone
    parts = [part.strip() for part in quote.split(GAP) if part.strip(" ():;,.")]
    pattern = re.compile(".*?".join(map(re.escape, parts)), re.DOTALL)
    return bool(parts) and any(pattern.search(text) for text in said())


@pytest.mark.parametrize("quote", list_quotes())
def test_the_message_is_still_said(quote: str) -> None:
    assert is_said(quote), f"{PAGE.name} quotes what nothing says: {quote}"


def test_a_message_that_nothing_says_is_noticed() -> None:
    assert len(list_quotes()) > 50
    assert not is_said("no such message as …, nowhere")
