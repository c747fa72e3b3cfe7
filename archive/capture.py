"""A capture: one answer of one URL at one moment, the only thing that crosses from the archive to the pipelines."""

from collections.abc import Mapping

import msgspec


class Capture(msgspec.Struct, frozen=True, gc=False):
    """One archived answer, live or replayed: the two cannot be told apart.

    ``payload`` is the body with transfer and content encodings removed; ``payload_digest`` is the standard's (WARC 1.1,
    5.9): over the body with only the transfer encoding removed, as ``sha1:BASE32``. ``context`` holds the fields of the
    metadata record beside the response, as written; it is empty for archives that other tools wrote.
    ``problem`` says why the payload is not what the server meant to send: ``truncated`` (cut on the wire or in the
    file), ``unresolved-revisit`` (the payload lies in a record that was not found), ``undecodable`` (the content
    encoding did not decode; ``payload`` is then what did decode), ``too-large``; ``None`` where all is well.
    """

    url: str
    captured_at: str  # the instant of WARC-Date, UTC with Z, its precision unchanged
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    payload_digest: str
    record_id: str | None  # as in WARC-Record-ID, brackets included; ARC has none
    warc: str  # base name of the finished file (never with ``.open``)
    offset: int  # of the record's first byte in that file (of its gzip member where compressed)
    context: Mapping[str, str] = {}
    problem: str | None = None

    def __repr__(self) -> str:
        return f"Capture({self.url} of {self.captured_at}, {self.status}, {len(self.payload)} bytes)"

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
