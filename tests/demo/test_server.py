"""The server serves what the truth says, and a taken port is one line."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import yaml

from demo.catalogue import FILE_NAME, FOLDER, write_catalogue
from demo.portals import EASY, PORTALS
from demo.running import find_ports
from demo.server import Portals
from tests.commands import PROJECT


@pytest.fixture(scope="module")
def portals() -> Iterator[Portals]:
    with Portals(find_ports(), portals=EASY) as served:
        yield served


def read(url: str, form: dict[str, str] | None = None) -> bytes:
    with urlopen(Request(url, urlencode(form).encode() if form else None), timeout=10) as answer:
        body: bytes = answer.read()
    return body


def site(portals: Portals, id: str) -> str:
    return next(one.chrome.origin for one in portals.sites if one.portal.id == id)


def test_every_report_is_served_under_its_address(portals: Portals) -> None:
    for one in portals.sites:
        for url, article in one.addresses():
            body = read(url)
            assert article.report is not None
            if url.endswith(".pdf"):
                assert body.startswith(b"%PDF-")
            else:
                encoding = "gb18030" if article.report.has("gbk") else "utf-8"
                assert article.report.title in body.decode(encoding)


def test_a_gbk_page_lies_in_its_header(portals: Portals) -> None:
    url = next(u for s in portals.sites for u, a in s.addresses() if a.report and a.report.has("gbk"))
    with urlopen(url, timeout=10) as answer:
        assert "utf-8" in answer.headers["Content-Type"]
        with pytest.raises(UnicodeDecodeError):
            answer.read().decode("utf-8")


def test_a_list_that_ends_in_index_html_serves_page_one_again_to_a_wrong_guess(portals: Portals) -> None:
    folder = site(portals, "shiqiao-sthjj") + "/xxgk/ndbg/"
    first = read(folder + "index.html")
    assert read(folder + "index_1.html") == first
    assert read(folder + "index_2.html") != first


def test_dataproxy_gives_the_rest_of_the_list(portals: Portals) -> None:
    form = {"columnid": "5117", "unitid": str(5117 * 3 + 1), "webid": "12"}
    proxy = site(portals, "qinghe-yjj") + "/module/web/jpage/dataproxy.jsp?startrecord=11&endrecord=20&perpage=10"
    answer = read(proxy, form).decode()
    assert answer.count("<record>") == 10
    assert "<totalrecord>24</totalrecord>" in answer


def test_the_json_list_has_a_second_page(portals: Portals) -> None:
    api = site(portals, "lanwan-yjj") + "/gkmlpt/api/all/3047?sid=990104&page="
    first, second = (json.loads(read(f"{api}{number}")) for number in (1, 2))
    assert (first["total"], len(first["articles"]), len(second["articles"])) == (104, 100, 4)


@pytest.mark.parametrize(
    ("id", "path", "status"),
    [("yunling-sjj", "/", 412), ("yunling-sjj", "/robots.txt", 412), ("yunling-yjt", "/zfxxgk/none.html", 404)],
)
def test_refusals_and_dead_links_have_their_status(portals: Portals, id: str, path: str, status: int) -> None:
    with pytest.raises(HTTPError) as failure:
        read(site(portals, id) + path)
    assert failure.value.code == status


def test_a_soft_404_answers_200_with_an_excuse(portals: Portals) -> None:
    article = next(a for s in portals.sites for a in s.articles if a.status == "soft")
    assert "不存在" in read(site(portals, "yunling-yjt") + article.path).decode()


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_port_in_use_is_one_line_with_the_way_out(portals: Portals, command: str) -> None:
    taken = portals.base_port + 3
    ended = subprocess.run(
        [sys.executable, "-m", "demo", command, "--port", str(taken)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert str(taken) in ended.stderr
    assert "--port" in ended.stderr


@pytest.mark.parametrize("more", [[], ["--until-eof"]], ids=["alone", "with-parent"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_server_ends_cleanly_and_gives_its_ports_back(number: signal.Signals, more: list[str]) -> None:
    base = find_ports()
    command = [sys.executable, "-m", "demo", "serve", "--port", str(base), *more]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as server:
        assert server.stdout is not None
        assert "ready" in server.stdout.readline()
        assert server.stderr is not None
        server.send_signal(number)
        started = time.monotonic()
        server.wait(timeout=10)  # its input stays open, as a living parent's does
        assert (server.returncode, server.stderr.read()) == (0, "")
    assert time.monotonic() - started < 5
    with Portals(base):
        pass


def test_a_server_ends_with_the_parent_that_holds_its_input() -> None:
    command = [sys.executable, "-m", "demo", "serve", "--port", str(find_ports()), "--until-eof"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert "ready" in server.stdout.readline()
        server.stdin.close()
        assert server.wait(timeout=5) == 0


def test_the_catalogue_beside_the_code_is_the_one_of_the_default_ports(tmp_path: Path) -> None:
    assert write_catalogue(tmp_path).read_bytes() == (FOLDER / FILE_NAME).read_bytes()


def test_a_catalogue_for_other_ports_names_them(tmp_path: Path) -> None:
    rows = yaml.safe_load(write_catalogue(tmp_path, 9000).read_text(encoding="utf-8"))["portals"]
    assert [row["home"] for row in rows] == [f"http://127.0.0.1:{9000 + n}/" for n in range(len(PORTALS))]
    assert {row["level"] for row in rows} == {"provincial", "municipal", "county"}
    assert [row["id"] for row in rows if "list" not in row] == [one.id for one in PORTALS if not one.pinned]
