"""A clean machine: ``python -m benchmarks.installing`` installs the package with its extras where nothing is.

An environment of its own gets ``.[cluster,postgres,ocr]`` at the versions of the lock file; the demo runs in it from a
foreign folder; then packages are taken away, and what needs them has to ask by name. For the Pythons that are not here,
wheels of every dependency are looked for. Needs the package index; a quarter of an hour on a busy machine. Exit code 1:
something did not come out.
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = "cluster,postgres,ocr"
OTHER_PYTHONS = ("3.12", "3.13")
_PORT = 9300
_LONGEST = 1800  # seconds for one step
# What is taken away, what is then asked for, and the words that have to come.
_MISSING: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("pg8000", "export -o x.zip", {"KAIJUAN_DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}, ".[postgres]"),
    ("distributed", "crawl-many provincial --dask tcp://127.0.0.1:9", {}, ".[cluster]"),
    ("distributed", "replay var/demo/warc --no-store --documents d.jsonl --dask tcp://127.0.0.1:9", {}, ".[cluster]"),
    ("pyarrow", "export --format parquet -o x -s DATABASE_URL=sqlite:///var/demo/kaijuan.db", {}, ".[parquet]"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and everything that it said."""

    code: int
    text: str


def main() -> int:
    """Run it all, one line for each thing found out."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="installing-") as name:
        for is_good, line in check_installing(Path(name)):
            print(f"{'good' if is_good else 'BAD '}  {line}", flush=True)
            bad += not is_good
    print("something did not come out" if bad else "it installs and runs")
    return 1 if bad else 0


def check_installing(folder: Path) -> Iterator[tuple[bool, str]]:
    """What was found out, line after line, as it is."""
    place, project = folder / "environment", folder / "project"
    project.mkdir()
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    constraint = ("--constraint", str(ROOT / "requirements.lock"))
    installed = run([*pip, "install", *constraint, f"{ROOT}[{EXTRAS}]"], folder)
    yield installed.code == 0, f"pip install '.[{EXTRAS}]': {installed.code}"
    kaijuan = [str(place / "bin" / "kaijuan"), "--project", str(project)]
    demo = run([*kaijuan, "demo"], folder)
    if "is in use" in demo.text:  # another demo took the ports in between
        demo = run([*kaijuan, "demo", "--port", str(_PORT)], folder)
    lines = [line.strip() for line in demo.text.splitlines()]
    judged = next((line for line in lines if "reports found" in line), lines[-1])
    yield demo.code == 0 and "byte for byte" in demo.text, f"kaijuan demo: {demo.code}, {judged}"
    for package, words, environ, wanted in _MISSING:
        run([*pip, "uninstall", "--yes", package], folder)
        asked = run([*kaijuan, *words.split()], project, environ)
        yield asked.code == 1 and wanted in asked.text, f"without {package}: {asked.text.strip().splitlines()[-1]}"
    editable = run([*pip, "install", "--no-deps", "--editable", str(ROOT)], folder)
    told = run([str(place / "bin" / "kaijuan"), "config", "--changed"], folder)
    yield editable.code == told.code == 0 and str(ROOT) in told.text, f"pip install -e .: {told.text.splitlines()[0]}"
    for version in OTHER_PYTHONS:
        found = find_wheels(pip, version, folder)
        yield found > 0, f"Python {version}, not run: {found} packages of the lock file have wheels for it"


def find_wheels(pip: list[str], version: str, folder: Path) -> int:
    """How many packages would be installed by another Python on this system, wheels alone; 0: not all have one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    report = folder / f"{version}.json"
    options = ["--dry-run", "--ignore-installed", "--python-version", version, "--only-binary", ":all:"]
    places = ["--target", str(folder / "none"), "--report", str(report)]
    run([*pip, "install", *options, *places, "--constraint", str(ROOT / "requirements.lock"), *wanted], folder)
    return len(json.loads(report.read_text(encoding="utf-8"))["install"]) if report.exists() else 0


def run(words: list[str], folder: Path, environ: Mapping[str, str] | None = None) -> Said:
    """Run a command in a folder, without what is configured around us."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("KAIJUAN_", "PYTHONPATH"))}
    done = subprocess.run(
        words,
        cwd=folder,
        env=clean | dict(environ or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    return Said(done.returncode, done.stdout)


if __name__ == "__main__":
    sys.exit(main())
