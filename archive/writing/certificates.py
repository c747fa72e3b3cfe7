"""The certificates of TLS servers: each a record of its own, once a file, before the first exchange that met it.

A chain is as large as a small page and the same for every page of a host, so exchanges name its certificates by their
fingerprints only (``tlsCertificate`` of the metadata record). The bytes stand in resource records whose URI holds the
same fingerprint; every file has what its own exchanges name.
"""

from dataclasses import dataclass, replace

from archive.format.exchange import Exchange
from archive.format.warcformat import CERTIFICATE, Written, certificate_url, write_certificate
from archive.index.indexing import FileIndex


@dataclass(frozen=True, slots=True)
class Addition:
    """A certificate's record, written before an exchange's; ``start`` of ``written`` counts from the first of them."""

    url: str
    written: Written


class CertificateShelf:
    """The certificates of one file."""

    def __init__(self) -> None:
        self._there: set[str] = set()

    def write(self, exchange: Exchange, warcinfo_id: str, level: int) -> list[Addition]:
        """The records of those that the file lacks, in the order of the chain."""
        additions: dict[str, Addition] = {}
        start = 0
        for certificate in exchange.certificates:
            url = certificate_url(certificate)
            if url not in self._there and url not in additions:
                written = write_certificate(exchange, certificate, warcinfo_id, level)
                additions[url] = Addition(url, replace(written, start=start))
                start += len(written.content)
        return list(additions.values())

    def note(
        self, additions: list[Addition], exchange: Exchange, index: FileIndex | None, warc: str, offset: int
    ) -> None:
        """They were written, the first of them at an offset of the file of that base name."""
        for addition in additions:
            self._there.add(addition.url)
            if index is not None:
                place = (warc, offset + addition.written.start)
                index.add_resource(addition.url, exchange.captured_at, CERTIFICATE, addition.written, place)


def put_before(additions: list[Addition], written: Written) -> Written:
    """An exchange with the records of its certificates before it, to be written in one go."""
    if not additions:
        return written
    content = b"".join(addition.written.content for addition in additions)
    return replace(written, start=len(content) + written.start, content=content + written.content)
