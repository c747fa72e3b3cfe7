"""The text of a page since its last cut, and the blocks and links that it becomes."""

from pipelines.clean.bounds import check_blocks
from pipelines.clean.chrome import CHROME, squeeze
from pipelines.clean.elements import Element, fold, fold_source, join_lines
from pipelines.clean.page import Link, Part
from pipelines.clean.plaintext import is_image_line
from pipelines.document import BlockKind

_LONGEST_LABELLED = 200  # characters of a line that is searched for labels
_IMAGE_ENDS, _IMAGE_STARTS = "gfpGFP", "说图描"  # of a file's name, of an alternative text


class Gathering:
    """What a walk over a page has found so far: the text since the last cut, blocks, links, and what is open."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.links: list[Link] = []
        self.buffer: list[str] = []
        self.images: list[tuple[str, str]] = []
        self.open: list[int] = []
        self.hidden = 0
        self.preformatted = 0  # open elements in which a line break is one
        self.level = 0
        self.linked = 0  # characters of links that have ended since the last cut
        self.link_start = -1  # position in the buffer where an open link began
        self.link_text: list[str] = []
        self.keeps_blanks = False  # whether white space counts where a block begins: in a link, between kept lines

    def _write(self, text: str) -> None:
        if self.preformatted and "\n" in text:
            text, *lines = text.split("\n")
            self._write(text)
            for line in lines:
                self._cut()
                self._write(line)
            return
        if self.buffer or not text.isspace():
            self.buffer.append(text)
        if self.link_start >= 0:
            self.link_text.append(text)

    def _keep_lines(self, step: int) -> None:
        """Open (1) or end (-1) an element in which a line break is one."""
        self.preformatted += step
        self.keeps_blanks = self.preformatted > 0 or self.link_start >= 0

    def _open_link(self) -> None:
        self.link_start = len(self.buffer)
        self.link_text = []
        self.keeps_blanks = True

    def _end_link(self, element: Element) -> None:
        self.linked += len(fold("".join(self.buffer[self.link_start :])))
        self.link_start = -1
        self.keeps_blanks = self.preformatted > 0
        href = element.get("href")
        if href:
            text = fold("".join(self.link_text)) or fold(element.get("title") or "")
            self.links.append(Link(href.strip(), text, len(self.parts)))

    def _break(self) -> None:
        if self.level:
            self.buffer.append("\n")  # a heading stays whole
        else:
            self._cut()

    def _cut(self) -> None:
        """End the block that the text so far makes."""
        if self.buffer:
            text = self.buffer[0] if len(self.buffer) == 1 else "".join(self.buffer)
            text = join_lines([fold(line) for line in text.split("\n")]) if self.level else fold_source(text)
            if text:
                self._add(text)
            self.buffer.clear()
        self.linked = 0
        if self.link_start >= 0:
            self.link_start = 0
        if self.images:
            check_blocks(len(self.parts) + len(self.images))
            for alt, src in self.images:
                self.parts.append(Part("image", alt, self._owner(), "", self.hidden > 0, src=src))
            self.images.clear()

    def _add(self, text: str) -> None:
        """A block of a text, with the pieces that it stands in where one of them may be a label."""
        buffer, length, linked = self.buffer, len(text), self.linked
        if self.link_start >= 0:
            linked += len(fold("".join(buffer[self.link_start :])))
        kind: BlockKind = "heading" if self.level else "image" if _is_image_line(text) else "paragraph"
        check_blocks(len(self.parts))
        is_labelled = (
            len(buffer) > 1
            and length < _LONGEST_LABELLED
            and (":" in text or "：" in text or squeeze(buffer[0]) in CHROME.labels)
        )
        pieces = tuple(filter(None, map(fold, buffer))) if is_labelled else ()
        owner = self.open[-1] if self.open else 0
        linked = length if linked > length else linked
        self.parts.append(Part(kind, text, owner, "", self.hidden > 0, linked, self.level, (), None, pieces))

    def _owner(self) -> int:
        return self.open[-1] if self.open else 0


def _is_image_line(text: str) -> bool:
    """``is_image_line``, asked only of the few lines that begin or end like one; a note with a comma is prose."""
    if text[0] == "说" and "，" in text:
        return False
    return (text[-1] in _IMAGE_ENDS or text[0] in _IMAGE_STARTS) and is_image_line(text)
