"""What a page says once its chrome is off: blocks in order, tables with spans expanded, whose report it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import msgspec

from archive.capture import Capture

BlockKind = Literal["heading", "paragraph", "table", "image"]
DocumentKind = Literal["report", "list", "attachment", "other", "rejected"]


class Slot(NamedTuple):
    """One slot of a table's grid. Slots covered by one spanning cell share its text and its ``path``.

    A tuple, because a report has two hundred of them and a frozen dataclass takes three times as long to make.
    """

    text: str
    path: str
    image: bool = False  # the source cell holds an image and no text


Grid = tuple[tuple[Slot, ...], ...]


class Block(msgspec.Struct, frozen=True, gc=False):
    """One block of a body. ``path`` is the proof: see ``path`` in ``docs/feeds.md`` for its five shapes."""

    kind: BlockKind
    path: str
    text: str = ""  # heading and paragraph; an image's alt text
    grid: Grid = ()  # table: rows of equal length
    src: str | None = None  # image: absolute URL where it can be made absolute


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the body links to."""

    url: str
    text: str


class Dropped(msgspec.Struct, frozen=True, gc=False):
    """A block left out as a repeat, with the path of the twin that was kept."""

    text: str
    path: str
    kept: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report of which year a document is, each value with where it came from in ``origins``.

    ``origins`` maps the field's name to ``meta``, ``info-box``, ``title``, ``url``, ``signature`` or ``context``.
    """

    title: str | None = None
    agency: str | None = None
    level: str | None = None  # ministry, provincial, municipal, county, township, other
    region: str | None = None  # GB/T 2260
    year: int | None = None
    published: str | None = None  # YYYY-MM-DD
    source: str | None = None
    index_number: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """The clean text and tables of one capture, or the reason why there is none (``kind`` ``rejected``)."""

    capture: Capture
    kind: DocumentKind
    rejected: str | None = None
    media_type: str | None = None
    charset: str | None = None
    identity: Identity = field(default_factory=Identity)
    form: str | None = None  # 2021, 2019, 2014, narrative; None where the document is no report
    blocks: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    readers: tuple[str, ...] = ()  # optional programs that had a part in it (character recognition …), with versions
