"""Just enough DER (X.690) to take a time stamp apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field

SEQUENCE, SET, INTEGER, OCTETS, OBJECT_ID, TIME = 0x30, 0x31, 0x02, 0x04, 0x06, 0x18


@dataclass(frozen=True, slots=True)
class Element:
    """One element. ``raw`` has its tag and length before its ``content``."""

    tag: int
    content: bytes = field(repr=False)
    raw: bytes = field(repr=False)

    def children(self) -> list["Element"]:
        """The elements in it. Raises ``ValueError``."""
        return list(read_elements(self.content))


def read_elements(raw: bytes) -> Iterator[Element]:
    """The elements one after another. Raises ``ValueError`` for what is no DER."""
    at = 0
    while at < len(raw):
        if at + 2 > len(raw) or raw[at] & 0x1F == 0x1F:
            raise ValueError(f"no DER at byte {at}")
        start, length, begin = at, raw[at + 1], at + 2
        if length >= 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:
                raise ValueError(f"no DER length at byte {at}")
            length = int.from_bytes(raw[begin : begin + count], "big")
            begin += count
        at = begin + length
        if at > len(raw):
            raise ValueError(f"an element at byte {start} reaches beyond the end")
        yield Element(raw[start], raw[begin:at], raw[start:at])


def read_element(raw: bytes) -> Element:
    """The one element that these bytes are. Raises ``ValueError``."""
    found = list(read_elements(raw))
    if len(found) != 1:
        raise ValueError(f"{len(found)} elements in place of one")
    return found[0]


def read_object_id(element: Element) -> str:
    """``1.2.840.…``"""
    numbers, value = [], 0
    for byte in element.content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    if not numbers:
        raise ValueError("an empty object identifier")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - first * 40, *numbers[1:])))
