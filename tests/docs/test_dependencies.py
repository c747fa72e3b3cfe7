"""Each package that the project names has its line with its licence, and none that is imported is under the GPL."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

import pytest

from tests.commands import PROJECT

PERMISSIVE = {
    *("MIT", "MIT-0", "MIT-CMU", "BSD-2", "BSD-3", "Apache-2.0", "PSF-2.0", "PSF-like", "ISC", "HPND"),
    "MPL-2.0",  # for tools of work alone: hypothesis
}
_APART = ("pywb",)  # under the GPL, run in an environment of its own as a judge


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def list_rows() -> dict[str, str]:
    """The licence cell by package, of all tables."""
    text = (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE)
    names = ((re.sub(r" \d.*| \(.*", "", name).strip(), licence) for first, licence in rows for name in split(first))
    return {normal(name): licence for name, licence in names if name not in ("package", "packages")}


def split(first: str) -> list[str]:
    """The packages of a first cell; those in brackets come with the one before them."""
    return [name.strip() for name in re.sub(r"\([^)]*\)", "", first).split(",")]


def list_asked() -> list[str]:
    """The packages that pyproject.toml names: needed, in extras, in the group for work."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    lists += project["dependency-groups"].values()
    words = (re.match(r"[\w.-]+", word) for words in lists for word in words if isinstance(word, str))
    return sorted({normal(word[0]) for word in words if word})


@pytest.mark.parametrize("name", list_asked())
def test_a_package_has_its_line_with_a_licence_that_lets_us(name: str) -> None:
    rows = list_rows()
    assert name in rows, f"docs/dependencies.md has no line for {name}"
    licences = re.findall(r"[A-Za-z]+(?:-[\w.]+)?", re.sub(r"\([^)]*\)", "", rows[name]))
    assert licences
    assert set(licences) <= PERMISSIVE


@pytest.mark.parametrize("name", list_asked())
def test_a_package_says_itself_that_it_is_not_under_the_gpl(name: str) -> None:
    try:
        told = metadata(name)
    except PackageNotFoundError:
        pytest.skip("not installed here")
    keys = ("Classifier", "License-Expression", "License")
    fields = [str(field)[:200] for key in keys for field in told.get_all(key) or []]
    assert not [field for field in fields if re.search(r"\bA?GPL|GNU (?:Affero )?General", field)]


def test_environments_of_their_own_have_their_lines_too() -> None:
    manual = (PROJECT / "requirements-manual.txt").read_text(encoding="utf-8")
    asked = re.findall(r"^([\w.-]+)==", manual, re.MULTILINE)
    assert set(map(normal, asked)) <= set(list_rows())
    assert list_rows()[_APART[0]] == "GPL-3.0"
