"""A file that hangs, floods or crashes its reader costs itself and nothing else."""

import os
import signal
import time

import pytest

from pipelines.clean.files import apart, options
from pipelines.clean.files.apart import read_apart
from pipelines.clean.files.options import FileOptions, read_options
from pipelines.clean.files.outcome import FileError
from pipelines.clean.media import DOCX, PDF, XLSX, find_binary_media
from tests.clean.filing import run, word
from tests.clean.hostile import HOSTILE

NOTE = word(run("本年度我局认真做好信息公开工作。"))


def reason(media: str, payload: bytes) -> str | None:
    try:
        read_apart(media, payload, "a file of a test", FileOptions())
    except FileError as error:
        return error.reason
    return None


def reader() -> int:
    assert apart._desk is not None
    return apart._desk._process.pid


@pytest.mark.parametrize(("number", "rejected"), [(signal.SIGSEGV, "unreadable"), (signal.SIGKILL, "too-large")])
def test_a_crash_costs_one_file(number: signal.Signals, rejected: str) -> None:
    assert reason(DOCX, NOTE) is None
    os.kill(reader(), number)
    time.sleep(0.1)
    assert reason(DOCX, NOTE) == rejected
    assert reason(DOCX, NOTE) is None


def test_a_file_that_takes_for_ever_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reason(DOCX, NOTE) is None
    with monkeypatch.context() as patch:
        patch.setattr(apart, "CPU_SECONDS", 0.2)
        assert reason(XLSX, HOSTILE["xlsx-cells"][0]()) == "too-large"
    assert reason(DOCX, NOTE) is None


def test_the_reader_is_the_same_process_for_many_files() -> None:
    assert reason(DOCX, NOTE) is None
    first = reader()
    assert reason(DOCX, b"no archive") == "unreadable"
    assert reason(PDF, b"%PDF-1.7\nbroken") == "unreadable"
    assert reason(DOCX, NOTE) is None
    assert reader() == first


@pytest.mark.parametrize("name", sorted(name for name in HOSTILE if not name.startswith("pdf-")))
def test_a_hostile_file_is_rejected_or_read_within_its_bounds(name: str) -> None:
    payload = HOSTILE[name][0]()
    media = find_binary_media(payload, HOSTILE[name][1])
    assert media is not None
    start = os.times()
    found = reason(media, payload)
    assert found in ("too-large", "unreadable", "image-only", None)
    assert (found is None) == (name == "docx-tables-in-tables")
    apart.close_desk()  # its time counts as ours once it has ended
    end = os.times()
    assert (end.children_user - start.children_user) + (end.children_system - start.children_system) < 12


def test_what_is_optional_is_off_unless_turned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAIJUAN_OCR", "KAIJUAN_SOFFICE"):
        monkeypatch.delenv(name, raising=False)
    assert read_options() == FileOptions(ocr=False, soffice=None)
    monkeypatch.setattr(options, "OCR_PACKAGES", ())
    options._has_ocr.cache_clear()
    monkeypatch.setenv("KAIJUAN_OCR", "1")
    monkeypatch.setenv("KAIJUAN_SOFFICE", "/opt/soffice")
    assert read_options() == FileOptions(ocr=True, soffice="/opt/soffice")
    options._has_ocr.cache_clear()


def test_recognition_that_is_not_installed_stays_off_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(options, "OCR_PACKAGES", ("a_package_that_nobody_has",))
    monkeypatch.setenv("KAIJUAN_OCR", "1")
    options._has_ocr.cache_clear()
    assert not read_options().ocr
    assert "a_package_that_nobody_has is not installed" in caplog.text
    assert "pip install '.[ocr]'" in caplog.text
    options._has_ocr.cache_clear()


def test_processes_that_read_foreign_files_know_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIJUAN_DATABASE_URL", "postgresql://u:geheim@db/k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")
    monkeypatch.setenv("KAIJUAN_SOFFICE", "/opt/soffice")
    known = options.reading_environment()
    assert "geheim" not in " ".join(known.values())
    assert (known["KAIJUAN_SOFFICE"], known["PATH"]) == ("/opt/soffice", os.environ["PATH"])
