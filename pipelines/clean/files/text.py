"""Pages and texts that lie in a package: as blocks, by the same steps as if they had come from a server."""

from pipelines.clean.bounds import PageUnreadableError, check_lines
from pipelines.clean.charset import decode
from pipelines.clean.files.outcome import FileError
from pipelines.clean.page import Part
from pipelines.clean.pages import clean_html
from pipelines.clean.plaintext import read_lines

_MOST_BROKEN = 0.02  # share of characters that stand for nothing above which a text is not read


def read_text(payload: bytes) -> tuple[Part, ...]:
    """The blocks of a plain text. Raises ``FileError`` and ``PageTooLargeError``."""
    text = _decode(payload)
    check_lines(text)
    return read_lines(text, markdown=False)


def read_html(payload: bytes) -> tuple[Part, ...]:
    """The body of a page. Raises ``FileError``, ``GridTooLargeError`` and ``PageTooLargeError``."""
    try:
        reading = clean_html(_decode(payload), "", {})
    except PageUnreadableError as error:
        raise FileError("unreadable") from error
    return tuple(
        Part(block.kind, block.text, path=block.path, grid=block.grid, src=block.src) for block in reading.blocks
    )


def _decode(payload: bytes) -> str:
    decoded = decode(payload, None)
    if decoded is None or decoded.broken > _MOST_BROKEN * len(decoded.text):
        raise FileError("unreadable")
    return decoded.text
