"""What the archive keeps of an exchange that brought no answer, and of one that the hooks did not see."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.reading.captures import read_captures
from archive.verifying import verify_archives
from archive.writing.runbook import read_records_at
from tests.archive.crawling import Crawled, crawl
from tests.archive.oddserver import OddServer, Script
from tests.archive.wires import (
    FAILED,
    PAGE,
    WHOLE,
    Kept,
    make_certificate,
    read_records,
)


@dataclass(frozen=True)
class Failures:
    """A crawl of which nothing came back."""

    crawled: Crawled
    heard: dict[str, bytes]
    records: list[Kept]

    def records_of(self, path: str) -> dict[str, Kept]:
        return {record.type: record for record in self.records if record.url.endswith(path)}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> Failures:
    folder = tmp_path_factory.mktemp("failures")
    scripts = {path: script for path, (script, _, _) in FAILED.items()}
    secure_script = {"/tls-silent": Script(b"", after="close")}
    with OddServer(scripts) as plain, OddServer(secure_script, make_certificate(folder)) as secure:
        urls = [f"http://127.0.0.1:{plain.port}{path}" for path in FAILED]
        urls += [f"https://127.0.0.1:{secure.port}/tls-silent", f"https://127.0.0.1:{plain.port}/no-tls"]
        urls += ["http://127.0.0.1:9/refused", "http://nowhere.invalid/dns"]
        crawled = crawl(folder / "warc", [{"url": url, "meta": {"download_timeout": 2}} for url in urls])
        heard = {path: requests[-1] for path, requests in (*plain.heard.items(), *secure.heard.items())}
    return Failures(crawled, heard, list(read_records(crawled.files)))


@pytest.mark.parametrize("path", [*FAILED, "/tls-silent"])
def test_failed_exchange_keeps_the_request_as_it_was_sent(failures: Failures, path: str) -> None:
    records = failures.records_of(path)
    assert records.keys() == {"request", "metadata"}
    request, told = records["request"], records["metadata"]
    assert request.block == failures.heard[path]
    assert request.headers["WARC-Concurrent-To"] == told.headers["WARC-Record-ID"]
    assert told.headers["WARC-Concurrent-To"] == request.headers["WARC-Record-ID"]
    assert request.headers["WARC-IP-Address"] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/no-tls", "/refused", "/dns"])
def test_request_that_never_went_out_leaves_no_record(failures: Failures, path: str) -> None:
    records = failures.records_of(path)
    assert records.keys() == {"metadata"}
    outcome = {"/no-tls": "tls"}.get(path, path.removeprefix("/"))
    assert records["metadata"].block.startswith(f"outcome: {outcome}\r\n".encode())


@pytest.mark.parametrize("path", FAILED)
def test_what_came_instead_of_an_answer_is_kept(failures: Failures, path: str) -> None:
    _, received, outcome = FAILED[path]
    block = failures.records_of(path)["metadata"].block
    assert block.startswith(f"outcome: {outcome}\r\n".encode())
    assert (b"received: %s\r\n" % received in block) == bool(received)


def test_failed_exchange_is_announced_where_its_metadata_lies(failures: Failures) -> None:
    announced = {event["url"]: event for event in failures.crawled.events_of("archived")}
    assert len(announced) == len(FAILED) + 4
    assert len(failures.crawled.events_of("failure")) == len(announced)
    for url, event in announced.items():
        [record] = read_records_at(failures.crawled.files[0], event["offset"])
        assert (record.type, record.header("warc-target-uri"), event["status"]) == ("metadata", url, None)


def test_tls_session_is_told_of_though_nothing_came_back(failures: Failures) -> None:
    assert b"tlsVersion: TLSv1.3" in failures.records_of("/tls-silent")["metadata"].block
    assert [record.type for record in failures.records].count("resource") == 1


def test_failures_verify(failures: Failures) -> None:
    report = verify_archives([str(path) for path in failures.crawled.files])
    assert report.is_sound(strict=True), report.kinds


@pytest.mark.parametrize("how", ["missing", "silent"])
def test_lost_hook_makes_records_that_say_they_are_rebuilt(tmp_path: Path, how: str) -> None:
    with OddServer({"/gzip": WHOLE["/gzip-chunked"]}) as server:
        crawled = crawl(tmp_path, [{"url": f"http://127.0.0.1:{server.port}/gzip"}], TEST_BREAK=how)
    records = {record.type: record for record in read_records(crawled.files)}
    assert "rebuilt" in crawled.errors
    assert records["response"].headers["Archive-Capture"] == "rebuilt"
    assert b"capture: rebuilt" in records["metadata"].block
    [capture] = read_captures(crawled.files[0])
    assert capture.payload == PAGE * 40
    assert capture.context["capture"] == "rebuilt"
