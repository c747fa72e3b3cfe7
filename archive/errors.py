"""What goes wrong with an archive, said in one line that names the thing and the way out."""


class ArchiveError(Exception):
    """An archive that cannot be written or is not one; its text is the whole message."""
