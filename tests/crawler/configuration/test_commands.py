"""What commands say of the configuration, and what of a wrong one."""

import json
from pathlib import Path

from tests.commands import run_scrapy
from tests.crawler.configuration.folders import SECRET, read, run_config


def test_config_tells_what_is_in_force_and_from_where(tmp_path: Path) -> None:
    read(tmp_path, "[politeness]\nDOWNLOAD_DELAY = 5\n")
    url = f"postgresql://k:{SECRET}@db/k"
    run = run_config(tmp_path, "--changed", "--json", "-s", "LIST_PAGES=7", KAIJUAN_DATABASE_URL=url)
    assert (run.returncode, run.stderr) == (0, "")
    told = json.loads(run.stdout)
    assert (told["project"], told["file"]) == (str(tmp_path), str(tmp_path / "kaijuan.toml"))
    assert {row["name"]: (row["value"], row["default"], row["from"]) for row in told["settings"]} == {
        "DATABASE_URL": ("postgresql://k:***@db/k", "sqlite:///var/kaijuan.db", "KAIJUAN_DATABASE_URL"),
        "DOWNLOAD_DELAY": (5, 3, "kaijuan.toml:2"),
        "LIST_PAGES": (7, 1000, "command line"),
    }


def test_command_with_a_wrong_configuration_ends_with_exit_code_2_before_anything(tmp_path: Path) -> None:
    read(tmp_path, "LIST_PAGES = 0\nDNS_TIMEOUT = 0\n")
    run = run_config(tmp_path)
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 2)
    assert f"{tmp_path / 'kaijuan.toml'} line 1: LIST_PAGES = 0: expected" in run.stderr


def test_check_judges_a_file_and_uses_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text("LIST_PAGES = 0\n", encoding="utf-8")
    run = run_scrapy("config", "--check", str(tmp_path / "new.toml"))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"{tmp_path / 'new.toml'} line 1: LIST_PAGES")


def test_hard_rates_and_secrets_behind_s_are_warned_of_and_mistakes_are_one_line() -> None:
    given = ("-s", "DOWNLOAD_DELAY=0.5", "-s", f"DATABASE_URL=postgresql://u:{SECRET}@db/k")
    warned = run_scrapy("crawl", "provincial", "-a", "dry_run=1", "-a", "limit=1", *given)
    assert warned.returncode == 0
    assert [line.split(":")[0] for line in warned.stderr.splitlines()] == ["warning", "warning"]
    assert "-s DATABASE_URL: everybody on this machine can read it there" in warned.stderr
    assert "DOWNLOAD_DELAY = 0.5 (command line) is hard on a server" in warned.stderr
    assert SECRET not in warned.stderr
    wrong = run_scrapy("crawl", "provincial", "-a", "dry_run=1", "-s", "DOWNLOAD_DELAY=soon")
    assert wrong.returncode == 2
    assert wrong.stderr == 'scrapy crawl: -s DOWNLOAD_DELAY="soon": expected a number of seconds, 0 or more\n'
