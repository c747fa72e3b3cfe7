"""The peers on the gate's pages: ``python peers.py PAGES.jsonl FOLDER``, in an environment that has them.

Reads ``{"id", "markup"}`` lines, writes ``FOLDER/<tool>.jsonl`` with ``{"id", "lines", "grids", "seconds"}``. The pages
come decoded, so that no peer is judged by its reading of a lying header. Each tool runs as its manual shows it; what is
timed is the tool alone, not the reading of its answer. Nothing of the project is imported here.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

import trafilatura  # type: ignore[import-not-found,unused-ignore]  # lives in .venv-quality
from lxml import etree, html
from readability import Document  # type: ignore[import-not-found,unused-ignore]
from resiliparse.extract.html2text import extract_plain_text  # type: ignore[import-not-found,unused-ignore]

# Elements at whose borders a line ends, of HTML and of trafilatura's XML.
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "caption",
            "cell",
            "center",
            "dd",
            "div",
            "dl",
            "doc",
            "dt",
        ),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "item", "lb", "li"),
        *("list", "main", "nav", "ol", "p", "pre", "quote", "row", "section", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "title", "tr", "ul"),
    )
)
_TABLES, _ROWS, _CELLS = frozenset(("table",)), frozenset(("tr", "row")), frozenset(("td", "th", "cell"))
_WARM_UP = 10  # pages that are not timed: first calls compile patterns

Answer = tuple[list[str], list[list[list[str]]] | None]


def _run_trafilatura(markup: str) -> Any:
    return trafilatura.extract(markup, output_format="xml", include_tables=True, include_comments=False)


def _run_readability(markup: str) -> Any:
    return Document(markup).summary()


def _run_resiliparse(markup: str) -> Any:
    return extract_plain_text(markup, main_content=True, alt_texts=False)


def _read_xml(raw: Any) -> Answer:
    return _read_tree(etree.fromstring(raw.encode())) if raw else ([], [])


def _read_html(raw: Any) -> Answer:
    return _read_tree(html.fromstring(raw)) if raw and raw.strip() else ([], [])


def _read_text(raw: Any) -> Answer:
    """Plain text keeps no table apart; tabs are its cells."""
    return [piece for line in (raw or "").splitlines() for piece in line.split("\t")], None


def _read_tree(root: Any) -> Answer:
    """Lines of all blocks, cells among them, and the innermost tables."""
    lines = [line for line in "".join(_texts(root)).split("\n") if line.strip()]
    tables = [node for node in root.iter(*_TABLES) if next(node.iterdescendants(*_TABLES), None) is None]
    return lines, [_expand(table) for table in tables]


def _texts(root: Any) -> Iterator[str]:
    """The text with a line feed at every border of a block; line feeds of the source are blanks."""
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        block = isinstance(node.tag, str) and node.tag in _BLOCKS
        if event == "start":
            yield "\n" * block + (node.text or "").replace("\n", " ")
        else:
            yield "\n" * block
            if node is not root:
                yield (node.tail or "").replace("\n", " ")


def _expand(table: Any) -> list[list[str]]:
    """The grid with spans, as far as the tool kept them."""
    grid: list[dict[int, str]] = []
    for at, row in enumerate(table.iter(*_ROWS)):
        grid += [{} for _ in range(at + 1 - len(grid))]
        column = 0
        for cell in row.iterchildren(*_CELLS):
            while column in grid[at]:
                column += 1
            text = "".join(cell.itertext()).strip()
            wide, deep = _span(cell, "colspan"), _span(cell, "rowspan")
            grid += [{} for _ in range(at + deep - len(grid))]
            for below in grid[at : at + deep]:
                below.update(dict.fromkeys(range(column, column + wide), text))
    return [[row.get(column, "") for column in range(max(row, default=-1) + 1)] for row in grid]


def _span(cell: Any, name: str) -> int:
    digits = "".join(filter(str.isdigit, cell.get(name) or cell.get("span") or ""))
    return min(int(digits or 1), 100) or 1


def _find_magic() -> Callable[[str], Any] | None:
    """magic-html, where the environment's Python is new enough for it."""
    try:
        from magic_html import GeneralExtractor  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    extractor = GeneralExtractor()
    return lambda markup: extractor.extract(markup, base_url="http://www.xxgk.gov.example/").get("html")


_MAGIC = _find_magic()
TOOLS: dict[str, tuple[Callable[[str], Any], Callable[[Any], Answer]]] = {
    "trafilatura": (_run_trafilatura, _read_xml),
    "readability-lxml": (_run_readability, _read_html),
    "resiliparse": (_run_resiliparse, _read_text),
    **({"magic-html": (_MAGIC, _read_html)} if _MAGIC else {}),
}


def main(pages: Path, folder: Path) -> None:
    """Every tool over every page."""
    logging.disable(logging.CRITICAL)
    rows = [json.loads(line) for line in pages.read_text(encoding="utf-8").splitlines()]
    for name, (run, read) in TOOLS.items():
        for row in rows[:_WARM_UP]:
            _try(run, row["markup"])
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as out:
            for row in rows:
                began = process_time()
                raw = _try(run, row["markup"])
                seconds = process_time() - began
                lines, grids = read(raw)
                out.write(json.dumps({"id": row["id"], "lines": lines, "grids": grids, "seconds": seconds}) + "\n")
        print(f"{name}: {len(rows)} pages", flush=True)


def _try(run: Callable[[str], Any], markup: str) -> Any:
    """A peer that raises has found nothing; it goes on with the next page."""
    try:
        return run(markup)
    except Exception as error:  # noqa: BLE001  # whatever a peer raises is its answer
        print(f"  {type(error).__name__}: {error}", file=sys.stderr)
        return None


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
