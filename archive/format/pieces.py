"""A piece of an archive file: the captures between two offsets, which can be read without those before them."""

from dataclasses import dataclass, replace

# How far from a response its metadata record may lie, in records. Ours, and those of the crawlers we know, come at most
# two records after it; a file read as a stream can look no further without holding what lies between.
WINDOW = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Captures whose records begin at ``start`` or later and before ``end`` (``None``: the end of the file).

    Of these the first ``skip`` are left out, and at most ``count`` are taken. Reading begins at ``begin``, a record so
    far before ``start`` that whatever may speak of the piece's captures is read. A whole file has all as they are by
    default. ``path`` is never that of a package, but of a file inside it (``p.wacz!archive/a.warc.gz``).
    """

    path: str
    begin: int = 0
    start: int = 0
    end: int | None = None
    skip: int = 0
    count: int | None = None

    def holds(self, offset: int) -> bool:
        """Whether an offset of the file lies in this piece."""
        return self.start <= offset and (self.end is None or offset < self.end)

    def ends_before(self, offset: int) -> bool:
        """Whether an offset of the file lies behind this piece."""
        return self.end is not None and offset >= self.end

    def single(self, number: int) -> "Piece":
        """The piece that is one of this one's captures, counted from 0."""
        return replace(self, skip=self.skip + number, count=1)
