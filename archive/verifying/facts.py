"""What the records of a file say of each other, as small keys: enough to find what is missing once all are read.

A key is 64 bits of a hash. Among 10^7 records two different ones have equal keys once in some 10^5 archives.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from archive.dates import read_date
from archive.verifying.heads import Head
from archive.verifying.labelled import Digest, number_algorithm, read_digest
from archive.verifying.messages import Message
from archive.verifying.problems import Findings
from archive.verifying.values import read_length, strip_brackets

_REFERENCES = {"warc-concurrent-to": "concurrent-missing", "warc-refers-to": "refers-missing"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A record that names another. ``code`` is the problem if that one is not there."""

    code: str
    offset: int
    id: str | None
    type: str
    target: str


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record without its payload, and the ways to the record that has it."""

    offset: int
    id: str | None
    type: str
    digest: Digest | None
    pointers: tuple[int, ...]  # keys of what WARC-Refers-To and its companions name


@dataclass(frozen=True, slots=True)
class Segment:
    """A record of a series. ``origin`` is the key of the first one's id."""

    offset: int
    id: str | None
    type: str
    origin: int
    origin_id: str
    number: int
    size: int
    total: int | None
    uri: str


@dataclass(slots=True)
class Facts:
    """Of one file. The arrays run in parallel: record by record, and answer by answer."""

    keys: "array[int]" = field(default_factory=lambda: array("q"))
    offsets: "array[int]" = field(default_factory=lambda: array("q"))
    stamps: "array[int]" = field(default_factory=lambda: array("q"))  # of the whole header: equal in a copy
    warcinfos: set[int] = field(default_factory=set)
    digests: "array[int]" = field(default_factory=lambda: array("q"))  # of every payload, in either reading
    pointers: "array[int]" = field(default_factory=lambda: array("q"))  # ids and places of answers
    pointed: "array[int]" = field(default_factory=lambda: array("q"))  # the payload digests there
    algorithms: "array[int]" = field(default_factory=lambda: array("B"))  # of these, as numbers
    references: list[Reference] = field(default_factory=list)
    revisits: list[Revisit] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)


@lru_cache(maxsize=1024)
def make_key(*parts: str) -> int:
    """The key of a text."""
    text = "\n".join(parts).encode("utf-8", "surrogateescape")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def digest_key(digest: Digest) -> int:
    """The key of a payload digest."""
    return make_key("digest", digest.algorithm, digest.value.hex())


class FactCollector:
    """Takes in a file's records and, at its end, keeps what only other files can settle."""

    def __init__(self, findings: Findings) -> None:
        self.facts = Facts()
        self._findings = findings
        self._places: dict[int, int] = {}  # offset by id
        self._warcinfo_named: dict[int, Reference] = {}
        self._bodyless: list[Head] = []
        self._asked_by_head: set[int] = set()
        self._answers: dict[int, int] = {}  # key of the target URI by id, of responses and revisits
        self._asked: dict[int, tuple[Reference, int]] = {}  # requests before their answers, by the answer's id

    def add(self, head: Head, message: Message | None, payloads: Iterable[Mapping[str, Digest]]) -> None:
        """A record that has been read; ``payloads`` are the readings of its payload's digest."""
        self._add_id(head)
        self._add_references(head)
        if head.values("warc-segment-number") or head.type == "continuation":
            self._add_segment(head)
        if head.type in ("response", "resource"):
            self._add_original(head, payloads)
        elif head.type == "revisit":
            self._add_revisit(head)
        self._pair(head)
        if message and message.bodyless:
            self._bodyless.append(head)
        if message and message.method == "HEAD":
            self._asked_by_head |= {make_key(name) for name in (head.id, *head.values("warc-concurrent-to")) if name}

    def finish(self) -> Facts:
        """Settle what this file can, tell it, and return the rest."""
        for head in self._bodyless:
            names = (head.id, *head.values("warc-concurrent-to"))
            if not any(make_key(name) in self._asked_by_head for name in names if name):
                self._findings.tell("http-body-none", head)
        facts = self.facts
        facts.references += self._warcinfo_named.values()
        facts.references = [each for each in facts.references if not self._is_settled(each)]
        return facts

    def _pair(self, head: Head) -> None:
        """A capture event is a retrieval of one URI (ISO 28500, 5.7): hold a request's against its answer's."""
        uri = make_key(head.value("warc-target-uri") or "")
        if head.type in ("response", "revisit") and head.id:
            key = make_key(head.id)
            self._answers[key] = uri
            request, asked = self._asked.pop(key, (None, uri))
            if request and asked != uri:
                self._findings.tell("concurrent-uri", request, target=head.id)
        for target in head.values("warc-concurrent-to") if head.type == "request" else ():
            answered = self._answers.get(make_key(target))
            if answered is None:
                self._asked[make_key(target)] = (
                    Reference("concurrent-uri", head.offset, head.id, head.type, target),
                    uri,
                )
            elif answered != uri:
                self._findings.tell("concurrent-uri", head, target=target)

    def _is_settled(self, reference: Reference) -> bool:
        key = make_key(reference.target)
        return key in (self.facts.warcinfos if reference.code == "warcinfo-missing" else self._places)

    def _add_id(self, head: Head) -> None:
        if head.id is None:
            return
        key = make_key(head.id)
        if key in self._places:
            self._findings.tell("id-repeated", head, other=self._places[key])
            return
        self._places[key] = head.offset
        self.facts.keys.append(key)
        self.facts.offsets.append(head.offset)
        self.facts.stamps.append(make_key(head.raw.decode("latin-1")))
        if head.type == "warcinfo":
            self.facts.warcinfos.add(key)

    def _add_references(self, head: Head) -> None:
        for name, code in _REFERENCES.items():
            if head.type == "revisit" and name == "warc-refers-to":
                continue  # resolved by its payload
            for target in head.values(name):
                if target and make_key(target) not in self._places:
                    self.facts.references.append(Reference(code, head.offset, head.id, head.type, target))
        for target in head.values("warc-warcinfo-id"):
            named = Reference("warcinfo-missing", head.offset, head.id, head.type, target)
            if target:
                self._warcinfo_named.setdefault(make_key(target), named)

    def _add_original(self, head: Head, payloads: Iterable[Mapping[str, Digest]]) -> None:
        keys = [make_key(head.id)] if head.id else []
        keys += _place_keys(head.value("warc-target-uri"), head.value("warc-date"))
        for reading in payloads:
            for algorithm, digest in reading.items():
                found = digest_key(digest)
                self.facts.digests.append(found)
                for key in keys:
                    self.facts.pointers.append(key)
                    self.facts.pointed.append(found)
                    self.facts.algorithms.append(number_algorithm(algorithm))

    def _add_revisit(self, head: Head) -> None:
        digest = head_digest(head, "warc-payload-digest")
        pointers = [make_key(head.value("warc-refers-to") or "")] if head.value("warc-refers-to") else []
        pointers += _place_keys(head.value("warc-refers-to-target-uri"), head.value("warc-refers-to-date"))
        if "server-not-modified" in (head.value("warc-profile") or ""):
            digest = None  # of nothing, or of a payload that the server did not send
            if not pointers:
                return
        self.facts.revisits.append(Revisit(head.offset, head.id, head.type, digest, tuple(pointers)))

    def _add_segment(self, head: Head) -> None:
        number = read_length(head.value("warc-segment-number") or "")
        origin = head.value("warc-segment-origin-id") if head.type == "continuation" else head.id
        if number is None or not origin:
            return  # the field rules have told it
        if (number == 1) == (head.type == "continuation"):
            why = "only the record that begins a series has the number 1"
            self._findings.tell("segment-number", head, found=number, why=why)
            return
        total = read_length(head.value("warc-segment-total-length") or "")
        uri = head.value("warc-target-uri") or ""
        size = head.length or 0
        self.facts.segments.append(
            Segment(head.offset, head.id, head.type, make_key(origin), origin, number, size, total, uri)
        )


def head_digest(head: Head, name: str) -> Digest | None:
    """The digest that a field states, where it can be calculated here."""
    try:
        return read_digest(head.value(name) or "")
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _read_second(date: str) -> str:
    return read_date(date)[:19].rstrip("Z")


def _place_keys(uri: str | None, date: str | None) -> list[int]:
    """The key of a URL at a second: fractions are not always repeated where a date is referred to."""
    if not uri or not date:
        return []
    try:
        return [make_key(strip_brackets(uri), _read_second(date))]
    except ValueError:
        return []
