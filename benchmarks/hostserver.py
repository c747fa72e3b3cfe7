"""Many hosts on one port of loopback: every address of 127.0.0.0/8 answers, and each notes when it was asked.

``python -m benchmarks.hostserver``: prints its port, serves until standard input ends, then prints what it saw as JSON:
requests, addresses, the least gap in seconds between an answer's end and the next request to the same address, and
between two requests, and the most requests under way at one address.
"""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from time import monotonic
from zlib import crc32

PAGE_BYTES = 16_000
_WORDS = "信息公开年度报告主动公开依申请公开行政许可处罚规范性文件办理结果复议诉讼机构保障平台建设"
_PARAGRAPH = 160  # characters, of three bytes each
_SHELF = 1 << 12  # paragraphs that pages are put together of: making text for each page would cost more than serving it
_NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_PAGE_END = b"</body></html>"


def _write_paragraphs() -> list[bytes]:
    chance = random.Random(1)
    return [f"<p>{''.join(chance.choices(_WORDS, k=_PARAGRAPH))}</p>".encode() for _ in range(_SHELF)]


class Pages:
    """Pages that no other host has, so that none is a revisit of another, nor a near-copy."""

    def __init__(self) -> None:
        self._paragraphs = _write_paragraphs()
        self._count = PAGE_BYTES // len(self._paragraphs[0])

    def write(self, name: bytes) -> bytes:
        """An answer, head and all, with the page of that name."""
        number = crc32(name)
        chosen = [self._paragraphs[(number >> shift) % _SHELF] for shift in range(16)]
        chosen += [self._paragraphs[(number * odd >> 12) % _SHELF] for odd in range(3, 2 * self._count - 29, 2)]
        page = b"<html><head><title>%s</title></head><body>%s%s" % (name, b"".join(chosen), _PAGE_END)
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (
            len(page),
            page,
        )


class Seen:
    """When each address was asked and answered."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.first = self.last = monotonic()
        self.least_gap = self.least_rest = float("inf")
        self.most_under_way = 0
        self._asked: dict[str, float] = {}
        self._answered: dict[str, float] = {}
        self._under_way: Counter[str] = Counter()

    def ask(self, address: str) -> None:
        """A request came."""
        now = monotonic()
        if not self.requests:
            self.first = now
        self.last = now
        self.least_gap = min(self.least_gap, now - self._asked.get(address, float("-inf")))
        self.least_rest = min(self.least_rest, now - self._answered.get(address, float("-inf")))
        self.requests[address] += 1
        self._asked[address] = now
        self._under_way[address] += 1
        self.most_under_way = max(self.most_under_way, self._under_way[address])

    def answer(self, address: str) -> None:
        """Its answer was handed to the system."""
        self._answered[address] = monotonic()
        self._under_way[address] -= 1


class HostProtocol(asyncio.Protocol):
    """One connection: answers every request with a page of its own."""

    def __init__(self, seen: Seen, pages: Pages) -> None:
        self._seen = seen
        self._pages = pages
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection to one of the addresses."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._address = transport.get_extra_info("sockname")[0]
        self._name = self._address.encode()

    def data_received(self, data: bytes) -> None:
        """Requests, one after another."""
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._seen.ask(self._address)
            path = head.split(b" ", 2)[1]
            self._transport.write(_NO_ROBOTS if path == b"/robots.txt" else self._pages.write(self._name + path))
            self._seen.answer(self._address)


async def serve(until: Callable[[], object]) -> Seen:
    """Serve until ``until`` returns (in a thread)."""
    seen, pages = Seen(), Pages()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HostProtocol(seen, pages), "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, until)
    server.close()
    return seen


def main() -> None:
    """Serve, then tell."""
    seen = asyncio.run(serve(sys.stdin.read))
    told = {
        "requests": seen.requests.total(),
        "addresses": len(seen.requests),
        "seconds": seen.last - seen.first,
        "least_gap": seen.least_gap,
        "least_rest": seen.least_rest,
        "most_under_way": seen.most_under_way,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
