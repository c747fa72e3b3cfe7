"""The archive as a library: a fresh Scrapy project of ten lines archives, with nothing of ours but ``archive/``."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.reading.captures import read_captures
from tests.commands import PROJECT
from tests.loopback import Answer, serving

PAGE = "<html><head><title>通知公告</title></head><body><p>本站试运行。</p></body></html>".encode()
ROOMS = {"crawler", "spiders", "pipelines", "web", "demo", "benchmarks", "tests"}
SPIDER = """
import scrapy


class NoticesSpider(scrapy.Spider):
    name = "notices"

    async def start(self):
        yield scrapy.Request(self.root + "/index.html", meta={"context": {"list": "通知公告"}})

    def parse(self, response):
        yield {"title": response.css("title::text").get(), "offset": response.meta["archived"].offset}
"""


def documented_settings() -> str:
    """The block of docs/archive.md that a project's settings.py takes."""
    text = (PROJECT / "docs" / "archive.md").read_text(encoding="utf-8")
    match = re.search(r"```python\n# settings\.py\n(.*?)```", text, re.DOTALL)
    assert match
    return match[1]


def make_environment() -> dict[str, str]:
    """That of a process which knows nothing of this project, whatever tests before have made Scrapy look for."""
    ours = ("PYTHONPATH", "PYTHONSAFEPATH", "SCRAPY_SETTINGS_MODULE", "SCRAPY_PROJECT")
    return {name: value for name, value in os.environ.items() if name not in ours}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project as ``scrapy startproject`` makes it, with the documented lines, ``archive/`` and one spider."""
    words = [sys.executable, "-m", "scrapy", "startproject", "fresh", str(tmp_path / "fresh")]
    subprocess.run(words, cwd=tmp_path, env=make_environment(), check=True, capture_output=True)
    folder = tmp_path / "fresh"
    shutil.copytree(PROJECT / "archive", folder / "archive", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "fresh" / "settings.py").open("a", encoding="utf-8") as settings:
        settings.write("\n" + documented_settings() + "DOWNLOAD_DELAY = 0\n")
    (folder / "fresh" / "spiders" / "notices.py").write_text(SPIDER, encoding="utf-8")
    return folder


def test_ten_lines_make_any_project_archive_what_it_fetches(project: Path) -> None:
    assert len(documented_settings().strip().splitlines()) <= 10
    with serving({"/index.html": Answer(PAGE), "/robots.txt": Answer(b"User-agent: *\n", "text/plain")}) as root:
        words = [sys.executable, "-m", "scrapy", "crawl", "notices", "-a", f"root={root}", "-O", "items.json"]
        done = subprocess.run(words, cwd=project, env=make_environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    files = sorted(project.rglob("*.warc.gz"))
    captures = [capture for path in files for capture in read_captures(path)]
    assert [(each.url, each.status) for each in captures] == [(f"{root}/robots.txt", 200), (f"{root}/index.html", 200)]
    page = captures[1]
    assert page.payload == PAGE
    assert page.context["list"] == "通知公告"
    [item] = json.loads((project / "items.json").read_text(encoding="utf-8"))
    assert item == {"title": "通知公告", "offset": page.offset}
    assert [path.with_suffix("").with_suffix(".cdxj").exists() for path in files] == [True]


def test_archive_imports_nothing_of_the_other_rooms() -> None:
    found = {}
    for path in sorted((PROJECT / "archive").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if foreign := {name for name in names if name.partition(".")[0] in ROOMS}:
            found[path.name] = foreign
    assert not found
