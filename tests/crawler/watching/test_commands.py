"""A real crawl that tells at its end what is wrong, and the commands over what it left."""

import argparse
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from scrapy.settings import Settings
from sqlalchemy import create_engine, text

from benchmarks.ports import find_port
from tests.commands import PROJECT, crawl_settings
from tests.crawler.watching.making import make_settings
from tests.crawler.watching.receiving import Hook, hooking
from tests.loopback import Answer, serving

PASSWORD, TOKEN = "p4ssw0rd-of-the-mail", "t0ken-of-the-hook"


@dataclass(frozen=True)
class Crawled:
    """A crawl with receivers: its folder, what it said, the webhook that it told, and the environment it had."""

    folder: Path
    done: "subprocess.CompletedProcess[str]"
    hook: Hook
    environment: dict[str, str]

    def call(self, name: str, *words: str, **settings: Any) -> int:
        """A command over its archive and store, in this process; its exit code."""
        places = {"DATABASE_URL": f"sqlite:///{self.folder / 'kaijuan.db'}"}
        return call(name, *words, settings=make_settings(self.folder, **{**places, **settings}))

    @property
    def receivers(self) -> dict[str, str]:
        """The settings of the environment."""
        return {
            name.removeprefix("KAIJUAN_"): text
            for name, text in self.environment.items()
            if name.startswith("KAIJUAN_ALERT_")
        }


def call(name: str, *words: str, settings: Settings) -> int:
    """As Scrapy calls a command."""
    command = import_module(f"crawler.commands.{name}").Command()
    command.settings = settings
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    opts, rest = parser.parse_known_args(words)
    command.run(rest, opts)
    return int(command.exitcode)


def run(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("crawled")
    answers = {"/a": Answer("<p>甲</p>".encode()), "/b": Answer("<p>乙</p>".encode())}
    with hooking() as hook, serving(answers) as address:
        environment = os.environ | {
            "KAIJUAN_ALERT_WEBHOOK": hook.address,
            "KAIJUAN_ALERT_TOKEN": TOKEN,
            "KAIJUAN_ALERT_MAIL_PASSWORD": PASSWORD,
            "KAIJUAN_ALERT_MAIL_TO": "a@example.org",
            "KAIJUAN_ALERT_MAIL_USER": "kaijuan",
            "KAIJUAN_ALERT_MAIL_HOST": f"localhost:{find_port()}",  # where nobody is
            "KAIJUAN_ALERT_DISK_LEAST": "100%",
            "KAIJUAN_ALERT_NAME": "馆",
        }
        (folder / "urls.txt").write_text(f"{address}/a\n{address}/b\n")
        words = ["crawl", "urls", "-a", f"file={folder / 'urls.txt'}", *crawl_settings(folder)]
        words += ["-s", "LOG_JSON=1", "-L", "DEBUG"]
        yield Crawled(folder, run(environment, *words), hook, environment)


def test_crawl_tells_at_its_end_what_is_wrong_and_ends_as_it_would_have(crawled: Crawled) -> None:
    assert crawled.done.returncode == 0, crawled.done.stderr
    first = crawled.hook.posted[0]
    assert first["title"] == "Kaijuan 馆: 1 begun"
    assert [each["kind"] for each in first["alerts"]] == ["disk"]
    assert crawled.hook.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert "alerts wait for mail: the mail server localhost:" in crawled.done.stderr


def test_crawl_says_everything_as_json_with_its_run(crawled: Crawled) -> None:
    lines = [json.loads(line) for line in crawled.done.stderr.splitlines()]
    (journal,) = (crawled.folder / "warc" / "runs").glob("*.jsonl")
    assert {line["run"] for line in lines if "run" in line} == {journal.stem}
    assert all(set(line) >= {"time", "level", "logger", "message"} for line in lines)
    assert any(line["logger"] == "scrapy.core.engine" for line in lines)
    assert crawled.done.stdout == ""


def test_secrets_are_in_nothing_that_a_crawl_leaves_or_says(crawled: Crawled) -> None:
    secrets = (crawled.hook.address, crawled.hook.address.rpartition("/")[2], PASSWORD, TOKEN)
    told = run(crawled.environment, "alerts", *crawl_settings(crawled.folder), "-s", "ALERT_TEMPLATE={")
    assert told.returncode == 2
    said = [crawled.done.stdout, crawled.done.stderr, told.stdout, told.stderr]
    kept = [path.read_bytes() for path in crawled.folder.rglob("*") if path.is_file()]
    warc = [gzip.decompress(path.read_bytes()) for path in (crawled.folder / "warc").glob("*.warc.gz")]
    assert len(kept) > 5
    assert b"isPartOf" in warc[0]
    for secret in secrets:
        assert not any(secret in text for text in said)
        assert not any(secret.encode() in content for content in (*kept, *warc))


def test_alerts_that_were_told_are_not_told_again_and_the_exit_code_says_that_they_stand(
    crawled: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(crawled.hook.posted)
    receivers: dict[str, Any] = {**crawled.receivers, "ALERT_MAIL_TO": []}
    assert crawled.call("alerts", **receivers) == 3
    assert capsys.readouterr().out.splitlines()[0] == "1 alert stands"
    assert crawled.call("alerts", "--quiet", **receivers) == 3
    assert capsys.readouterr() == ("", "")
    assert crawled.call("alerts", "--dry-run", **receivers | {"ALERT_DISK_LEAST": "0"}) == 0
    said = capsys.readouterr().out
    assert said.startswith("all is well\nwould tell: over     disk:")
    assert len(crawled.hook.posted) == before


def test_trial_says_of_each_receiver_whether_it_came(crawled: Crawled, capsys: pytest.CaptureFixture[str]) -> None:
    assert crawled.call("alerts", "--test", **crawled.receivers) == 1
    said = capsys.readouterr()
    assert said.out == "webhook: the trial was taken\n"
    assert said.err.startswith("mail: the mail server localhost:")
    assert crawled.hook.posted[-1]["title"] == "Kaijuan 馆: a trial"
    assert crawled.call("alerts", "--test") == 2
    assert "KAIJUAN_ALERT_WEBHOOK" in capsys.readouterr().err


def test_status_is_for_people_and_programs(crawled: Crawled, capsys: pytest.CaptureFixture[str]) -> None:
    assert crawled.call("status") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "all is well"
    assert any(line.startswith("archive   3 answers in finished files, 2 of status 200") for line in lines)
    assert crawled.call("status", "--json", ALERT_DISK_LEAST="100%") == 3
    found = json.loads(capsys.readouterr().out)
    assert [alert["kind"] for alert in found["alerts"]] == ["disk"]
    assert found["alerts"][0]["since"] == crawled.hook.posted[0]["alerts"][0]["since"]
    assert (found["lag"]["captures"], found["store"]["documents"]) == (0, {"other": 2})
    assert found["runs"][0]["state"] == "finished"


def test_metrics_are_written_whole_for_the_textfile_collector(
    crawled: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    out = crawled.folder / "kaijuan.prom"
    assert crawled.call("status", "--prometheus", "--out", str(out)) == 0
    assert capsys.readouterr() == ("", "")
    families = {family.name: family for family in text_string_to_metric_families(out.read_text())}
    (captures,) = families["kaijuan_run_captures"].samples
    assert (captures.labels, captures.value) == ({"spider": "urls"}, 3.0)
    answers = families["kaijuan_archive_answers"].samples
    assert {sample.labels["status"]: sample.value for sample in answers} == {"200": 2.0, "404": 1.0}
    assert list(crawled.folder.glob(".kaijuan.prom*")) == []
    assert crawled.call("status", "--prometheus", "--out", str(crawled.folder / "none" / "k.prom")) == 1
    assert capsys.readouterr().err.endswith("(No such file or directory); name another file with --out\n")


def test_captures_that_the_store_lacks_are_a_lag_that_a_replay_ends(
    crawled: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = create_engine(f"sqlite:///{crawled.folder / 'kaijuan.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM contents"))
        connection.execute(text("DELETE FROM documents WHERE url LIKE '%/a'"))
    engine.dispose()
    assert crawled.call("status", "--json", ALERT_LAG_HOURS=0) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["lag"]["captures"], found["lag"]["files"]) == (1, 1)
    assert found["lag"]["oldest"] <= found["at"]
    assert [alert["kind"] for alert in found["alerts"]] == ["lag"]
    replayed = run(dict(os.environ), "replay", str(crawled.folder / "warc"), *crawl_settings(crawled.folder))
    assert replayed.returncode == 0, replayed.stderr
    assert crawled.call("status", ALERT_LAG_HOURS=0) == 0


@pytest.mark.parametrize(
    "words", [("status", "x"), ("status", "--out", "f"), ("alerts", "x"), ("alerts", "--test", "--dry-run")]
)
def test_wrong_usage_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert call(*words, settings=make_settings(tmp_path)) == 2
    assert capsys.readouterr().err.startswith(f"scrapy {words[0]}: ")
