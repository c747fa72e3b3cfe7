"""Lines in the refining process and the crawl's wishes for them, whichever comes first."""

import asyncio
import socket
from threading import Thread

from pipelines.live.messages import Message, Speaker, Wished, hear_messages, hear_wishes, write_wish
from pipelines.live.shelf import KEPT, Shelf
from tests.refine.examples import made_lines


async def hear_all(line: socket.socket) -> list[Message]:
    line.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=line)
    said = [message async for message in hear_messages(reader)]
    writer.close()
    return said


def shelf_and_line() -> tuple[Shelf, socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    return Shelf(Speaker(theirs)), ours, theirs


def test_lines_are_sent_once_whether_the_wish_comes_before_or_after_them() -> None:
    shelf, ours, theirs = shelf_and_line()
    before, after, unwished = (made_lines(f"<urn:uuid:{number}>") for number in range(3))
    shelf.wish("<urn:uuid:0>")
    for lines in (before, after, unwished):
        shelf.put(lines)
    shelf.wish("<urn:uuid:1>")
    theirs.close()
    assert asyncio.run(hear_all(ours)) == [Wished(before), Wished(after)]


def test_a_second_page_of_the_same_capture_gets_its_lines_too() -> None:
    shelf, ours, theirs = shelf_and_line()
    shelf.put(made_lines())
    shelf.wish("<urn:uuid:1>")
    shelf.wish("<urn:uuid:1>")
    theirs.close()
    assert asyncio.run(hear_all(ours)) == [Wished(made_lines())] * 2


def test_lines_that_were_forgotten_are_sent_when_they_are_made_again() -> None:
    shelf, ours, theirs = shelf_and_line()
    for number in range(KEPT + 1):
        shelf.put(made_lines(f"<urn:uuid:{number}>"))
    shelf.wish("<urn:uuid:0>")
    shelf.put(made_lines("<urn:uuid:0>"))
    theirs.close()
    assert asyncio.run(hear_all(ours)) == [Wished(made_lines("<urn:uuid:0>"))]


def test_wishes_come_out_as_they_went_in_until_the_line_ends() -> None:
    ours, theirs = socket.socketpair()
    heard: list[str] = []
    thread = Thread(target=lambda: heard.extend(hear_wishes(theirs)))
    thread.start()
    ours.sendall(write_wish("<urn:uuid:1>") + write_wish("<urn:uuid:2>")[:5])
    ours.sendall(write_wish("<urn:uuid:2>")[5:])
    ours.close()
    thread.join(timeout=10)
    theirs.close()
    assert heard == ["<urn:uuid:1>", "<urn:uuid:2>"]
