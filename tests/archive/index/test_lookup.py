"""Finding captures in merged and unmerged indexes, held against going through all lines."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.index.cdxj import Entry, write_entry
from archive.index.lookup import Lookup, SortedLines
from archive.index.runs import FOLDER, read_runs, update_runs
from archive.index.sorting import Sorter
from archive.index.surt import make_key

URLS = [
    f"http://{host}.gov.cn/{path}" for host in ("a", "b", "a.b") for path in ("", "x", "x/y", "x-ray", "x?p=1", "xy")
]


def make_entry(chance: random.Random, number: int, filename: str) -> Entry:
    url = chance.choice(URLS)
    stamp = f"20{chance.randrange(10, 24)}0{chance.randrange(1, 10)}1509{chance.randrange(60):02d}00"
    digest = f"sha1:{chance.choice('ABCDEFGH') * 32}"
    mime = chance.choice(["text/html", "text/html", "warc/revisit"])
    return Entry(make_key(url), stamp, url, mime, 200, digest, 10, number, filename)


def add_file(folder: Path, name: str, entries: list[Entry]) -> None:
    path = folder / f"{name}.cdxj"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(sorted(map(write_entry, entries))))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[tuple[Lookup, list[Entry]]]:
    """Some files merged at different times, some not merged."""
    chance = random.Random(1)
    entries = []
    for number, name in enumerate(["f1", "f2", "sub/f3", "f4", "f5"]):
        part = [make_entry(chance, at, f"{Path(name).name}.warc.gz") for at in range(60)]
        add_file(tmp_path, name, part)
        entries += part
        if number in (1, 2):
            assert update_runs(tmp_path)
    with Lookup(tmp_path) as lookup:
        yield lookup, entries


def test_captures_of_a_url_come_in_the_order_of_time(archive: tuple[Lookup, list[Entry]]) -> None:
    lookup, entries = archive
    for url in URLS:
        expected = sorted(write_entry(entry) for entry in entries if entry.url == url)
        assert list(lookup.lines(url)) == expected
        assert [write_entry(entry) for entry in lookup.captures(url)] == expected


@pytest.mark.parametrize(
    ("since", "until"), [("2013", ""), ("", "2013"), ("201305", "2018"), ("20990101", ""), ("", "1999")]
)
def test_range_of_time_includes_its_ends(archive: tuple[Lookup, list[Entry]], since: str, until: str) -> None:
    lookup, entries = archive
    for url in URLS:
        stamps = sorted(e.timestamp for e in entries if e.url == url)
        wanted = [t for t in stamps if t >= since and (not until or t[: len(until)] <= until)]
        assert [entry.timestamp for entry in lookup.captures(url, since, until)] == wanted


def test_nearest_is_the_nearest_in_seconds_and_the_earlier_of_two(archive: tuple[Lookup, list[Entry]]) -> None:
    from datetime import datetime

    def moment(stamp: str) -> datetime:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S")

    lookup, entries = archive
    for url in URLS:
        for at in ("20150101000000", "20120315093000", "19990101000000", "20991231000000"):
            stamps = [entry.timestamp for entry in entries if entry.url == url]
            expected = min(stamps, key=lambda stamp: (abs((moment(stamp) - moment(at)).total_seconds()), stamp))
            found = lookup.nearest(url, at)
            assert found
            assert (found.url, found.timestamp) == (url, expected)
    assert lookup.nearest("http://c.gov.cn/", "2015") is None


def test_prefix_of_a_folder_leaves_out_longer_names(archive: tuple[Lookup, list[Entry]]) -> None:
    lookup, _ = archive
    assert {entry.url for entry in lookup.prefix("http://a.gov.cn/x/")} == {"http://a.gov.cn/x/y"}
    names = {
        "http://a.gov.cn/x",
        "http://a.gov.cn/x/y",
        "http://a.gov.cn/x-ray",
        "http://a.gov.cn/x?p=1",
        "http://a.gov.cn/xy",
    }
    assert {entry.url for entry in lookup.prefix("http://a.gov.cn/x")} == names


def test_digest_leads_to_the_records_that_hold_the_payload(archive: tuple[Lookup, list[Entry]]) -> None:
    lookup, entries = archive
    for letter in "ABCDEFGH":
        digest = f"sha1:{letter * 32}"
        holders = sorted(
            (e.timestamp, e.filename, e.offset) for e in entries if e.digest == digest and e.mime == "text/html"
        )
        assert [(place.timestamp, place.filename, place.offset) for place in lookup.places(digest)] == holders
    assert list(lookup.places(f"sha1:{'Z' * 32}")) == []


def test_entry_of_a_file_in_a_folder_below_leads_there(archive: tuple[Lookup, list[Entry]]) -> None:
    lookup, _ = archive
    assert lookup.path_of("f3.warc.gz") == lookup.folder / "sub" / "f3.warc.gz"
    assert lookup.path_of("f1.warc.gz") == lookup.folder / "f1.warc.gz"


def test_runs_stay_few_and_hold_each_line_once(tmp_path: Path) -> None:
    chance = random.Random(2)
    for number in range(40):
        add_file(tmp_path, f"f{number}", [make_entry(chance, number, f"f{number}.warc.gz")])
        assert update_runs(tmp_path)
    assert len(read_runs(tmp_path)) <= 4
    lines = [line for path in (tmp_path / FOLDER).glob("*.cdxj") for line in path.read_bytes().splitlines()]
    assert len(lines) == len(set(lines)) == 40
    assert len(list((tmp_path / FOLDER).glob("*.cdxj"))) == len(read_runs(tmp_path))


def test_index_that_went_or_changed_is_taken_out(tmp_path: Path) -> None:
    chance = random.Random(3)
    for name in ("gone", "kept", "changed"):
        add_file(tmp_path, name, [make_entry(chance, at, f"{name}.warc.gz") for at in range(20)])
    update_runs(tmp_path)
    (tmp_path / "gone.cdxj").unlink()
    add_file(tmp_path, "changed", [make_entry(chance, 99, "changed.warc.gz")])
    update_runs(tmp_path)
    with Lookup(tmp_path) as lookup:
        names = [entry.filename for url in URLS for entry in lookup.captures(url)]
    assert sorted(names) == ["changed.warc.gz"] + ["kept.warc.gz"] * 20


def test_run_that_was_cut_is_made_anew(tmp_path: Path) -> None:
    add_file(tmp_path, "f", [make_entry(random.Random(4), at, "f.warc.gz") for at in range(20)])
    update_runs(tmp_path)
    [run] = (tmp_path / FOLDER).glob("*.cdxj")
    run.write_bytes(run.read_bytes()[:100])
    update_runs(tmp_path)
    with Lookup(tmp_path) as lookup:
        assert sum(len(list(lookup.captures(url))) for url in URLS) == 20


def test_open_lookup_outlives_an_update(tmp_path: Path) -> None:
    chance = random.Random(5)
    add_file(tmp_path, "f1", [make_entry(chance, at, "f1.warc.gz") for at in range(30)])
    update_runs(tmp_path)
    with Lookup(tmp_path) as lookup:
        before = [list(lookup.lines(url)) for url in URLS]
        add_file(tmp_path, "f2", [make_entry(chance, at, "f2.warc.gz") for at in range(30)])
        update_runs(tmp_path)
        assert [list(lookup.lines(url)) for url in URLS] == before


def test_folder_without_an_index_has_nothing(tmp_path: Path) -> None:
    with Lookup(tmp_path / "nowhere") as lookup:
        assert lookup.nearest("http://a.gov.cn/", "2015") is None
        assert list(lookup.places("sha1:A")) == []


@given(
    st.lists(st.binary(max_size=5).map(lambda raw: raw.replace(b"\n", b"") + b"\n"), max_size=30), st.binary(max_size=6)
)
def test_search_finds_the_first_line_not_less(lines: list[bytes], key: bytes) -> None:
    key = key.replace(b"\n", b"")
    lines.sort()
    found = SortedLines(b"".join(lines))
    at = found.find(key)
    assert list(found.lines(at)) == [line for line in lines if line[: len(key)] >= key]


@given(st.lists(st.text("abc", max_size=8).map(lambda text: text.encode() + b"\n")), st.integers(1, 40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=50)
def test_sorter_gives_sorted_lines_once_however_little_memory_it_may_use(
    tmp_path: Path, lines: list[bytes], most: int
) -> None:
    sorter = Sorter(tmp_path, most)
    for line in lines:
        sorter.add(line)
    assert list(sorter.lines()) == sorted(set(lines))
