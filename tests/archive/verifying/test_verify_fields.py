"""Which fields which records have, and how their values are written (ISO 28500, 5)."""

import re
from pathlib import Path

import pytest

from archive import verifying
from archive.verifying.fieldrules import read_rules
from archive.verifying.problems import SEVERITIES, read_kinds
from tests.archive.building import DATE, PAGE, URL, make_id
from tests.archive.soundness import GET, INFO, codes, exchange, problems, response, sealed, verify

TYPES = ["warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"]
ID, OTHER_ID = make_id(2), make_id(9)


def of_type(kind: str, **headers: str | None) -> bytes:
    """A sound record of any type, with fields changed."""
    needed: dict[str, str | None] = {"Content_Type": "text/plain"}
    if kind == "revisit":
        needed |= {
            "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
            "WARC_Block_Digest": None,
        }
    if kind == "continuation":
        needed |= {"WARC_Segment_Number": "2", "WARC_Segment_Origin_ID": OTHER_ID, "WARC_Segment_Total_Length": "9"}
    return sealed(kind, b"" if kind == "revisit" else b"some text", number=2, **{**needed, **headers})


@pytest.mark.parametrize("kind", TYPES)
def test_record_of_each_type_breaks_no_rule(tmp_path: Path, kind: str) -> None:
    found = codes(verify(tmp_path, of_type(kind)), "error", "warning")
    assert found == (["segment-origin-missing"] if kind == "continuation" else [])


MANDATORY = dict.fromkeys(("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length"), TYPES) | {
    "WARC-Target-URI": ["response", "resource", "request", "revisit", "conversion", "continuation"],
    "WARC-Profile": ["revisit"],
    "WARC-Segment-Number": ["continuation"],
    "WARC-Segment-Origin-ID": ["continuation"],
}


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in MANDATORY.items() for kind in kinds])
def test_missing_field_is_an_error(tmp_path: Path, name: str, kind: str) -> None:
    lines = of_type(kind).split(b"\r\n")
    content = b"\r\n".join(line for line in lines if not line.startswith(name.encode() + b":"))
    [problem] = [each for each in problems(verify(tmp_path, content), "error") if each.code == "field-missing"]
    assert problem.text.startswith(name)


FORBIDDEN = [
    ("WARC-Target-URI", URL, ["warcinfo"]),
    ("WARC-Concurrent-To", OTHER_ID, ["warcinfo", "conversion", "continuation"]),
    ("WARC-IP-Address", "192.0.2.1", ["warcinfo", "conversion", "continuation"]),
    ("WARC-Refers-To", OTHER_ID, ["warcinfo", "response", "resource", "request", "continuation"]),
    ("WARC-Refers-To-Target-URI", URL, [kind for kind in TYPES if kind != "revisit"]),
    ("WARC-Refers-To-Date", DATE, [kind for kind in TYPES if kind != "revisit"]),
    ("WARC-Filename", "made.warc", [kind for kind in TYPES if kind != "warcinfo"]),
    ("WARC-Segment-Origin-ID", OTHER_ID, [kind for kind in TYPES if kind != "continuation"]),
    ("WARC-Segment-Total-Length", "9", [kind for kind in TYPES if kind != "continuation"]),
]


@pytest.mark.parametrize(
    ("name", "value", "kind"), [(name, value, kind) for name, value, kinds in FORBIDDEN for kind in kinds]
)
def test_field_where_it_shall_not_be_is_an_error(tmp_path: Path, name: str, value: str, kind: str) -> None:
    report = verify(tmp_path, of_type(kind, **{name.replace("-", "_"): value}))
    [problem] = [each for each in problems(report, "error") if each.code == "field-forbidden"]
    assert problem.text.startswith(name)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [(name, value, kind) for name, value, kinds in FORBIDDEN for kind in TYPES if kind not in kinds],
)
def test_field_where_it_may_be_is_none(tmp_path: Path, name: str, value: str, kind: str) -> None:
    report = verify(tmp_path, of_type(kind, **{name.replace("-", "_"): value}))
    assert "field-forbidden" not in codes(report)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("warcinfo", "WARC_Warcinfo_ID", ID),
        ("response", "WARC_Profile", "http://example.org/profile"),
        ("metadata", "WARC_Identified_Payload_Type", "text/html"),
    ],
)
def test_field_without_meaning_is_a_note(tmp_path: Path, kind: str, name: str, value: str) -> None:
    assert "field-undefined" in codes(verify(tmp_path, of_type(kind, **{name: value})), "note")


def with_line(line: str, *, kind: str = "resource") -> bytes:
    """A record with a line put before its Content-Length."""
    return of_type(kind).replace(b"Content-Length:", line.encode() + b"\r\nContent-Length:", 1)


@pytest.mark.parametrize("name", ["WARC-Date", "WARC-Record-ID", "WARC-Target-URI", "WARC-Type", "Content-Type"])
def test_repeated_field_is_an_error(tmp_path: Path, name: str) -> None:
    line = next(line for line in of_type("resource").decode().splitlines() if line.startswith(name))
    assert "field-repeated" in codes(verify(tmp_path, with_line(line)), "error")


def test_field_repeated_in_other_letters_is_an_error(tmp_path: Path) -> None:
    assert "field-repeated" in codes(verify(tmp_path, with_line(f"warc-date: {DATE}")), "error")


def test_concurrent_to_may_repeat(tmp_path: Path) -> None:
    line = f"WARC-Concurrent-To: {OTHER_ID}\r\nWARC-Concurrent-To: {make_id(8)}"
    assert "field-repeated" not in codes(verify(tmp_path, with_line(line)))


def test_names_in_other_letters_are_the_same_fields(tmp_path: Path) -> None:
    lowered = re.sub(rb"(?m)^(WARC|Content)-[^:]+:", lambda match: match[0].lower(), response())
    content = lowered.replace(b"content-type: text/html", b"Content-Type: text/html").replace(b"sha1:", b"SHA-1:")
    content = content.replace(b"content-length: %d\r\n\r\n<" % len(PAGE), b"Content-Length: %d\r\n\r\n<" % len(PAGE))
    assert problems(verify(tmp_path, content)) == []


VALUES = [
    ("WARC_Date", "2023-01-18", None),
    ("WARC_Date", "2023", None),
    ("WARC_Date", "2023-01-18T09:30:00.123456789Z", None),
    ("WARC_Date", "2023-01-18T09:30Z", None),
    ("WARC_Date", "2023-01-18T09:30:00.1234567890Z", "field-form"),
    ("WARC_Date", "2023-01-18T17:30:00+08:00", "field-form"),
    ("WARC_Date", "20230118093000", "field-form"),
    ("WARC_Date", "2023-01-18 09:30:00", "field-form"),
    ("WARC_Date", "2023-02-30T09:30:00Z", "field-value"),
    ("WARC_Date", "2023-01-18T25:30:00Z", "field-value"),
    ("WARC_Date", "yesterday", "field-value"),
    ("WARC_Date", "", "field-empty"),
    ("WARC_Record_ID", "urn:uuid:00000000-0000-4000-8000-000000000002", "field-form"),
    ("WARC_Record_ID", "<http://example.org/records/2>", None),
    ("WARC_Record_ID", "<2>", "field-value"),
    ("WARC_Record_ID", "<urn:uuid:with white space>", "field-value"),
    ("WARC_Record_ID", "", "field-empty"),
    ("WARC_Target_URI", "<http://example.org/>", "field-form"),
    ("WARC_Target_URI", "http://example.org/a b", "field-form"),
    ("WARC_Target_URI", "http://example.org/年报", "field-form"),
    ("WARC_Target_URI", "/relative", "field-value"),
    ("WARC_Target_URI", "", "field-empty"),
    ("WARC_Block_Digest", "sha1", "field-value"),
    ("WARC_Block_Digest", "sha1:ABC", "field-value"),
    ("WARC_Block_Digest", "sha1:" + "1" * 32, "field-value"),
    ("WARC_Block_Digest", "", "field-blank"),
    ("WARC_Block_Digest", "crc99:0000", "digest-unknown"),
    ("WARC_IP_Address", "192.0.2.256", "field-form"),
    ("WARC_IP_Address", "2001:db8::1", None),
    ("WARC_IP_Address", "192.0.2.1", None),
    ("WARC_Truncated", "length", None),
    ("WARC_Truncated", "too long for us", "field-value"),
    ("Content_Type", "text", "field-form"),
    ("Content_Type", None, "type-of-content-missing"),
    ("Content_Type", 'text/plain; charset="utf-8"', None),
    ("WARC_Type", "resourse", "type-misspelt"),
    ("WARC_Type", "snapshot", "type-unknown"),
    ("WARC_Type", "Resource", None),
    ("WARC_Type", "", "field-empty"),
]


@pytest.mark.parametrize(("name", "value", "code"), VALUES)
def test_value_is_as_the_standard_writes_it_or_told(
    tmp_path: Path, name: str, value: str | None, code: str | None
) -> None:
    found = codes(verify(tmp_path, of_type("resource", **{name: value})), "error", "warning")
    assert found == ([code] if code else [])


@pytest.mark.parametrize("length", ["", "-1", "+9", "9 ", "0x9", "nine", "9.0", "9,9", "٩", "1" * 30])
def test_length_that_is_no_number_is_an_error(tmp_path: Path, length: str) -> None:
    content = of_type("resource").replace(b"Content-Length: 9", f"Content-Length: {length}".encode())
    report = verify(tmp_path, content + exchange()[0])
    if length == "9 ":
        assert problems(report) == []  # white space around a value is none of it
        return
    assert codes(report, "error")[0] in ("field-value", "field-empty")
    assert report.records == {"resource": 1, "warcinfo": 1}


@pytest.mark.parametrize(
    ("line", "code", "severity"),
    [
        ("X-Whatever: 1", "field-unknown", "note"),
        ("WARC-Something-Else: 1", "field-unknown", "note"),
        ("WARC-Protocol: http/1.1", None, "note"),
        ("WARC-Payload-Digst: sha1:ABC", "field-misspelt", "warning"),
        ("WARC-Block-Diggest: sha1:ABC", "field-misspelt", "warning"),
        ("no field at all", "header-line", "error"),
        ("WARC-Truncated : length", "header-line", "error"),
        ("WARC Truncated: length", "header-line", "error"),
        (": nothing", "header-line", "error"),
        ("WARC-Truncated: len\0gth", "header-line", "error"),
        ("WARC-Truncated:\r\n length", "header-folded", "note"),
    ],
)
def test_line_is_a_known_field_or_told(tmp_path: Path, line: str, code: str | None, severity: str) -> None:
    report = verify(tmp_path, with_line(line))
    if code is None:
        assert problems(report) == []
    else:
        assert code in codes(report, severity)


def test_header_in_another_charset_is_a_warning(tmp_path: Path) -> None:
    content = of_type("metadata").replace(URL.encode(), URL.encode() + "年报".encode("gb18030"))
    assert "header-charset" in codes(verify(tmp_path, content), "warning")


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_old_and_present_versions_are_read(tmp_path: Path, version: str) -> None:
    assert problems(verify(tmp_path, response().replace(b"WARC/1.1", f"WARC/{version}".encode()))) == []


@pytest.mark.parametrize(
    ("version", "code"), [("1.2", "version-newer"), ("0.9", "version-unknown"), ("2.0", "version-unknown")]
)
def test_other_versions_are_told(tmp_path: Path, version: str, code: str) -> None:
    assert codes(verify(tmp_path, response().replace(b"WARC/1.1", f"WARC/{version}".encode()))) == [code]


def test_type_without_a_rule_keeps_the_rules_of_all(tmp_path: Path) -> None:
    assert "field-missing" in codes(verify(tmp_path, of_type("snapshot", WARC_Date=None)), "error")


def test_every_code_has_words_and_every_word_is_used() -> None:
    folder = Path(verifying.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    kinds = read_kinds()
    assert {kind.severity for kind in kinds.values()} == set(SEVERITIES)
    assert [name for name in kinds if f'"{name}"' not in code] == []


def test_rules_know_every_type_of_the_standard() -> None:
    assert sorted(read_rules().types) == sorted(TYPES)
    assert all(rule.mandatory.isdisjoint(rule.forbidden | rule.undefined) for rule in read_rules().fields.values())


def test_request_and_info_of_the_crawl_are_sound(tmp_path: Path) -> None:
    content = sealed("warcinfo", INFO) + sealed("request", GET, number=2)
    assert problems(verify(tmp_path, content)) == []
