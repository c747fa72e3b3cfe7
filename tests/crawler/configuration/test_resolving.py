"""Settings come from the environment, ``kaijuan.toml``, the defaults; mistakes are told by line."""

import tomllib
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler import settings
from crawler.configuration import masking
from crawler.configuration.bounds import BOUNDS, PLACES
from crawler.configuration.checking import check_given, find_impolite
from crawler.configuration.known import SCRAPY, WIRING, read_known, read_tables
from crawler.configuration.resolving import export_values, read_configuration
from crawler.configuration.showing import write_example
from tests.crawler.configuration.folders import read

OURS = {name: setting for name, setting in read_known().items() if setting.table not in (SCRAPY, WIRING)}


def test_every_setting_of_ours_is_known_with_its_table_default_and_comment() -> None:
    names = {name for name in dir(settings) if name.isupper()}
    assert names == {name for name, setting in read_known().items() if setting.table != SCRAPY}
    assert [name for name, setting in OURS.items() if not setting.says] == []
    assert {setting.table for setting in OURS.values()} | {SCRAPY} == set(read_tables())
    assert set(BOUNDS) <= set(OURS)
    assert set(read_known()) >= PLACES


def test_defaults_are_within_their_own_bounds() -> None:
    given = {name: setting.default for name, setting in OURS.items() if setting.default not in ("", {}, None)}
    texts = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in given.items()}
    assert check_given(texts) == given


def test_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    found = read(tmp_path, "[politeness]\nDOWNLOAD_DELAY = 5\nBACKOFF_RETRIES = 4\n", KAIJUAN_DOWNLOAD_DELAY="7.5")
    assert found.problems == ()
    assert found.values == {"DOWNLOAD_DELAY": 7.5, "BACKOFF_RETRIES": 4}
    assert found.given["DOWNLOAD_DELAY"].origin == "KAIJUAN_DOWNLOAD_DELAY"
    assert found.given["BACKOFF_RETRIES"].origin == "kaijuan.toml:3"


def test_tables_may_be_left_out_and_an_empty_variable_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, "LIST_PAGES = 9\nTODAY = 2026-01-31\n", KAIJUAN_LIST_PAGES="")
    assert (found.problems, found.values) == ((), {"LIST_PAGES": 9, "TODAY": "2026-01-31"})


@pytest.mark.parametrize(
    ("toml", "line", "says"),
    [
        ("\nDOWNLOAD_DLAY = 3", 2, "no such setting; did you mean DOWNLOAD_DELAY"),
        ("download_delay = 3", 1, "did you mean DOWNLOAD_DELAY"),
        ("# x\n[politness]\nDOWNLOAD_DELAY = 3", 2, "no such table; did you mean politeness"),
        ("[lists]\nLIST_PAGES = 3\nDOWNLOAD_DELAY = 3", 3, "belongs under [politeness]"),
        ("RETRY_TIMES = 3", 1, "belongs under [scrapy]"),
        ("LIST_PAGES = 3\n[lists]\nLIST_PAGES = 4", 3, "given twice (see kaijuan.toml:1)"),
        ("DOWNLOAD_DELAY = -1", 1, "expected a number of seconds, 0 or more"),
        ("DOWNLOAD_TIMEOUT = 0", 1, "more than 0"),
        ("DOWNLOAD_DELAY = inf", 1, "expected a number"),
        ("LIST_PAGES = 1.5", 1, "expected a whole number of pages"),
        ("LIST_PAGES = true", 1, "expected a whole number"),
        ("ARCHIVE_GZIP_LEVEL = 10", 1, "0 to 9"),
        ('ROBOTSTXT_OBEY = "no"', 1, "expected true or false"),
        ("ARCHIVE_DIR = 3", 1, "expected a text"),
        ('PAGE_PARTS = [\n  "image",\n]', 1, "images or styles"),
        ("TODAY = '31.1.2026'", 1, "2026-01-31"),
        ("DISK_LEAST = 'much'", 1, "like 5GiB"),
        ("DATABASE_URL = 'kaijuan.db'", 1, "sqlite:///FILE"),
        ("DATABASE_URL = 'sqlite://var/kaijuan.db'", 1, "no host"),
        ("DATABASE_URL = 'postgresql://db:99999/x'", 1, "address of a database"),
        ('ARCHIVE_PREFIX = """\nLIST_PAGES = 0\n"""\nLIST_PAGES = 0', 4, "1 or more"),
        ("[scrapy]\nRETRY_TIMES = 'x'", 2, "expected a number"),
        ("SPIDER_MODULES = ['mine']", 1, "no setting to change"),
        ("RUN_ID = 'x'", 1, "no such setting"),
        ("DOWNLOAD_DELAY 3", 1, "no TOML"),
    ],
)
def test_mistake_in_the_file_is_one_line_that_names_the_line_and_what_is_expected(
    tmp_path: Path, toml: str, line: int, says: str
) -> None:
    (problem,) = read(tmp_path, toml).problems
    assert problem.startswith(f"{tmp_path / 'kaijuan.toml'} line {line}: ")
    assert says in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("KAIJUAN_DOWNLOAD_DELY", "3", "did you mean KAIJUAN_DOWNLOAD_DELAY"),
        ("KAIJUAN_DOWNLOAD_DELAY", "three", "expected a number of seconds"),
        ("KAIJUAN_ALLOW_LOOPBACK", "maybe", "1 (on) or 0 (off)"),
        ("KAIJUAN_LOG_LEVEL", "loud", "WARNING"),
        ("KAIJUAN_ARCHIVE_WARCINFO", "x", "JSON object"),
        ("KAIJUAN_ADDONS", "{}", "no setting to change"),
        ("KAIJUAN_CONFIG", "/nowhere/kaijuan.toml", "/nowhere/kaijuan.toml: cannot be read"),
        ("KAIJUAN_PROJECT", "/nowhere", "no folder"),
    ],
)
def test_mistake_in_the_environment_names_the_variable(tmp_path: Path, name: str, text: str, says: str) -> None:
    (problem,) = read(tmp_path, **{name: text}).problems if name != "KAIJUAN_PROJECT" else ("",)
    problem = problem or read_configuration({name: text}, tmp_path).problems[0]
    assert says in problem


def test_archive_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    (problem,) = read(tmp_path, f"ARCHIVE_DIR = '{tmp_path / 'taken'}'").problems
    assert "expected a folder, and a file is there" in problem


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    found = read(tmp_path, "LIST_PAGES = 0\nDNS_TIMEOUT = 0\n", KAIJUAN_TODAY="x")
    assert len(found.problems) == 3


def test_places_of_the_file_and_the_defaults_lie_in_the_project_folder(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    read(tmp_path, "ARCHIVE_DIR = 'kept'\n[scrapy]\nLOG_FILE = '/var/log/k.log'\n")
    found = read_configuration({"KAIJUAN_ARCHIVE_REPLAY": "here"}, below)
    assert found.project == tmp_path
    assert found.values == {
        "ARCHIVE_DIR": str(tmp_path / "kept"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'var' / 'kaijuan.db'}",
        "LOG_FILE": "/var/log/k.log",
        "ARCHIVE_REPLAY": "here",
    }


def test_example_changes_nothing_and_all_of_it_is_right_when_taken_in(tmp_path: Path) -> None:
    text = "\n".join(write_example())
    assert read(tmp_path, text).values == {}
    taken = "\n".join(line[1:] if line[:1] == "#" and line[1:2].isupper() else line for line in text.splitlines())
    found = read(tmp_path, taken)
    assert found.problems == ()
    assert {name: value for name, value in found.values.items() if name in OURS} == {
        name: setting.default for name, setting in OURS.items() if name in tomllib.loads(taken)[setting.table]
    }
    hidden = {name for name in OURS if masking.is_secret_name(name)}
    assert set(OURS) - hidden <= set(found.values)


def test_programs_that_read_files_are_told_to_the_processes_that_refine(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    export_values(read(tmp_path, "[reading]\nOCR = true\nSOFFICE = '/opt/soffice'\n").values, environ)
    assert environ == {"KAIJUAN_OCR": "1", "KAIJUAN_SOFFICE": "/opt/soffice"}


@pytest.mark.parametrize("text", ["DOWNLOAD_DELY=3", "DOWNLOAD_DELAY=-1", "LIST_PAGES=many", "DATABASE_URL=nothing"])
def test_mistake_behind_s_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="-s "):
        check_given(dict([text.split("=")]))


def test_settings_of_components_that_nobody_knows_pass() -> None:
    assert check_given({"MY_EXTENSION_COLOUR": "red", "MANY_TASK": "x", "ALLOW_LOOPBACK": "yes"}) == {
        "ALLOW_LOOPBACK": True
    }


def test_rates_that_are_hard_on_servers_are_warned_of() -> None:
    hard = Settings({"DOWNLOAD_DELAY": 0.5, "CONCURRENT_REQUESTS_PER_DOMAIN": 2, "ROBOTSTXT_OBEY": False})
    assert [line.split(" ")[0] for line in find_impolite(hard)] == [
        "DOWNLOAD_DELAY",
        "CONCURRENT_REQUESTS_PER_DOMAIN",
        "ROBOTSTXT_OBEY",
    ]
    assert not list(find_impolite(Settings({"DOWNLOAD_DELAY": 1, "ROBOTSTXT_OBEY": True, **_KEPT})))
    assert not list(find_impolite(Settings({"DOWNLOAD_DELAY": 0, "ALLOW_LOOPBACK": True})))


_KEPT = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}
