"""What the archive answers in place of the network: by time, method, body, spelling; with failures as they were."""

from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import FormRequest, Request
from scrapy.http import Response

from archive.errors import ArchiveError
from archive.rewalk.answers import Answers
from archive.rewalk.failures import make_error
from archive.rewalk.holdings import NEWEST, Holdings, Moment, read_moment
from archive.wacz.packaging import PackageOptions, write_package
from archive.wire.outcomes import name_outcome
from tests.archive.holding import FORM, GET, LIST, LONG, archive, body, exchange, failed, write


def test_newest_answer_is_given_and_another_moment_gives_the_nearest(tmp_path: Path) -> None:
    answers = archive(
        tmp_path,
        *(exchange(LIST, year.encode(), at=f"{year}-01-18T09:30:00Z") for year in ("2022", "2023", "2021")),
    )
    assert body(answers, LIST) == b"2023"
    for asked, wanted in (
        ("2021", b"2021"),
        ("202209", b"2023"),
        ("20220601", b"2022"),
        ("2030-01-01T00:00:00Z", b"2023"),
        ("", b"2023"),
    ):
        assert body(Answers(Holdings(str(tmp_path), read_moment(asked))), LIST) == wanted


def test_moment_is_the_span_that_is_written_and_what_is_none_is_said() -> None:
    assert read_moment("2023") == Moment("20230101000000", "20231231235959")
    assert read_moment("2023-01-18") == Moment("20230118000000", "20230118235959")
    assert read_moment("20230118093000") == Moment("20230118093000", "20230118093000")
    assert read_moment("") == NEWEST
    for wrong in ("yesterday", "20231", "20231399"):
        with pytest.raises(ArchiveError, match=f"ARCHIVE_REPLAY_TIME={wrong}"):
            read_moment(wrong)


def test_method_and_body_tell_requests_apart(tmp_path: Path) -> None:
    answers = archive(
        tmp_path,
        exchange(LIST, b"page 1", request=FORM + b"page=1"),
        exchange(LIST, b"page 2", request=FORM + b"page=2"),
        exchange(LIST, b"page by GET"),
    )
    for number in (1, 2):
        given = answers.find(FormRequest(LIST, formdata={"page": str(number)}))
        assert given
        assert given.response is not None
        assert given.response.body == f"page {number}".encode()
    assert answers.find(FormRequest(LIST, formdata={"page": "3"})) is None
    assert body(answers, LIST) == b"page by GET"


def test_other_spellings_of_an_address_answer_where_it_has_none_of_its_own_and_never_send_in_a_circle(
    tmp_path: Path,
) -> None:
    answers = archive(
        tmp_path,
        exchange("http://www.a.gov.cn/1.html", b"one"),
        exchange("http://www.a.gov.cn/2.html", b"https://www.a.gov.cn/2.html", status=302),
        exchange("http://a.gov.cn/3.html", b"plain"),
        exchange("https://a.gov.cn/3.html", b"secure", at="2023-01-19T09:30:00Z"),
    )
    assert body(answers, "https://a.gov.cn/1.html") == b"one"
    assert answers.find(Request("https://www.a.gov.cn/2.html")) is None
    given = answers.find(Request("http://www.a.gov.cn/2.html"))
    assert given
    assert given.response is not None
    assert given.response.headers["Location"] == b"https://www.a.gov.cn/2.html"
    assert body(answers, "http://a.gov.cn/3.html") == b"plain"


def test_revisit_borrows_its_payload_and_names_where_it_lies(tmp_path: Path) -> None:
    first = write(tmp_path, exchange(LIST, LONG))
    answers = archive(tmp_path, exchange(f"{LIST}copy.html", LONG, at="2023-02-01T00:00:00Z"))
    given = answers.find(Request(f"{LIST}copy.html"))
    assert given
    assert given.response is not None
    assert given.response.body == LONG
    [position] = given.positions
    assert position.original is not None
    assert position.original[0] == first


def test_304_gives_the_body_that_it_confirms(tmp_path: Path) -> None:
    asked = b"GET / HTTP/1.1\r\nIf-None-Match: 1\r\n\r\n"
    answers = archive(
        tmp_path,
        exchange(LIST, b"first", at="2021-01-18T09:30:00Z"),
        exchange(LIST, b"second", at="2022-01-18T09:30:00Z"),
        exchange(LIST, b"", at="2023-01-18T09:30:00Z", status=304, request=asked),
    )
    given = answers.find(Request(LIST))
    assert given
    assert given.response is not None
    assert (given.response.status, given.response.body) == (200, b"second")
    assert [position.status for position in given.positions] == [304, 200]


@pytest.mark.parametrize(
    "outcome",
    ["dns", "refused", "unreachable", "timeout", "tls", "reset", "disconnected", "malformed", "too-large", "failed"],
)
def test_error_is_named_by_the_outcome_that_it_is_made_of(outcome: str) -> None:
    assert name_outcome(make_error(outcome, "said")) == outcome


def test_failures_fail_again_unless_an_answer_came_on_another_day(tmp_path: Path) -> None:
    answers = archive(
        tmp_path,
        failed("http://gone.gov.cn/", "dns"),
        failed("http://shut.gov.cn/", "refused", request=GET),
        exchange("http://up.gov.cn/", b"up"),
        failed("http://up.gov.cn/", "timeout", at="2024-01-18T09:30:00Z", request=GET),
        failed("http://form.gov.cn/", "reset", request=FORM + b"page=1"),
    )
    for host, outcome in (("gone", "dns"), ("shut", "refused")):
        given = answers.find(Request(f"http://{host}.gov.cn/"))
        assert given
        assert given.error is not None
        assert name_outcome(given.error) == outcome
        assert f"{outcome} it was" in str(given.error)
        assert given.positions[0].status is None
    assert body(answers, "http://up.gov.cn/") == b"up"
    assert answers.find(FormRequest("http://form.gov.cn/", formdata={"page": "1"}))
    assert answers.find(Request("http://form.gov.cn/")) is None
    assert answers.find(Request("http://never.gov.cn/")) is None


def test_cut_answer_fails_as_it_did_and_a_whole_one_goes_before_it(tmp_path: Path) -> None:
    cut = replace(exchange(f"{LIST}1.html", at="2024-01-01T00:00:00Z"), truncated="time", outcome="timeout")
    answers = archive(tmp_path, cut, replace(cut, url=LIST), exchange(LIST, b"whole"))
    given = answers.find(Request(f"{LIST}1.html"))
    assert given
    assert given.error is not None
    assert name_outcome(given.error) == "timeout"
    assert body(answers, LIST) == b"whole"


def test_file_glob_wacz_and_files_without_index_are_asked_alike_and_nothing_is_written(tmp_path: Path) -> None:
    path = write(tmp_path / "warc", exchange(LIST, b"page"), failed("http://gone.gov.cn/", "dns"))
    package = tmp_path / "one.wacz"
    write_package(package, [str(path)], PackageOptions())
    for index in (tmp_path / "warc").rglob("*.cdxj"):
        index.unlink()
    before = sorted(tmp_path.rglob("*"))
    for name in (path, tmp_path / "warc", tmp_path / "warc" / "*.warc.gz", package):
        holdings = Holdings(str(name))
        answers = Answers(holdings)
        assert body(answers, LIST) == b"page"
        assert answers.find(Request("http://gone.gov.cn/"))
        holdings.close()
    assert sorted(tmp_path.rglob("*")) == before


def test_answer_comes_as_the_download_handler_gives_it(tmp_path: Path) -> None:
    answers = archive(tmp_path, exchange(LIST, b"page"))
    given = answers.find(Request(LIST + "#part"))
    assert given
    assert isinstance(given.response, Response)
    assert given.response.url == LIST
    assert given.response.headers["Content-Type"] == b"text/html"
    assert "archived" in given.response.flags
