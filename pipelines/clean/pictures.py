"""Images that show something: icons, spacers and bullets, and images that nobody sees, are none."""

import re

from pipelines.clean.elements import Element, Hiding, fold

_PIXELS = re.compile(r"\s*(\d{1,9})")
_SMALLEST = 40  # pixels


def read_picture(element: Element, hiding: Hiding) -> tuple[str, str] | None:
    """Alternative text and address of an ``img``; an image that the page itself carries as data has no address."""
    src = (element.get("src") or "").strip()
    sizes = [_PIXELS.match(element.get(name) or "") for name in ("width", "height")]
    tiny = any(size and int(size.group(1)) < _SMALLEST for size in sizes)
    if not src or tiny or hiding.hides(element):
        return None
    return fold(element.get("alt") or ""), "" if src.startswith("data:") else src
