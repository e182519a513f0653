"""Chips whose sky coordinates are those of one pixel grid: placed in whole pixels, not resampled.

Such are the amplifiers and quadrants of one chip, and the tiles of an image that was cut up: their
headers describe one projection, seen from other reference pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from celestile.pixels.hdus import Hdu
from celestile.pixels.mosaic import Arrangement, Place
from celestile.pixels.mosaic_sky import between, share_frame
from celestile.pixels.planes import intersection
from celestile.pixels.wcs import SkyCoordinates
from celestile.pyramid.geometry import Region

_STRAY = 0.02  # pixels that a chip may be off whole ones
_MOST_GROWTH = 8  # pixels of the mosaic per pixel of the chips
_EDGE_POINTS = 9


@dataclass(frozen=True, slots=True, eq=False)
class _Shift:
    """Where a chip lies in the pixels of another: its corner, and which axes run backwards."""

    x: int
    y: int
    flip_x: bool
    flip_y: bool


def by_whole_pixels(
    chips: Sequence[Hdu], parts: Sequence[Region], skies: Sequence[SkyCoordinates]
) -> Arrangement | None:
    """Arrange chips in the pixels of the first; None where they do not share a grid, or overlap.

    Parameters
    ----------
    chips : sequence of Hdu
        Two or more.
    parts : sequence of Region
        Rectangle of each chip that holds sky.
    skies : sequence of SkyCoordinates
        Of these rectangles, in pixels from their corners.
    """
    if not share_frame(skies):
        return None
    known = []
    for part, sky in zip(parts, skies, strict=True):
        shift = _shift(part, sky, skies[0])
        if shift is None:
            return None
        known.append(shift)
    left, top = min(shift.x for shift in known), min(shift.y for shift in known)
    regions = [
        Region(shift.x - left, shift.y - top, part.width, part.height)
        for shift, part in zip(known, parts, strict=True)
    ]
    if any(intersection(one, other) for one, other in combinations(regions, 2)):
        return None
    width, height = max(r.right for r in regions), max(r.bottom for r in regions)
    if width * height > _MOST_GROWTH * sum(part.width * part.height for part in parts):
        return None
    places = [
        Place(chip, part, region, flip_x=shift.flip_x, flip_y=shift.flip_y)
        for chip, part, region, shift in zip(chips, parts, regions, known, strict=True)
    ]
    return Arrangement(tuple(places), width, height, "sky coordinates, in whole pixels")


def _shift(part: Region, sky: SkyCoordinates, grid: SkyCoordinates) -> _Shift | None:
    t = np.linspace(0.0, 1.0, _EDGE_POINTS)
    across, down = (each.ravel() for each in np.meshgrid(t * part.width, t * part.height))
    x, y = between(sky, grid)(across, down)
    if not np.isfinite(x).all() or not np.isfinite(y).all():
        return None
    along_x, along_y = _axis(across, x), _axis(down, y)
    if along_x is None or along_y is None:
        return None
    (low_x, flip_x), (low_y, flip_y) = along_x, along_y
    return _Shift(low_x, low_y, flip_x, flip_y)


def _axis(own: Any, found: Any) -> tuple[int, bool] | None:
    """Lowest pixel and direction along an axis, if it is the same one but for whole pixels."""
    backwards = bool(found[np.argmax(own)] < found[np.argmin(own)])
    steps = found + own if backwards else found - own
    origin = round(float(steps[0]))
    if np.abs(steps - origin).max() > _STRAY:
        return None
    return (origin - round(float(own.max())) if backwards else origin), backwards
