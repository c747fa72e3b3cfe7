"""The parts of a page through the steps that every kind of page shares: repeat, body, edges, tables, identity, kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.clean.attachments import absolute, find_attachments, is_file_link
from pipelines.clean.blocks import read_page
from pipelines.clean.body import choose_body
from pipelines.clean.edges import trim_edges
from pipelines.clean.facts import read_facts
from pipelines.clean.identity import Sources, find_identity, find_title
from pipelines.clean.joins import join_cut_tables, read_bar_rows
from pipelines.clean.kinds import find_kind, find_rejection, is_image_report
from pipelines.clean.page import Page, Part
from pipelines.clean.repeats import drop_repeats
from pipelines.clean.sections import is_section
from pipelines.clean.weights import weigh
from pipelines.document import Attachment, Block, DocumentKind, Dropped, Identity


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything of a document but its capture, media type and charset."""

    kind: DocumentKind
    rejected: str | None = None
    identity: Identity = field(default_factory=Identity)
    form: str | None = None
    blocks: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def clean_html(text: str, url: str, context: Mapping[str, str]) -> Reading:
    """An HTML page. Raises ``GridTooLargeError``."""
    page = read_page(text)
    if page is None:
        return Reading("rejected", "empty-shell")
    return _clean(page, text, url, context)


def clean_parts(parts: tuple[Part, ...], url: str, context: Mapping[str, str], kind: DocumentKind = "other") -> Reading:
    """A text, PDF or office file as blocks; ``kind`` is what it is called where it is no report."""
    reading = _clean(Page(parts), "", url, context)
    return replace(reading, kind=kind) if reading.kind in ("other", "list") else reading


def _clean(page: Page, source: str, url: str, context: Mapping[str, str]) -> Reading:
    once = drop_repeats(page)
    shown = _shown(once.parts)
    rejected = find_rejection(page, shown, source) if source else None
    facts = read_facts(page.meta, page.parts)
    title = find_title(facts, page.parts, page.title, context.get("anchor"))
    body = _read_body(page, shown, title[0] if title else None)
    base = absolute(url, page.base) or url
    blocks = tuple(_block(page, part, base) for part in body)
    identity = find_identity(Sources(url, context, facts, title, shown, body))
    if rejected:
        return Reading("rejected", rejected, identity)
    attachments = find_attachments(page.links, base)
    if (
        is_image_report(title[0] if title else None, blocks, sum(part.kind == "image" for part in shown))
        and not attachments
    ):
        return Reading("rejected", "image-only", identity, blocks=blocks)
    kind, form = find_kind(identity.title, blocks, page, page.parts, context.get("kind"))
    return Reading(kind, None, identity, form, blocks, attachments, once.dropped)


def _shown(parts: Sequence[Part]) -> list[Part]:
    """What a reader sees; everything, where all that is strong is hidden (a page that a script is to reveal)."""
    shown = [part for part in parts if not part.hidden]
    if len(shown) == len(parts) or any(weigh(part).strong for part in shown):
        return shown
    return list(parts)


def _read_body(page: Page, shown: Sequence[Part], title: str | None) -> list[Part]:
    chosen, weights = choose_body(page, shown)
    body = trim_edges(chosen, weights, title)
    if page.paths is not None:
        files = {link.text for link in page.links if is_file_link(link)}
        body = [
            part
            for part in body
            if not (
                part.kind == "paragraph"
                and part.linked
                and part.linked * 3 > len(part.text)
                and _names_file(part.text, files)
            )
        ]
        body = read_bar_rows(page, body)
    return join_cut_tables(body)


def _names_file(text: str, files: set[str]) -> bool:
    return any(name and name in text for name in files)


def _block(page: Page, part: Part, base: str) -> Block:
    if part.kind == "table":
        return Block("table", page.path(part), grid=part.grid)
    if part.kind == "image":
        return Block("image", page.path(part), part.text, src=absolute(base, part.src) if part.src else None)
    heading = part.kind == "heading" or is_section(part.text)
    return Block("heading" if heading else "paragraph", page.path(part), part.text)
