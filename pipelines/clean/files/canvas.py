"""What a PDF page draws: its characters, lines and images, with places in points from the page's upper left corner.

pdfminer knows fonts, colours and the state of the pen; the operators are read by ``operators`` and what they draw is
kept here, which takes a sixth of the time that its own layout takes. All of it is paid for from an ``Allowance``.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import stream_value
from pdfminer.utils import Matrix, apply_matrix_pt, apply_matrix_rect

from pipelines.clean.files.allowance import Allowance
from pipelines.clean.files.operators import read_operators
from pipelines.clean.files.rules import SNAP, Box, Rule

Character = dict[str, Any]
Path = Sequence[tuple[Any, ...]]
_THIN = 3.0  # points; a filled box thinner than this is a rule
_FARTHEST = 1e5  # points from the page, beyond which nothing is drawn


class Canvas(PDFTextDevice):
    """The page that an interpreter draws on. ``begin_page`` empties it."""

    ctm: Matrix

    def __init__(self, resources: PDFResourceManager, allowance: Allowance) -> None:
        super().__init__(resources)
        self.allowance = allowance
        self._known: dict[tuple[Any, int], tuple[str, float, Any]] = {}

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """A page begins; raises ``TypeError`` and the like where its box is none."""
        self.allowance.begin_page()
        x0, y0, x1, y1 = apply_matrix_rect(ctm, page.mediabox)
        self.width, self.height = abs(x1 - x0), abs(y1 - y0)
        self.characters: list[Character] = []
        self.rules: list[Rule] = []
        self.pictures: list[Box] = []

    def render_image(self, name: str, stream: object) -> None:
        """An image fills the unit square."""
        self.allowance.spend_path()
        self.pictures.append(self._turn(apply_matrix_rect(self.ctm, (0, 0, 1, 1))))

    def render_char(
        self, matrix: Matrix, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *_: object
    ) -> float:
        """Keep a character; how far it moves the pen."""
        self.allowance.spend_character()
        known = self._known.get((font, cid))
        if known is None:
            known = self._known[font, cid] = _look_up(font, cid)
        text, width, displacement = known
        advance = width * fontsize * scaling
        if font.is_vertical():
            across, down = displacement
            across = fontsize * 0.5 if across is None else across * fontsize * 0.001
            down = (1000 - down) * fontsize * 0.001
            box = (-across, down + rise + advance, -across + fontsize, down + rise)
        else:
            descent = font.get_descent() * fontsize
            box = (0, descent + rise, advance, descent + rise + fontsize)
        x0, top, x1, bottom = self._turn(apply_matrix_rect(matrix, box))
        if -_FARTHEST < x0 <= x1 < _FARTHEST and -_FARTHEST < top <= bottom < _FARTHEST:
            size = x1 - x0 if font.is_vertical() else bottom - top
            self.characters.append({"text": text, "x0": x0, "top": top, "x1": x1, "bottom": bottom, "size": size})
        return float(advance)

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Path) -> None:
        """Keep the straight pieces of a path that may be rules."""
        self.allowance.spend_path(len(path))
        for piece in _pieces(path):
            points = [self._place(apply_matrix_pt(self.ctm, point)) for point in piece]
            if _is_box(points):
                self._keep_box(points, graphicstate, stroke)
            else:
                for (x0, y0), (x1, y1) in pairwise(points):
                    self._keep((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    def _keep_box(self, points: Sequence[tuple[float, float]], state: Any, stroke: bool) -> None:
        (x0, y0), (x1, y1) = (map(pick, zip(*points, strict=True)) for pick in (min, max))
        thin = min(x1 - x0, y1 - y0) < _THIN
        if (stroke and not _is_white(state.scolor)) or (thin and not _is_white(state.ncolor)):
            for edge in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
                self._keep(edge)

    def _keep(self, edge: Box) -> None:
        x0, top, x1, bottom = edge
        if not (-_FARTHEST < x0 <= x1 < _FARTHEST and -_FARTHEST < top <= bottom < _FARTHEST):
            return
        if x1 - x0 <= SNAP <= bottom - top:
            self.rules.append(Rule(True, (x0 + x1) / 2, top, bottom))
        elif bottom - top <= SNAP <= x1 - x0:
            self.rules.append(Rule(False, (top + bottom) / 2, x0, x1))

    def _place(self, point: tuple[float, float]) -> tuple[float, float]:
        return point[0], self.height - point[1]

    def _turn(self, box: Box) -> Box:
        return box[0], self.height - box[3], box[2], self.height - box[1]


class Interpreter(PDFPageInterpreter):
    """pdfminer's, with our reader of operators."""

    device: Canvas

    def execute(self, streams: Sequence[object]) -> None:
        """Draw what streams say, as if they were one; a stream does not draw itself again."""
        content = b"\n".join(self._read_streams(streams))
        for name, operands, tokens in read_operators(content):
            self.device.allowance.spend_operator(tokens)
            known = _OPERATORS.get(name)
            if known is None:
                continue
            method, count = known
            self.argstack = operands
            if len(operands) >= count:
                method(self, *(operands[-count:] if count else ()))

    def _read_streams(self, streams: Sequence[object]) -> Iterator[bytes]:
        self.stream_ids.clear()
        for stream in map(stream_value, streams):
            if stream.objid is not None and stream.objid not in self.parent_stream_ids:
                self.stream_ids.add(stream.objid)
                yield self.device.allowance.unpack(stream)

    def do_TJ(self, seq: Any) -> None:  # noqa: N802 pdfminer's name
        """Show text; the state of the pen is not copied, since nobody keeps it."""
        if self.textstate.font is not None:
            self.device.render_string(self.textstate, seq, self.graphicstate.ncs, self.graphicstate)

    def do_EI(self, image: Any) -> None:  # noqa: N802
        """An image in the line, as ``read_operators`` gives it."""
        if isinstance(image, dict) and image.keys() & {"W", "Width"} and image.keys() & {"H", "Height"}:
            self.device.render_image("", None)


def _find_operators() -> dict[str, tuple[Callable[..., None], int]]:
    """The methods of the interpreter by the operators' names, with how many operands each takes."""
    spelled = {"T_a": "T*", "_q": "'", "_w": '"', "f_a": "f*", "B_a": "B*", "b_a": "b*", "W_a": "W*"}
    methods = {name[3:]: getattr(Interpreter, name) for name in dir(Interpreter) if name.startswith("do_")}
    return {
        spelled.get(name, name): (method, method.__code__.co_argcount - 1) for name, method in sorted(methods.items())
    }


_OPERATORS = _find_operators()


def _look_up(font: Any, cid: int) -> tuple[str, float, Any]:
    """A character's text, width and displacement; one that has no text is its number in the font."""
    try:
        text = font.to_unichr(cid)
    except PDFUnicodeNotDefined:
        text = f"(cid:{cid})"
    return text, font.char_width(cid), font.char_disp(cid)


def _pieces(path: Path) -> Iterator[list[tuple[float, float]]]:
    """The points of each part of a path that begins with a move; of a curve, where it ends."""
    points: list[tuple[float, float]] = []
    for name, *operands in path:
        if name == "m":
            if len(points) > 1:
                yield points
            points = [(operands[0], operands[1])]
        elif points:
            points.append(points[0] if name == "h" else (operands[-2], operands[-1]))
    if len(points) > 1:
        yield points


def _is_box(points: Sequence[tuple[float, float]]) -> bool:
    """Whether points go round a box whose sides are level and upright, and back to where they began."""
    if len(points) == 6 and points[4] == points[5] == points[0]:
        points = points[:5]
    if len(points) != 5 or points[0] != points[4]:
        return False
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points[:4]
    return (x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0) or (y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0)


def _is_white(color: Any) -> bool:
    values = color if isinstance(color, (list, tuple)) else (color,)
    return (
        bool(values) and all(isinstance(value, (int, float)) and value >= 0.99 for value in values) and len(values) != 4
    )
