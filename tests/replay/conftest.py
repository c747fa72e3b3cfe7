"""An archive and its feeds as one process makes them, shared by the tests of this room."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.reading import splitting
from archive.sources import find_archives, measure_archives
from pipelines.replay.ordering import Engine
from pipelines.replay.pool import Here
from pipelines.replay.replaying import Plan, Replay, Replayed
from tests.replay.making import make_archive


@dataclass(frozen=True)
class Made:
    """An archive, and the feeds that a replay in one process made of it."""

    folder: Path
    documents: bytes
    reports: bytes


def plan_for(archive: Path, out: Path, **more: object) -> Plan:
    """A replay of an archive into two feeds under ``out``."""
    return Plan(
        files=measure_archives(find_archives([str(archive)])),
        names=(str(archive),),
        documents=str(out / "documents.jsonl"),
        reports=str(out / "reports.jsonl"),
        **more,  # type: ignore[arg-type]
    )


def replay(plan: Plan, engine: Engine) -> Replayed:
    """Run it to its end."""
    running = Replay(plan)
    try:
        return running.run(engine)
    finally:
        running.close()


def read_feeds(out: Path) -> tuple[bytes, bytes]:
    """The two feeds."""
    return (out / "documents.jsonl").read_bytes(), (out / "reports.jsonl").read_bytes()


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "SMALL", 0)
    monkeypatch.setattr(splitting, "MOST_CAPTURES", 4)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("replay")
    archive = make_archive(folder / "warc")
    replayed = replay(plan_for(archive, folder), Here())
    documents, reports = read_feeds(folder)
    assert replayed.tally.pages == documents.count(b"\n") > 30
    assert reports.count(b"\n") > 5
    assert replayed.tally.damage.count == 2
    return Made(archive, documents, reports)
