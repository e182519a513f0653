"""Sizes of pictures: limits, aspect ratios and rounding, in integers.

Rounding is to the nearest pixel, halves up; no side is ever less than one pixel. Where a request
falls on a level's own grid, the level's rounding (up) takes precedence, so that tiles and listed
sizes are exactly those of `celestile.geometry`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

from celestile.geometry import Levels, Region, ceil_divide

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimits:
    """The largest picture that is sent (Image API 3.0, section 5.2).

    Parameters
    ----------
    max_width, max_height, max_area : int or None
        In pixels; None for no limit. One of width and height alone holds for both,
        as the specification has clients infer.
    """

    max_width: int | None = None
    max_height: int | None = None
    max_area: int | None = None

    @property
    def sides(self) -> Size | None:
        """Largest width and height, or None if at most the area is limited."""
        width = self.max_width or self.max_height
        height = self.max_height or self.max_width
        return None if width is None or height is None else (width, height)

    @property
    def bounded(self) -> bool:
        """Whether anything is limited: only then may pictures be larger than the pixels."""
        return self.sides is not None or self.max_area is not None

    def allow(self, size: Size) -> bool:
        """Whether a picture of this size is sent."""
        width, height = size
        if self.sides is not None and (width > self.sides[0] or height > self.sides[1]):
            return False
        return self.max_area is None or width * height <= self.max_area

    def fit(self, region: Size, box: Size | None) -> Size:
        """Return the largest size of the region's shape within a box and the limits.

        Parameters
        ----------
        region : tuple of int
            Width and height to keep the ratio of.
        box : tuple of int or None
            Largest width and height; None for the limits alone, of which there must be one.
        """
        boxes = [each for each in (box, self.sides) if each is not None]
        if not boxes and self.max_area is not None:
            boxes = [(self.max_area, self.max_area)]
        width, height = _inscribed(region, min(b[0] for b in boxes), min(b[1] for b in boxes))
        if self.max_area is not None and width * height > self.max_area:
            across, down = region
            ideal = isqrt(self.max_area * across // down), isqrt(self.max_area * down // across)
            width = max(1, min(width, ideal[0], self.max_area))
            height = max(1, min(height, ideal[1], self.max_area // width))
        return width, height


def _inscribed(region: Size, width: int, height: int) -> Size:
    across, down = region
    if across * height >= down * width:
        return width, proportion(down, width, across)
    return proportion(across, height, down), height


def proportion(value: int, numerator: int, denominator: int) -> int:
    """Scale a length by a ratio, rounded to the nearest pixel, at least one."""
    return max(1, (2 * value * numerator + denominator) // (2 * denominator))


def height_for(width: int, region: Region, levels: Levels) -> int:
    """Height that goes with a width so that the region keeps its shape."""
    for across, down in _level_sizes(region, levels):
        if across == width:
            return down
    return proportion(region.height, width, region.width)


def width_for(height: int, region: Region, levels: Levels) -> int:
    """Width that goes with a height so that the region keeps its shape."""
    for across, down in _level_sizes(region, levels):
        if down == height:
            return across
    return proportion(region.width, height, region.height)


def _level_sizes(region: Region, levels: Levels) -> Iterator[Size]:
    """Sizes of the region at the levels on whose grid it lies, finest first."""
    for level in range(levels.count):
        scale = 1 << level
        starts = region.x % scale == 0 and region.y % scale == 0
        ends = (region.right % scale == 0 or region.right == levels.width) and (
            region.bottom % scale == 0 or region.bottom == levels.height
        )
        if not (starts and ends):
            return
        yield ceil_divide(region.width, scale), ceil_divide(region.height, scale)
