"""A project folder with a configuration of its own, for the tests."""

import os
import subprocess
import sys
from pathlib import Path

from crawler.configuration.resolving import Configuration, read_configuration
from tests.commands import PROJECT

SECRET = "Tr0ub4dor-geheim"


def read(folder: Path, toml: str = "", **environ: str) -> Configuration:
    """What a project folder with that ``kaijuan.toml`` has in force, seen from itself."""
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = crawler.configured\n", encoding="utf-8")
    (folder / "kaijuan.toml").write_text(toml, encoding="utf-8")
    return read_configuration(environ, folder)


def run_config(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """``scrapy config WORD…`` in a project folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "config", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "KAIJUAN_CONFIG": "", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
