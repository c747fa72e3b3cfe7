"""``kaijuan``, installed as a wheel into an environment of its own, and asked from folders that know nothing of it."""

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands import PROJECT
from tests.loopback import Answer, serving

ROOMS = ("archive", "crawler", "demo", "pipelines", "spiders", "web")
PAGE = Answer("<html><title>2023年政府信息公开工作年度报告</title><p>本年度没有收到申请。</p></html>".encode())

pytestmark = pytest.mark.skipif(find_spec("hatchling") is None, reason="needs hatchling: make setup")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it; its packages beside ours are those of the tests'."""

    folder: Path

    @property
    def packages(self) -> Path:
        return self.folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"

    def run(self, *words: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
        """``kaijuan WORD…`` in a folder."""
        kept = {name: text for name, text in os.environ.items() if name not in ("PYTHONPATH", "KAIJUAN_CONFIG")}
        return subprocess.run(
            [self.folder / "bin" / "kaijuan", *words],
            cwd=cwd,
            env=kept | environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """``pip install .`` without what it depends on, which is looked up where the tests find it."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    environment = Installed(folder)
    (environment.packages / "beside.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "--disable-pip-version-check"]
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    subprocess.run([*pip, "install", *options, str(PROJECT)], check=True, timeout=120)
    return environment


def test_every_file_of_the_rooms_is_installed(installed: Installed) -> None:
    for room in ROOMS:
        ours = {
            str(path.relative_to(PROJECT))
            for path in (PROJECT / room).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert ours == {
            str(path.relative_to(installed.packages))
            for path in (installed.packages / room).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    assert not (installed.packages / "tests").exists()
    assert not (installed.packages / "benchmarks").exists()


def test_help_names_every_command_and_the_project_folder(installed: Installed, tmp_path: Path) -> None:
    run = installed.run("--help", cwd=tmp_path)
    assert run.returncode == 0
    assert run.stderr == f"kaijuan: project folder {PROJECT} (Kaijuan was installed from it)\n"
    commands = {path.stem for path in (PROJECT / "crawler" / "console").glob("*.py")} - {"__init__"}
    assert {line.split()[0] for line in run.stdout.partition("Commands:\n")[2].splitlines()} == commands | {"demo"}


def test_project_folder_is_the_named_one_else_the_next_upward(installed: Installed, tmp_path: Path) -> None:
    named, upward = tmp_path / "named", tmp_path / "upward"
    (upward / "below").mkdir(parents=True)
    named.mkdir()
    (upward / "scrapy.cfg").write_text("[settings]\ndefault = crawler.configured\n", encoding="utf-8")
    (upward / "kaijuan.toml").write_text("DOWNLOAD_DELAY = 8\n", encoding="utf-8")
    told = {
        "--project": installed.run("--project", "../../named", "config", "--changed", cwd=upward / "below"),
        "KAIJUAN_PROJECT": installed.run("config", "--changed", cwd=upward, KAIJUAN_PROJECT=str(named)),
        "upward": installed.run("config", "--changed", cwd=upward / "below"),
    }
    assert {why: run.stderr for why, run in told.items()} == {
        "--project": f"kaijuan: project folder {named} (--project)\n",
        "KAIJUAN_PROJECT": f"kaijuan: project folder {named} (KAIJUAN_PROJECT)\n",
        "upward": f"kaijuan: project folder {upward} (its scrapy.cfg is the next upward from here)\n",
    }
    assert "DOWNLOAD_DELAY = 8  kaijuan.toml:1" in told["upward"].stdout


def test_project_folder_that_is_none_is_wrong_usage(installed: Installed, tmp_path: Path) -> None:
    run = installed.run("--project", "nowhere", "config", cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith(f"kaijuan: {tmp_path / 'nowhere'} (--project) is no folder")


def test_crawl_from_a_foreign_folder_writes_into_the_project_and_reads_lists_from_here(
    installed: Installed, tmp_path: Path
) -> None:
    project, here = tmp_path / "project", tmp_path / "here"
    project.mkdir()
    here.mkdir()
    (project / "kaijuan.toml").write_text(
        "[scope]\nALLOW_LOOPBACK = true\n[politeness]\nDOWNLOAD_DELAY = 0\n[archive]\nARCHIVE_DIR = 'kept'\n",
        encoding="utf-8",
    )
    with serving({"/1": PAGE}) as origin:
        (here / "urls.txt").write_text(f"{origin}/1\n", encoding="utf-8")
        words = ("crawl", "urls", "-a", "file=urls.txt", "-a", "documents=documents.jsonl")
        run = installed.run("--project", str(project), *words, cwd=here)
    assert run.returncode == 0, run.stderr
    assert {path.name for path in here.iterdir()} == {"urls.txt", "documents.jsonl"}
    assert {path.name for path in project.iterdir()} == {"kaijuan.toml", "kept", "var"}
    assert list((project / "kept").glob("*.warc.gz"))
    assert (project / "var" / "kaijuan.db").exists()
    assert "2023" in (here / "documents.jsonl").read_text(encoding="utf-8")
