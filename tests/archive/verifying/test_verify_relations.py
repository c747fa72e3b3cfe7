"""What records say of each other, within a file and across files: ids, pairs, revisits, segments."""

from pathlib import Path
from typing import Any

import pytest

from archive.digests import sha1_digest
from archive.sources import find_archives
from archive.verifying import Report, verify_archives
from tests.archive.building import DATE, PAGE, URL, arc, http, make_id, zipped
from tests.archive.soundness import GET, INFO, codes, exchange, problems, response, sealed, verify

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def revisit(number: int = 7, **headers: str | None) -> bytes:
    """A revisit of the page that says no more than its digest."""
    fields = {
        "WARC_Profile": IDENTICAL,
        "WARC_Payload_Digest": sha1_digest(PAGE),
        "Content_Type": "application/http; msgtype=response",
        **headers,
    }
    return sealed("revisit", http()[: -len(PAGE)], number=number, **fields)


def verify_files(folder: Path, *contents: bytes) -> Report:
    """Verify several files together: a.warc, b.warc, …"""
    for name, content in zip("abcdefgh", contents, strict=False):
        (folder / f"{name}.warc").write_bytes(content)
    return verify_archives(find_archives([str(folder)]))


def test_repeated_id_is_an_error(tmp_path: Path) -> None:
    report = verify(tmp_path, response(2) + response(2, WARC_Target_URI=URL + "?2"))
    [problem] = problems(report)
    assert (problem.code, problem.severity, problem.offset) == ("id-repeated", "error", len(response(2)))


def test_id_of_another_record_in_another_file_is_a_warning(tmp_path: Path) -> None:
    report = verify_files(tmp_path, response(2), response(2, WARC_Target_URI=URL + "?2"))
    assert codes(report) == codes(report, "warning") == ["id-elsewhere"]


def test_same_record_in_another_file_is_a_note(tmp_path: Path) -> None:
    report = verify_files(tmp_path, b"".join(exchange()), b"".join(exchange()))
    assert [problem.code for problem in problems(report)] == ["record-copied"]


@pytest.mark.parametrize("answer_first", [True, False])
def test_request_and_answer_find_each_other(tmp_path: Path, answer_first: bool) -> None:
    asked = sealed("request", GET, number=3, WARC_Concurrent_To=make_id(2))
    pair = [response(2), asked] if answer_first else [asked, response(2)]
    assert problems(verify(tmp_path, b"".join(pair))) == []


def test_request_and_answer_find_each_other_across_files(tmp_path: Path) -> None:
    asked = sealed("request", GET, number=3, WARC_Concurrent_To=make_id(2))
    assert problems(verify_files(tmp_path, asked, response(2))) == []


def test_request_without_its_answer_is_a_warning(tmp_path: Path) -> None:
    report = verify(tmp_path, sealed("request", GET, number=3, WARC_Concurrent_To=make_id(2)))
    assert codes(report) == codes(report, "warning") == ["concurrent-missing"]


@pytest.mark.parametrize("answer_first", [True, False])
def test_request_of_another_url_than_its_answer_is_a_warning(tmp_path: Path, answer_first: bool) -> None:
    asked = sealed("request", GET, number=3, WARC_Concurrent_To=make_id(2), WARC_Target_URI=URL + "?2")
    pair = [response(2), asked] if answer_first else [asked, response(2)]
    assert codes(verify(tmp_path, b"".join(pair)), "warning") == ["concurrent-uri"]


def test_warcinfo_that_is_elsewhere_is_a_note(tmp_path: Path) -> None:
    report = verify(tmp_path, response(2, WARC_Warcinfo_ID=make_id(1)) + response(3, WARC_Warcinfo_ID=make_id(1)))
    assert [(problem.severity, problem.code) for problem in problems(report)] == [("note", "warcinfo-missing")]


def test_warcinfo_in_another_file_is_found(tmp_path: Path) -> None:
    info = sealed("warcinfo", INFO, number=1)
    assert problems(verify_files(tmp_path, response(2, WARC_Warcinfo_ID=make_id(1)), info)) == []


def test_warcinfo_id_of_another_record_is_a_warning(tmp_path: Path) -> None:
    content = response(2, WARC_Warcinfo_ID=make_id(3)) + response(3, WARC_Target_URI=URL + "?3")
    assert codes(verify(tmp_path, content)) == ["warcinfo-other"]


@pytest.mark.parametrize("kind", ["metadata", "conversion"])
def test_described_record_that_is_elsewhere_is_a_note(tmp_path: Path, kind: str) -> None:
    assert codes(verify(tmp_path, sealed(kind, b"text", WARC_Refers_To=make_id(9))), "note") == ["refers-missing"]


POINTERS: list[dict[str, Any]] = [
    {},
    {"WARC_Refers_To": make_id(2)},
    {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": DATE},
    {"WARC_Payload_Digest": None, "WARC_Refers_To": make_id(2), "WARC_Profile": NOT_MODIFIED},
    {
        "WARC_Payload_Digest": None,
        "WARC_Profile": NOT_MODIFIED,
        "WARC_Refers_To_Target_URI": URL,
        "WARC_Refers_To_Date": "2023-01-18T09:30:00.000Z",
    },
    {"WARC_Payload_Digest": "md5:" + "0" * 32, "WARC_Refers_To": make_id(2)},
]


@pytest.mark.parametrize("pointers", POINTERS)
def test_revisit_finds_its_payload_in_another_file(tmp_path: Path, pointers: dict[str, Any]) -> None:
    assert problems(verify_files(tmp_path, revisit(**pointers), response(2))) == []


@pytest.mark.parametrize("pointers", POINTERS)
def test_revisit_without_its_payload_is_a_warning(tmp_path: Path, pointers: dict[str, Any]) -> None:
    report = verify(tmp_path, revisit(**pointers))
    assert codes(report) == codes(report, "warning") == ["revisit-unresolved"]


def test_revisit_finds_its_payload_in_an_arc(tmp_path: Path) -> None:
    (tmp_path / "a.arc").write_bytes(arc((URL, http())))
    assert problems(verify_files(tmp_path, revisit())) == []


def test_revisit_finds_a_payload_whose_record_states_no_digest(tmp_path: Path) -> None:
    assert problems(verify(tmp_path, response(2, WARC_Payload_Digest=None) + revisit())) == []


def test_revisit_that_points_to_another_payload_is_a_warning(tmp_path: Path) -> None:
    other = response(2, http(PAGE * 2), PAGE * 2)
    report = verify(tmp_path, other + revisit(WARC_Refers_To=make_id(2)))
    assert codes(report) == codes(report, "warning") == ["revisit-other-payload"]


def test_revisit_of_a_page_not_modified_needs_no_pointer(tmp_path: Path) -> None:
    block = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    fields: dict[str, Any] = {"WARC_Profile": NOT_MODIFIED, "Content_Type": "application/http; msgtype=response"}
    assert problems(verify(tmp_path, sealed("revisit", block, **fields))) == []


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"WARC_Profile": "http://example.org/my-own"}, "revisit-profile"),
        ({"WARC_Payload_Digest": None}, "revisit-digest"),
        ({"WARC_Profile": None}, "field-missing"),
        ({"WARC_Profile": "http://netpreserve.org/warc/1.0/revisit/uri-agnostic-identical-payload-digest"}, None),
    ],
)
def test_revisit_says_what_its_profile_asks_for(tmp_path: Path, headers: dict[str, Any], code: str | None) -> None:
    found = codes(verify(tmp_path, response(2) + revisit(**headers)), "error", "warning")
    assert code in found if code else found == []


def segments(*sizes: int, total: int | None = None, origin: int = 20) -> list[bytes]:
    """A response cut into pieces of these sizes."""
    body, at, pieces = http(PAGE * 10), 0, []
    for number, size in enumerate(sizes, 1):
        block, at = body[at : at + size], at + size
        if number == 1:
            pieces.append(response(origin, block, WARC_Segment_Number="1"))
            continue
        fields = {
            "WARC_Segment_Number": str(number),
            "WARC_Segment_Origin_ID": make_id(origin),
            "Content_Type": None,
            "WARC_Segment_Total_Length": str(total or sum(sizes)) if number == len(sizes) else None,
        }
        pieces.append(sealed("continuation", block, number=origin + number, **fields))
    return pieces


def test_segments_that_fit_are_sound(tmp_path: Path) -> None:
    assert problems(verify_files(tmp_path, *segments(300, 300, 100))) == []


@pytest.mark.parametrize("zip_them", [True, False])
def test_segments_may_come_in_any_order(tmp_path: Path, zip_them: bool) -> None:
    pieces = segments(300, 300, 100)[::-1]
    content = zipped(pieces) if zip_them else b"".join(pieces)
    assert problems(verify(tmp_path, content, "made.warc.gz" if zip_them else "made.warc")) == []


SERIES = segments(300, 300, 100)


@pytest.mark.parametrize(
    ("pieces", "severity", "code"),
    [
        (SERIES[:2], "warning", "segment-open"),
        (SERIES[:1], "warning", "segment-open"),
        (SERIES[1:], "warning", "segment-origin-missing"),
        ([SERIES[0], SERIES[2]], "warning", "segment-gap"),
        (segments(300, 300, 100, total=701), "error", "segment-total"),
        ([*SERIES, SERIES[1].replace(make_id(22).encode(), make_id(29).encode())], "error", "segment-repeated"),
        ([SERIES[0].replace(b"Segment-Number: 1", b"Segment-Number: 3"), *SERIES[1:]], "error", "segment-number"),
        ([SERIES[0], SERIES[1].replace(b"Number: 2", b"Number: 1"), SERIES[2]], "error", "segment-number"),
        ([response(20), *SERIES[1:]], "error", "segment-origin"),
        ([*SERIES[:2], SERIES[2].replace(URL.encode(), URL.encode() + b"?2")], "error", "segment-uri"),
        ([SERIES[0], SERIES[2].replace(b"Number: 3", b"Number: 999999999999999")], "warning", "segment-gap"),
    ],
)
def test_segments_that_do_not_fit_are_told(tmp_path: Path, pieces: list[bytes], severity: str, code: str) -> None:
    assert code in codes(verify(tmp_path, b"".join(pieces)), severity)


def test_report_is_the_same_with_any_number_of_workers(tmp_path: Path) -> None:
    for name, content in {"a": response(2), "b": revisit(), "c": response(2) + b"garbage"}.items():
        (tmp_path / f"{name}.warc").write_bytes(content)
    paths = find_archives([str(tmp_path)])
    alone, together = verify_archives(paths), verify_archives(paths, workers=2)
    assert problems(alone) == problems(together) != []
    assert [file.records for file in alone.files] == [file.records for file in together.files]
