"""Scanned pages by character recognition (the optional extra ``ocr``: rapidocr, whose wheel brings its models).

A page is turned upright, its drawn lines and characters are found, and both go the way of any page of fixed layout. A
cell that has ink and no text is looked at once more by itself; if it stays unread it counts as an image, never as
blank. One thread, so that the same page gives the same text; no network.
"""

import functools
import importlib.metadata
import io
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.clean.files.leaves import Leaf
from pipelines.clean.files.options import OCR_PACKAGES
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.ruled import IMAGE, find_ruled
from pipelines.clean.files.rules import Box, Rule

MAX_SCANS = 60  # pages of one file
MAX_PIXELS = 60_000_000  # of an image as it is stored
FEWEST_PIXELS = 600  # a side; smaller images are ornaments
_LONG_SIDE = 1_980  # pixels, just below what the recogniser scales down
_A4 = 842.0  # points of a page's long side where the image does not say
_LONGEST_SPECK = 50  # pixels: strokes of characters are shorter than drawn lines
_THICKEST = 14
_STEEPEST = 5.0  # degrees by which a scan may be askew
_STRAIGHT = 0.1
_INSET = 5  # pixels between a cell's edge and what counts as its ink
_LEAST_INK = 14  # dark pixels
_SURE = 0.6  # of a character


@functools.cache
def versions() -> tuple[str, ...]:
    """Names and versions of what reads: they decide what is read."""
    return tuple(f"{name}-{importlib.metadata.version(name)}" for name in OCR_PACKAGES)


def read_pdf_page(payload: bytes, number: int) -> Leaf:
    """A page of a PDF (from 1), drawn and read."""
    import pypdfium2

    document = pypdfium2.PdfDocument(payload)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = _LONG_SIDE / max(width, height, 1.0)
        pixels = page.render(scale=scale, grayscale=True).to_numpy()
        return _read(pixels.reshape(pixels.shape[:2]).copy(), number, 1 / scale)
    finally:
        document.close()


def read_image(payload: bytes) -> Leaf:
    """An image file as a page of A4. Raises ``FileError``."""
    import cv2
    import numpy
    from PIL import Image

    try:
        with Image.open(io.BytesIO(payload)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileError("too-large")
            if min(image.size) < FEWEST_PIXELS:
                raise FileError("image-only")
            pixels = numpy.asarray(image.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileError("unreadable") from error
    shrink = min(1.0, _LONG_SIDE / max(pixels.shape))
    if shrink < 1:
        pixels = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return _read(pixels, 1, _A4 / max(pixels.shape))


def _read(pixels: Any, number: int, points: float) -> Leaf:
    """A page of grey pixels; ``points`` is the size of a pixel."""
    upright = _turn(pixels)
    rules = list(_find_rules(upright, points))
    characters = list(_find_characters(upright, points))
    characters += _read_cells(upright, points, characters, rules)
    return Leaf(number, characters, rules)


@functools.cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return RapidOCR(params={"Global.log_level": "critical", **threads})


def _turn(pixels: Any) -> Any:
    """The page turned so that its long level lines lie level."""
    import cv2
    import numpy

    ink = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    height, width = pixels.shape
    found = cv2.HoughLinesP(ink, 1, numpy.pi / 1800, 200, minLineLength=width // 4, maxLineGap=10)
    if found is None:
        return pixels
    angles = [float(numpy.degrees(numpy.arctan2(y1 - y0, x1 - x0))) for x0, y0, x1, y1 in found.reshape(-1, 4)]
    angles = sorted(angle for angle in angles if abs(angle) <= _STEEPEST)
    if not angles or abs(angles[len(angles) // 2]) < _STRAIGHT:
        return pixels
    turning = cv2.getRotationMatrix2D((width / 2, height / 2), angles[len(angles) // 2], 1)
    return cv2.warpAffine(pixels, turning, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)


def _find_rules(pixels: Any, points: float) -> Iterator[Rule]:
    import cv2

    ink = cv2.adaptiveThreshold(255 - pixels, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 25, -8)
    for upright, shape in ((False, (_LONGEST_SPECK, 1)), (True, (1, _LONGEST_SPECK))):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        count, _, boxes, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel))
        for x, y, width, height, _ in boxes[1:count].tolist():
            if upright and width <= _THICKEST:
                yield Rule(True, (x + width / 2) * points, y * points, (y + height) * points)
            elif not upright and height <= _THICKEST:
                yield Rule(False, (y + height / 2) * points, x * points, (x + width) * points)


def _find_characters(pixels: Any, points: float) -> Iterator[dict[str, Any]]:
    import cv2

    found = _engine()(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), return_word_box=True, return_single_char_box=True)
    for line in found.word_results or ():
        for text, _, corners in line:
            across, down = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            yield _character(text, (min(across), min(down), max(across), max(down)), points)


def _character(text: str, box: Box, points: float) -> dict[str, Any]:
    x0, top, x1, bottom = (value * points for value in box)
    return {"text": text, "x0": x0, "top": top, "x1": x1, "bottom": bottom, "size": bottom - top}


def _read_cells(
    pixels: Any, points: float, characters: Sequence[dict[str, Any]], rules: Sequence[Rule]
) -> Iterator[dict[str, Any]]:
    """What stands in the cells that have ink and no character yet: single digits are often overlooked."""
    import cv2

    ink = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    middles = [((char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2) for char in characters]
    for cells in find_ruled(rules):
        for x0, top, x1, bottom in cells:
            if any(x0 <= x <= x1 and top <= y <= bottom for x, y in middles):
                continue
            left, upper = int(x0 / points) + _INSET, int(top / points) + _INSET
            part = ink[upper : int(bottom / points) - _INSET, left : int(x1 / points) - _INSET]
            if part.size == 0 or cv2.countNonZero(part) < _LEAST_INK:
                continue
            x, y, width, height = cv2.boundingRect(part)
            box = (left + x, upper + y, left + x + width, upper + y + height)
            yield _character(_read_ink(pixels, box), tuple(map(float, box)), points)  # type: ignore[arg-type] # four


def _read_ink(pixels: Any, box: tuple[int, int, int, int]) -> str:
    """The text of one line of ink, or the sign for an image."""
    import cv2

    x0, y0, x1, y1 = box
    crop = cv2.copyMakeBorder(pixels[y0:y1, x0:x1], 8, 8, 12, 12, cv2.BORDER_CONSTANT, value=255)
    found = _engine()(cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False, use_rec=True)
    texts, scores = found.txts or (), found.scores or ()
    return "".join(texts) if texts and min(scores) >= _SURE and "".join(texts).strip() else IMAGE
