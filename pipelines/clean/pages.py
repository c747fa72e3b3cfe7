"""The parts of a page through the steps that every kind of page shares: repeat, body, edges, tables, identity, kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from pipelines.clean.attachments import absolute, is_file_link, list_attachments
from pipelines.clean.blocks import read_page
from pipelines.clean.body import Body, choose_body
from pipelines.clean.bounds import check_blocks
from pipelines.clean.edges import find_core, trim_edges
from pipelines.clean.facts import read_facts
from pipelines.clean.heads import find_head, find_opening, locate
from pipelines.clean.identity import Sources, find_identity, find_title, without_rows
from pipelines.clean.joins import join_cut_tables, read_bar_rows
from pipelines.clean.kinds import find_kind, find_rejection, is_image_report
from pipelines.clean.page import Link, Page, Part
from pipelines.clean.repeats import drop_repeats
from pipelines.clean.sections import is_section
from pipelines.clean.titles import close_title, first_report, is_report_title
from pipelines.clean.unveiling import unveil
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
    """An HTML page. Raises ``GridTooLargeError``, ``PageTooLargeError`` and ``PageUnreadableError``."""
    page = read_page(text)
    if page is None:
        return Reading("rejected", "empty-shell")
    return _clean(page, text, url, context)


def clean_parts(parts: tuple[Part, ...], url: str, context: Mapping[str, str], kind: DocumentKind = "other") -> Reading:
    """A text, PDF or office file as blocks; ``kind`` is what it is called where it is no report.

    Raises ``PageTooLargeError``.
    """
    check_blocks(len(parts))
    reading = _clean(Page(parts), "", url, context)
    return replace(reading, kind=kind) if reading.kind in ("other", "list") else reading


def _clean(page: Page, source: str, url: str, context: Mapping[str, str]) -> Reading:
    once = drop_repeats(page)
    shown, excerpt = unveil(page, once.parts)
    rejected = find_rejection(page, shown, source) if source else None
    body = choose_body(page, shown)
    start = _find_start(body)
    starts = sorted(locate(page.parts, [*start, *once.starts]), key=lambda number: (page.parts[number].hidden, number))
    ends = locate(page.parts, once.ends)
    facts = read_facts(page.meta, page.parts, starts, ends)
    title = find_title(facts, _headlines(page, shown, body, start), page.title, context.get("anchor"))
    files = [link for link in page.links if is_file_link(link)]
    content = _trim(page, body, title[0] if title else None, files)
    base = absolute(url, page.base) or url
    blocks = tuple(_block(page, part, base) for part in content)
    identity = find_identity(Sources(url, context, facts, title, shown, first_report(content)))
    if rejected:
        return Reading("rejected", rejected, identity)
    attachments = list_attachments(files, base)
    kind, form = find_kind(identity.title, blocks, page, body, context.get("kind"))
    if kind == "other" and not attachments and is_image_report(title[0] if title else None, blocks):
        return Reading("rejected", "image-only", identity, blocks=blocks)
    if kind == "list":
        identity = without_rows(identity)
    return Reading(kind, None, identity, form, blocks, attachments, _log_of((*once.dropped, *excerpt), blocks))


def _log_of(dropped: Sequence[Dropped], blocks: Sequence[Block]) -> tuple[Dropped, ...]:
    """The repeats of blocks that are there: not those of a title or date line that was taken off with its copies.

    A table that was joined to another is named by the path of the whole.
    """
    kept = {block.path: block.path for block in blocks}
    for block in blocks:
        for row in block.grid:
            kept.setdefault(_table_of(row[0].path), block.path)
    return tuple(structs.replace(item, kept=kept[item.kept]) for item in dropped if item.kept in kept)


def _table_of(path: str) -> str:
    """The path of the table that a cell's path lies in."""
    before, found, step = path.rpartition("/table")
    return f"{before}{found}{step.split('/')[0]}" if found else path


def _find_start(body: Body) -> list[Part]:
    """The first block that is certainly body, if there is one."""
    first, last = find_core(body.parts, body.weights)
    return [body.parts[first]] if first <= last else []


def _headlines(page: Page, shown: Sequence[Part], body: Body, start: Sequence[Part]) -> list[Part]:
    """The lines among which the title is: in front of the body, or a little into it, below a notice.

    What stands in a menu is a title only where it is a report's, or the one that the page declares. Where the body
    waits for a script to show it, its title does.
    """
    at = next(iter(locate(shown, start)), 0)
    lines = [*find_head(shown, at), *shown[at : at + find_opening(shown[at:])]]
    waits = any(part.hidden for part in start)
    return [
        structs.replace(part, hidden=part.hidden and not waits)
        for part in lines
        if not body.off[part.owner] or is_report_title(close_title(part.text)) or part.text in page.title
    ]


def _trim(page: Page, chosen: Body, title: str | None, files: Sequence[Link]) -> list[Part]:
    body = trim_edges(chosen.parts, chosen.weights, title)
    if page.paths is not None:
        names = {link.text for link in files}
        body = [part for part in body if not _is_file_line(part, names)]
        body = read_bar_rows(page, body)
    return join_cut_tables(body)


def _is_file_line(part: Part, files: set[str]) -> bool:
    """A paragraph that names a file and links it."""
    if part.kind != "paragraph" or not part.linked or part.linked * 3 <= len(part.text):
        return False
    return _names_file(part.text, files)


def _names_file(text: str, files: set[str]) -> bool:
    return any(name and name in text for name in files)


def _block(page: Page, part: Part, base: str) -> Block:
    if part.kind == "table":
        return Block("table", page.path(part), grid=part.grid)
    if part.kind == "image":
        return Block("image", page.path(part), part.text, src=absolute(base, part.src) if part.src else None)
    heading = part.kind == "heading" or is_section(part.text)
    return Block("heading" if heading else "paragraph", page.path(part), part.text)
