"""Places on a page: affine transforms, and the numbers that fixed-layout files write them with."""

import math
import re
from typing import NamedTuple

from pipelines.clean.files.rules import Box

POINTS_A_MM = 72 / 25.4
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_FARTHEST = 1e6  # points; what lies beyond is on no page
_SLANT = 0.1


class Transform(NamedTuple):
    """``x' = a x + c y + e``, ``y' = b x + d y + f``."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to lie."""
        return _clamp(self.a * x + self.c * y + self.e), _clamp(self.b * x + self.d * y + self.f)

    def then(self, other: "Transform") -> "Transform":
        """This transform, and another after it."""
        return Transform(
            other.a * self.a + other.c * self.b,
            other.b * self.a + other.d * self.b,
            other.a * self.c + other.c * self.d,
            other.b * self.c + other.d * self.d,
            other.a * self.e + other.c * self.f + other.e,
            other.b * self.e + other.d * self.f + other.f,
        )

    def box(self, box: Box) -> Box:
        """The upright box around a box."""
        points = [self.point(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        across, down = zip(*points, strict=True)
        return min(across), min(down), max(across), max(down)

    @property
    def is_slanted(self) -> bool:
        """Whether it turns by an angle that is no right one: what watermarks are."""
        straight, turned = abs(self.a) + abs(self.d), abs(self.b) + abs(self.c)
        return min(straight, turned) > _SLANT * max(straight, turned)


IDENTITY = Transform(1, 0, 0, 1, 0, 0)


def numbers(text: str | None) -> list[float]:
    """The numbers of a list, whatever separates them."""
    return [_clamp(float(match)) for match in _NUMBER.findall((text or "")[:100_000])]


def _clamp(value: float) -> float:
    return max(-_FARTHEST, min(_FARTHEST, value)) if math.isfinite(value) else 0.0
