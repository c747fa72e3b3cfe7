"""What ``deploy/`` says of the project is true: commands, settings, files. Containers themselves are not run here."""

import re
import tomllib
from typing import Any

import yaml

from crawler.configuration.masking import is_secret_name
from crawler.configuration.resolving import read_environment
from tests.commands import PROJECT
from tests.docs.syntax import check_command

DEPLOY = PROJECT / "deploy"
PASSWORD = "Abc123"


def read_compose() -> dict[str, Any]:
    """The compose file with its variables filled in."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    filled = re.sub(r"\$\{(\w+):[?-][^}]*\}", lambda match: PASSWORD if is_secret_name(match[1]) else "", text)
    found: dict[str, Any] = yaml.safe_load(filled)
    return found


def list_ours() -> dict[str, dict[str, Any]]:
    """The services that run our image, by name."""
    return {name: service for name, service in read_compose()["services"].items() if "build" in service}


def test_commands_of_services_are_there_and_take_these_words() -> None:
    commands = {name: ["kaijuan", *one["command"]] for name, one in list_ours().items() if "entrypoint" not in one}
    assert set(commands) == {"crawler", "web"}
    assert {name: check_command(words) for name, words in commands.items()} == {"crawler": None, "web": None}


def test_variables_of_services_are_settings_and_can_be_used() -> None:
    for service in list_ours().values():
        problems: list[str] = []
        given = read_environment(service["environment"], problems)
        assert problems == []
        assert PASSWORD in given["DATABASE_URL"].value


def test_no_secret_stands_in_the_files() -> None:
    example = dict(line.split("=") for line in (DEPLOY / "environment.example").read_text().splitlines() if "=" in line)
    assert set(example.values()) == {""}
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)", text)) == set(example)
    assert not re.search(r"(?i)password: (?!\$\{)", text)


def test_services_are_bounded_and_reached_from_this_machine_alone() -> None:
    for name, service in read_compose()["services"].items():
        assert service["healthcheck"]["test"], name
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert "privileged" not in service
    for service in list_ours().values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert re.search(r"^USER \d+:\d+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)


def test_image_is_made_of_what_the_package_needs() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        word for words in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE) for word in words.split()
    }
    assert rooms <= copied
    assert copied - rooms == {"pyproject.toml", "requirements.lock", "README.md", "LICENSE"}
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    extras = re.search(r"^ARG EXTRAS=(\S+)$", dockerfile, re.MULTILINE)
    assert extras
    assert set(extras[1].split(",")) <= set(project["project"]["optional-dependencies"])
