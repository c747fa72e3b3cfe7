"""What tools that we did not write say of a crawl's files: ``make judges``.

The crawl is of a server on loopback that answers as portals do (both charsets, gzip, chunks, redirects, a form), and
that is gone when its pages are replayed.
"""

import base64
import gzip
import json
import re
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from archive.index.indexing import index_path
from tests.archive.crawling import crawl
from tests.archive.judging import CHROMIUM, TOOLS, replaying, run_judge, see
from tests.archive.oddserver import OddServer, Script
from tests.commands import run_scrapy

pytestmark = [
    pytest.mark.judges,
    pytest.mark.skipif(not TOOLS.is_dir(), reason="the judges are not installed: make judges"),
]

OK = b"HTTP/1.1 200 OK\r\n"
SENTENCE = "云岭省林业局全年主动公开政府信息三百二十六条"
WRITTEN = "本页由脚本补记：答复依申请公开四件"
SCRIPT = f'document.addEventListener("DOMContentLoaded",()=>document.body.append("{WRITTEN}"));'
PADDING = "<p>本报告所列数据的统计期限为上年一月一日至十二月三十一日。</p>" * 30


def html(charset: str) -> bytes:
    head = f'<meta charset="{charset}"><title>年度报告</title><script src="/t.js" charset="utf-8"></script>'
    text = f"<!DOCTYPE html><html><head>{head}</head><body><p>{SENTENCE}。</p>{PADDING}</body></html>"
    return text.encode("gb18030" if charset == "gb2312" else charset)


def whole(body: bytes, head: bytes) -> bytes:
    return OK + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(body: bytes, head: bytes) -> bytes:
    pieces = [body[at : at + 700] for at in range(0, len(body), 700)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return OK + head + b"Transfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"


UTF8, GB2312 = b"Content-Type: text/html; charset=utf-8\r\n", b"Content-Type: text/html; charset=gb2312\r\n"
ZIPPED = b"Content-Encoding: gzip\r\n"
PAGES = {
    "/plain.html": whole(html("utf-8"), UTF8),
    "/old.html": chunked(html("gb2312"), GB2312),
    "/zipped.html": whole(gzip.compress(html("utf-8")), UTF8 + ZIPPED),
    "/both.html": chunked(gzip.compress(html("gb2312")), GB2312 + ZIPPED),
}
OTHERS = {
    "/moved.html": b"HTTP/1.1 302 Found\r\nLocation: /plain.html\r\nContent-Length: 0\r\n\r\n",
    "/t.js": whole(SCRIPT.encode(), b"Content-Type: text/javascript; charset=utf-8\r\n"),
    "/search": whole("<html><p>查询结果</p></html>".encode(), UTF8),
    "/robots.txt": whole(b"User-agent: *\r\nAllow: /\r\n", b"Content-Type: text/plain\r\n"),
}


@dataclass(frozen=True)
class Judged:
    """Two crawls of the server into one folder, their package, and one of the second crawl alone."""

    root: str  # of the server, gone by now
    files: list[Path]
    package: Path
    second: Path


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("judged")
    with OddServer({path: Script(answer) for path, answer in (PAGES | OTHERS).items()}) as server:
        root = f"http://127.0.0.1:{server.port}"
        asked: list[dict[str, Any]] = [{"url": root + path} for path in (*PAGES, *OTHERS, "/missing.html")]
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        asked.append({"url": f"{root}/search", "method": "POST", "body": "word=年报&page=2", "headers": form})
        asked.append({"url": "http://127.0.0.1:9/", "meta": {"download_timeout": 5}})
        for _ in range(2):  # the second time much is as it was
            assert crawl(folder / "warc", asked).exit_code == 0
    key = folder / "key.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    package = folder / "judged.wacz"
    done = run_scrapy("wacz", str(folder / "warc"), "-o", str(package), "--key", str(key), "--title", "评审")
    assert done.returncode == 0, done.stderr
    files, second = sorted((folder / "warc").glob("*.warc.gz")), folder / "second.wacz"
    done = run_scrapy("wacz", str(files[-1]), "-o", str(second), "-s", f"ARCHIVE_DIR={folder / 'warc'}")
    assert done.returncode == 0, done.stderr
    assert "records of other files that revisit records point to" in done.stderr
    return Judged(root, files, package, second)


def test_warcio_finds_nothing_but_the_payloads_of_chunked_answers(judged: Judged) -> None:
    """warcio hashes a chunked body with its chunk framing, the standard (WARC 1.1, 5.9) without."""
    chunked_found = 0
    for path in judged.files:
        done = run_judge("warcio", "check", path)
        for line in (done.stdout + done.stderr).splitlines()[1:]:
            place = re.search(r"offset (\d+)", line)
            assert place or line.strip().startswith("payload digest failed"), line
            if place:
                assert _is_chunked(path, int(place[1])), line
                chunked_found += 1
    assert chunked_found >= 2, "the chunked pages should be complained of"


def _is_chunked(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(offset)
        return b"Transfer-Encoding: chunked" in gzip.GzipFile(fileobj=file).read(4096)


def test_cdxj_indexer_finds_the_lines_of_our_indexes(judged: Judged) -> None:
    for path in judged.files:
        theirs = _entries(run_judge("cdxj-indexer", "--post-append", "--sort", path).stdout)
        assert theirs
        assert _entries(index_path(path).read_text()) == theirs


def test_package_index_is_what_cdxj_indexer_makes_of_its_files(judged: Judged) -> None:
    made = run_judge("cdxj-indexer", "--post-append", "--sort", "--digest-records", *judged.files)
    with zipfile.ZipFile(judged.package) as package:
        ours = gzip.decompress(package.read("indexes/index.cdx.gz")).decode("ascii")
    assert _entries(ours) == _entries(made.stdout)
    assert all("recordDigest" in members for _, members in _entries(ours))


def _entries(text: str) -> list[tuple[str, dict[str, str]]]:
    lines = [(line[: line.index(" {")], json.loads(line[line.index("{") :])) for line in text.splitlines()]
    return sorted(lines, key=lambda line: (line[0], line[1]["filename"], int(line[1]["offset"])))


def test_gzip_finds_every_file_whole(judged: Judged, tmp_path: Path) -> None:
    with zipfile.ZipFile(judged.package) as package:
        package.extract("indexes/index.cdx.gz", tmp_path)
    for path in (*judged.files, tmp_path / "indexes" / "index.cdx.gz"):
        assert subprocess.run(["gzip", "-t", str(path)], capture_output=True, check=False).returncode == 0


def test_wacz_accepts_the_package_and_refuses_one_that_was_changed(judged: Judged, tmp_path: Path) -> None:
    for package in (judged.package, judged.second):
        done = run_judge("wacz", "validate", "-f", package)
        assert done.returncode == 0, done.stdout
    changed = tmp_path / "changed.wacz"
    with zipfile.ZipFile(judged.package) as whole_one, zipfile.ZipFile(changed, "w") as other:
        for info in whole_one.infolist():
            content = whole_one.read(info)
            other.writestr(info, content.replace(b"http:", b"ftp:") if info.filename.startswith("pages/") else content)
    assert run_judge("wacz", "validate", "-f", changed).returncode == 1


def test_openssl_accepts_the_signature_and_refuses_it_for_another_manifest(judged: Judged, tmp_path: Path) -> None:
    with zipfile.ZipFile(judged.package) as package:
        signed = json.loads(package.read("datapackage-digest.json"))["signedData"]
    public, signature = tmp_path / "public.pem", tmp_path / "signature"
    public.write_text(f"-----BEGIN PUBLIC KEY-----\n{signed['publicKey']}\n-----END PUBLIC KEY-----\n")
    signature.write_bytes(base64.b64decode(signed["signature"]))
    words = ["openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(signature)]
    for text, code in ((signed["hash"], 0), (signed["hash"][::-1], 1)):
        assert subprocess.run(words, input=text.encode(), capture_output=True, check=False).returncode == code


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")
@pytest.mark.parametrize("kind", ["files", "package", "second"])
def test_chromium_sees_the_pages_that_pywb_replays(judged: Judged, tmp_path: Path, kind: str) -> None:
    given = {"files": judged.files, "package": [judged.package], "second": [judged.second]}[kind]
    with replaying(tmp_path / "pywb", *given) as collection:
        for path in (*PAGES, "/moved.html"):
            seen = see(f"{collection}/{judged.root}{path}", tmp_path / "profile")
            assert SENTENCE in seen, (path, seen[:2000])
            assert WRITTEN in re.sub(r"<script.*?</script>", "", seen, flags=re.DOTALL), path
        assert SENTENCE not in see(f"{collection}/{judged.root}/missing.html", tmp_path / "profile")
