"""Each file has the certificates that its exchanges name, each once."""

from dataclasses import replace
from pathlib import Path

from archive.format.exchange import Fields, fingerprint
from archive.format.fields import read_fields
from archive.format.record import Record
from archive.format.records import read_records
from archive.index.indexing import index_path, write_index
from archive.opening import OPEN_SUFFIX
from archive.reading.captures import read_capture
from archive.verifying import verify_archives
from archive.writing.recovery import recover_folder
from archive.writing.writer import Writer, WriterOptions
from tests.archive.building import warcs
from tests.archive.wreckage import make_exchange, member_offsets, write_all

HOST, OTHER, ROOT = b"a host's", b"another host's", b"an authority's"


def name_certificates(chain: tuple[bytes, ...]) -> Fields:
    return tuple(("tlsCertificate", f"sha256:{fingerprint(certificate)}") for certificate in chain)


def read_file(path: Path) -> list[Record]:
    with path.open("rb") as file:
        return list(read_records(file, str(path), print))


def test_every_file_has_the_certificates_of_its_exchanges_once(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path, rotate_bytes=9000))
    chains = [(HOST, ROOT), (OTHER, ROOT), (HOST, ROOT), (), (ROOT, ROOT)] * 6
    exchanges = [
        replace(make_exchange(number, bytes([number]) * 100), certificates=chain, facts=name_certificates(chain))
        for number, chain in enumerate(chains)
    ]
    positions = write_all(writer, exchanges)
    writer.close().result(timeout=20)
    assert len(warcs(tmp_path)) > 2
    for path in warcs(tmp_path):
        records = read_file(path)
        kept = [record.header("warc-target-uri") or "" for record in records if record.type == "resource"]
        named = [value for record in records for name, value in read_fields(record.block) if name == "tlsCertificate"]
        assert sorted(kept) == sorted({f"nih:sha-256;{value.removeprefix('sha256:')}" for value in named})
        alongside = index_path(path).read_bytes()
        write_index(path)
        assert index_path(path).read_bytes() == alongside
    captures = [read_capture(tmp_path / position.warc, position.offset) for position in positions]
    assert [capture.url for capture in captures] == [exchange.url for exchange in exchanges]
    assert verify_archives([str(path) for path in warcs(tmp_path)]).is_sound(strict=True)


def test_certificate_without_its_exchange_is_cut(tmp_path: Path) -> None:
    writer = Writer(WriterOptions(tmp_path))
    write_all(writer, [make_exchange(1), replace(make_exchange(2), certificates=(HOST, ROOT))])
    writer.close().result(timeout=20)
    [path] = warcs(tmp_path)
    content = path.read_bytes()
    members = member_offsets(content)  # warcinfo, three records, two certificates, three records
    left = path.rename(path.with_name(path.name + OPEN_SUFFIX))
    left.write_bytes(content[: members[6]])
    [found] = recover_folder(tmp_path)
    assert found.kept == members[4]
    assert [record.type for record in read_file(path)] == ["warcinfo", "response", "request", "metadata"]
