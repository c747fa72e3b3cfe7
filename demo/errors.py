"""What stops the demo, said in one line that names the thing and the way out."""


class DemoError(Exception):
    """The demo cannot go on; its text is the whole message."""


class PortTakenError(DemoError):
    """A port that a portal needs cannot be had."""
