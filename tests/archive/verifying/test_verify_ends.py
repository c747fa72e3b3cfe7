"""What stands between records and at their ends: bytes too many or too few, and other ends of lines."""

from pathlib import Path

import pytest

from tests.archive.building import PAGE, URL, arc, http, record, zipped
from tests.archive.soundness import CHUNKED, FILES, GET, INFO, PLAIN, RECORDS, codes, response, sealed, verify


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (RECORDS[0][:-4] + RECORDS[1], "record-end"),
        (RECORDS[0][:-2] + RECORDS[1], "record-end"),
        (RECORDS[0][:-4] + b"\n\n" + RECORDS[1], "record-end"),
        (RECORDS[0] + b"garbage\r\n" + RECORDS[1], "garbage"),
        (b"garbage\r\n" + PLAIN, "garbage"),
        (PLAIN + b"garbage", "garbage"),
        (PLAIN + b"WARC/1", "header-cut"),
        (PLAIN + b"WARC/1.1\r\nWARC-Type: response\r\n", "header-cut"),
        (RECORDS[1][:301] + b"\r\n" + PLAIN, "header-endless"),
        (PLAIN[:-1], "end-cut"),
        (PLAIN[:-4], "end-cut"),
    ],
)
def test_bytes_between_records_are_errors(tmp_path: Path, content: bytes, code: str) -> None:
    assert code in codes(verify(tmp_path, content), "error")


def test_blank_lines_are_a_warning(tmp_path: Path) -> None:
    report = verify(tmp_path, RECORDS[0] + b"\r\n\r\n" + b"".join(RECORDS[1:]))
    assert codes(report) == codes(report, "warning") == ["blank-lines"]


@pytest.mark.parametrize("block", [http(PAGE + b"\r\n"), CHUNKED])
def test_blank_lines_that_an_answer_lacks_are_an_error(tmp_path: Path, block: bytes) -> None:
    short = record("response", block, number=8, length=len(block) - 2)
    assert "length-short" in codes(verify(tmp_path, short + RECORDS[0]), "error")


def test_few_bytes_after_a_request_are_a_note(tmp_path: Path) -> None:
    short = record("request", GET, number=3, length=len(GET) - 6)
    report = verify(tmp_path, RECORDS[1] + short + RECORDS[0])
    assert "length-short-request" in codes(report, "note")
    assert codes(report, "error", "warning") == []


@pytest.mark.parametrize("kind", ["response", "metadata"])
def test_few_bytes_after_another_record_are_an_error(tmp_path: Path, kind: str) -> None:
    short = record(kind, http(), number=3, length=len(http()) - 3)
    assert codes(verify(tmp_path, short + RECORDS[0]), "error") == ["length-short"]


def test_many_bytes_after_a_request_are_an_error(tmp_path: Path) -> None:
    short = record("request", GET, number=3, length=len(GET) - 20)
    assert codes(verify(tmp_path, RECORDS[1] + short), "error") == ["length-short"]


def test_few_bytes_after_a_request_with_a_digest_are_an_error(tmp_path: Path) -> None:
    short = sealed("request", GET, number=3, length=len(GET) - 6)
    assert "block-digest" in codes(verify(tmp_path, short), "error")


@pytest.mark.parametrize("name", FILES)
def test_fields_whose_length_counts_their_end_are_a_note(tmp_path: Path, name: str) -> None:
    info = sealed("warcinfo", INFO + b"\r\n\r\n", WARC_Block_Digest=None)[:-4]
    content = info + RECORDS[1] if name == "made.warc" else zipped([info, RECORDS[1]])
    report = verify(tmp_path, content, name)
    assert codes(report) == codes(report, "note") == ["length-with-end"]


def test_answer_whose_line_ends_were_changed_is_a_warning(tmp_path: Path) -> None:
    block = http()
    head, blank, _ = block.partition(b"\r\n\r\n")
    content = arc((URL, block), (URL, block)).replace(head + blank, (head + blank).replace(b"\r", b""))
    report = verify(tmp_path, content, "made.arc")
    assert codes(report) == codes(report, "warning") == ["length-of-crlf"]
    assert report.records["response"] == 2


def test_answer_whose_line_ends_and_body_were_cut_is_an_error(tmp_path: Path) -> None:
    block = http()
    head, blank, _ = block.partition(b"\r\n\r\n")
    content = arc((URL, block)).replace(head + blank, (head + blank).replace(b"\r", b""))
    assert verify(tmp_path, content[:-3], "made.arc").errors


@pytest.mark.parametrize("ending", [b"\n", b"\r\r\n"])
def test_other_line_ends_are_a_warning(tmp_path: Path, ending: bytes) -> None:
    head, blank, _ = response().partition(b"\r\n\r\n")
    content = (head + blank).replace(b"\r\n", ending) + http() + ending * 2
    report = verify(tmp_path, content + RECORDS[4])
    assert codes(report) == codes(report, "warning") == ["header-ending"]
