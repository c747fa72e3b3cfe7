"""Drawing without a network: a Vega-Lite specification becomes SVG or PNG, which say inside what they are made of.

``vl-convert-python`` is the extra ``charts`` (80 MB); the rest of the pages does without it. What was drawn is kept,
by the specification itself: a figure of other data is another specification, so nothing that is kept grows old.
"""

import json
import struct
import zlib
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from typing import Any

from pipelines.errors import PipelineError
from pipelines.workers import WorkerDiedError, Workers
from web.figures.looks import FONTS, LAYOUT_FONT

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
_SCALE = 2  # pixels of a PNG for each of the figure
_HEAD = 33  # bytes of a PNG before its second chunk: the signature and IHDR
_KEPT = 96  # figures; an SVG has 15 to 150 kB, a PNG up to 300


def can_draw() -> bool:
    """Whether the library is installed."""
    return find_spec("vl_convert") is not None


def draw_figure(specification: dict[str, Any], ending: str, title: str, source: str) -> bytes:
    """A figure as ``svg`` or ``png``, with its title and what it is made of inside.

    Raises ``PipelineError`` where the library is not installed.
    """
    if not can_draw():
        raise PipelineError("figures are drawn by vl-convert-python, which is not installed: pip install '.[charts]'")
    drawn = _draw(json.dumps(specification, ensure_ascii=False, sort_keys=True), ending)
    return _name_svg(drawn, title, source) if ending == "svg" else _name_png(drawn, title, source)


def warm_up() -> None:
    """Start the drawing engine and wait for nothing: it takes a second, and a figure after that a twentieth of one."""
    if can_draw():
        _start_engine()


def close() -> None:
    """End the drawing engine, where it was started."""
    if _start_engine.cache_info().currsize:
        _start_engine().close()
        _start_engine.cache_clear()


@lru_cache(maxsize=_KEPT)
def _draw(specification: str, ending: str) -> bytes:
    try:
        return _start_engine().submit(render, specification, ending).result()
    except WorkerDiedError as error:
        raise PipelineError("the drawing process was killed twice; there may be too little memory for it") from error


@lru_cache(maxsize=1)
def _start_engine() -> Workers:
    """A process of its own: the library lets no other thread go on while it draws."""
    workers = Workers(1)
    workers.submit(render, '{"data": {"values": [{}]}, "mark": "point"}', "svg")
    return workers


def render(specification: str, ending: str) -> bytes:
    """A specification drawn, in this process."""
    import vl_convert  # an extra

    none: list[str] = []  # no address may be fetched
    drawn = str(vl_convert.vegalite_to_svg(specification, allowed_base_urls=none))
    drawn = drawn.replace(f'font-family="{LAYOUT_FONT}"', f'font-family="{FONTS}"')
    return drawn.encode() if ending == "svg" else bytes(vl_convert.svg_to_png(drawn, scale=_SCALE))


def _name_svg(drawn: bytes, title: str, source: str) -> bytes:
    """Title and description as the first things in it, for people who cannot see it and for whoever finds the file."""
    head, mark, rest = drawn.partition(b">")
    named = f"<title>{escape(title)}</title><desc>{escape(source)}</desc>"
    return head + mark + named.encode() + rest


def _name_png(drawn: bytes, title: str, source: str) -> bytes:
    """The same as PNG's text chunks (iTXt), behind the first chunk."""
    named = _make_chunk("Title", title) + _make_chunk("Source", source)
    return drawn[:_HEAD] + named + drawn[_HEAD:]


def _make_chunk(key: str, text: str) -> bytes:
    content = key.encode("latin-1") + b"\0" + b"\0\0" + b"\0" + b"\0" + text.encode()
    checked = b"iTXt" + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
