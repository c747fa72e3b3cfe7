"""Ports of loopback for what must be told its port before it listens."""

import random
import socket

_FIRST, _LAST = 24_000, 32_000  # below those that systems take for connections that go out


def find_port() -> int:
    """One that is free; nothing takes it by chance before it is used, as it could take one of the system's choice."""
    while True:
        port = random.SystemRandom().randrange(_FIRST, _LAST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
