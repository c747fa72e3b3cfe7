"""The table of all codes for the manual: ``python -m archive.verifying.manual docs/verify.md`` writes it anew there.

Everything from ``MARK`` to the page's end is made of ``problems.yaml``, whose own headings are the sections.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from archive.verifying.problems import read_kinds

MARK = "<!-- Made by python -m archive.verifying.manual from here on: change archive/verifying/problems.yaml. -->\n"

_HEADING = re.compile(r"# (?P<heading>[^.:]+(?: \(.*\))?)")
_CODE = re.compile(r"(?P<code>[a-z][a-z-]*):")
_FACT = re.compile(r"\{\w+\}")


def write_tables() -> str:
    """The codes by section, in the order of the data; what is filled in stands as an ellipsis."""
    return "".join(_lines())


def rewrite_page(page: str) -> str:
    """The page with its tables made anew. Raises ``ValueError`` where it has no place for them."""
    text, mark, _ = page.partition(MARK)
    if not mark:
        raise ValueError(f"the page lacks the line {MARK.strip()}")
    return text + MARK + write_tables()


def _lines() -> Iterator[str]:
    kinds = read_kinds()
    for section, codes in _sections():
        yield f"\n### {section}\n\n| code | severity | what it says | what to do |\n|---|---|---|---|\n"
        for code in codes:
            kind = kinds[code]
            yield f"| `{code}` | {kind.severity} | {_plain(kind.says)} | {_plain(kind.do)} |\n"


def _sections() -> list[tuple[str, list[str]]]:
    """The comments of the data that stand alone above codes, with those codes."""
    sections: list[tuple[str, list[str]]] = []
    for paragraph in Path(__file__).with_name("problems.yaml").read_text(encoding="utf-8").split("\n\n"):
        first, *lines = paragraph.splitlines()
        codes = [match["code"] for line in lines if (match := _CODE.match(line))]
        heading = _HEADING.fullmatch(first)
        if codes and heading:
            sections.append((heading["heading"], codes))
    return sections


def _plain(text: str) -> str:
    return _FACT.sub("…", text).replace("|", "\\|")


def main() -> None:
    """Rewrite the page that is named."""
    page = Path(sys.argv[1])
    page.write_text(rewrite_page(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
