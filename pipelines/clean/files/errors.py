"""Why a file gives no blocks."""


class FileError(Exception):
    """A file that cannot be read; ``reason`` is the word of the feed.

    ``unreadable`` (damaged, encrypted), ``image-only``, ``too-large`` (beyond the bounds, a bomb) or ``no-converter``
    (its format needs a program that is not installed).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
