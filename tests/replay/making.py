"""A small archive for replays: made-up reports and other pages in several files, a few of them broken or repeated."""

import gzip
from pathlib import Path

from demo.crowd import draw_agencies
from demo.portals import Portal
from demo.site import build_site
from demo.truth import make_reports
from tests.archive.building import http, make_id, metadata, record, zipped

HTML = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\n"
GONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def make_pages(seed: int) -> list[tuple[str, str, bytes]]:
    """Address, media type and body of the pages of one made-up portal."""
    (agency,) = draw_agencies(seed, 1)
    portal = Portal(agency, "trs", "/nb/", rows=6)
    site = build_site(portal, "http://127.0.0.1:1", make_reports(seed, (agency,)), seed)
    return [
        (f"http://a.example{path}", answer.media_type, answer.body)
        for path, answer in sorted(site.pages.items())
        if answer.media_type.startswith("text/html") and answer.body
    ]


def make_records(seed: int) -> list[bytes]:
    """Answers with their metadata records, a page that is gone, and one page again as a revisit."""
    records: list[bytes] = []
    for at, (url, media, body) in enumerate(make_pages(seed)):
        number = seed * 1000 + 2 * at
        records += [
            record(block=http(body, HTML.format(media)), number=number, WARC_Target_URI=url),
            metadata(number + 1, number, f"portal: made\r\nvia: {url}\r\n"),
        ]
    records.append(record(block=GONE, number=seed * 1000 + 998, WARC_Target_URI="http://a.example/gone"))
    url, media, body = make_pages(seed)[0]
    head = HTML.format(media).encode() + b"Content-Length: %d\r\n\r\n" % len(body)
    again = {
        "WARC_Target_URI": url,
        "WARC_Refers_To": make_id(seed * 1000),
        "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    }
    records.append(record("revisit", head, number=seed * 1000 + 999, **again))
    return records


def make_archive(folder: Path, files: int = 3) -> Path:
    """A folder of WARC files, one of them with a damaged record, one a single gzip member, one a package's member."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(1, files + 1):
        records = make_records(seed)
        path = folder / f"made-{seed:03d}.warc.gz"
        if seed == 2:
            records[2] = records[2].replace(b"Content-Length: ", b"Content-Length: 7", 1)
        path.write_bytes(gzip.compress(b"".join(records), mtime=0) if seed == 3 else zipped(records))
    return folder
