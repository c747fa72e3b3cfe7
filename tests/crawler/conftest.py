"""``scrapy coverage`` in the process of the tests: starting it anew would take longer than what it does."""

import argparse
from collections.abc import Callable

import pytest
from scrapy.utils.project import get_project_settings

from crawler.commands.coverage import Command

Show = Callable[..., tuple[int, str, str]]


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    """``scrapy coverage WORDS`` in this process, with settings: exit code, output, errors."""

    def run(*words: str, **settings: str) -> tuple[int, str, str]:
        command = Command()
        command.settings = get_project_settings()
        command.settings.setdict(settings, priority="cmdline")
        parser = argparse.ArgumentParser()
        command.add_options(parser)
        options, rest = parser.parse_known_args(words)
        command.run(rest, options)
        said = capsys.readouterr()
        return command.exitcode, said.out, said.err

    return run
