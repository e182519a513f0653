"""Placement in whole pixels, without resampling, of chips whose sky coordinates share a pixel grid.

Examples are the amplifiers and quadrants of a chip, and the tiles of an image that was divided:
their headers describe one projection with different reference pixels.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from celestile.geometry import Region
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.mosaic.by_sky import between, share_frame
from celestile.pixels.mosaic.detector import Arrangement, ChipPosition
from celestile.pixels.planes.array import intersection
from celestile.pixels.sky.sky import SkyCoordinates

_STRAY = 0.02  # pixels by which a chip may deviate from whole pixels
_MOST_GROWTH = 8  # pixels of the mosaic per pixel of the chips
_EDGE_POINTS = 9


@dataclass(frozen=True, slots=True, eq=False)
class _Shift:
    """Position and orientation of a part of a chip in the pixel grid of another."""

    part: Region
    x: int
    y: int
    flip_x: bool
    flip_y: bool
    transposed: bool

    @property
    def way_up(self) -> tuple[bool, bool, bool]:
        """Orientation of the chip relative to the grid."""
        return self.transposed, self.flip_x, self.flip_y


def by_whole_pixels(
    chips: Sequence[Hdu], parts: Sequence[Region], skies: Sequence[SkyCoordinates]
) -> Arrangement | None:
    """Arrange chips in a common pixel grid; None if they do not share one, or overlap.

    The mosaic has the orientation of most chips; in a tie, that of the first chip.

    Parameters
    ----------
    chips : sequence of Hdu
        Two or more.
    parts : sequence of Region
        Rectangle of each chip that holds sky.
    skies : sequence of SkyCoordinates
        Sky coordinates of these rectangles, in pixels from their corners.
    """
    if not share_frame(skies):
        return None
    known = _shifts(chips, parts, skies, skies[0])
    if known is None:
        return None
    # Counter orders equal counts by first occurrence.
    (usual, _), *_ = Counter(shift.way_up for shift in known).most_common(1)
    if usual != known[0].way_up:
        first = next(n for n, shift in enumerate(known) if shift.way_up == usual)
        known = _shifts(chips, parts, skies, skies[first]) or known
    left, top = min(shift.x for shift in known), min(shift.y for shift in known)
    regions = [
        Region(shift.x - left, shift.y - top, shift.part.width, shift.part.height)
        for shift in known
    ]
    if any(intersection(one, other) for one, other in combinations(regions, 2)):
        return None
    width, height = max(r.right for r in regions), max(r.bottom for r in regions)
    if width * height > _MOST_GROWTH * sum(part.width * part.height for part in parts):
        return None
    places = [
        ChipPosition(
            chip, s.part, region, flip_x=s.flip_x, flip_y=s.flip_y, transposed=s.transposed
        )
        for chip, region, s in zip(chips, regions, known, strict=True)
    ]
    return Arrangement(tuple(places), width, height, "sky", "sky coordinates, in whole pixels")


def _shifts(
    chips: Sequence[Hdu],
    parts: Sequence[Region],
    skies: Sequence[SkyCoordinates],
    grid: SkyCoordinates,
) -> list[_Shift] | None:
    found = []
    for chip, part, sky in zip(chips, parts, skies, strict=True):
        shift = _shift(chip, part, sky, grid)
        if shift is None:
            return None
        found.append(shift)
    return found


def _shift(chip: Hdu, part: Region, sky: SkyCoordinates, grid: SkyCoordinates) -> _Shift | None:
    """Locate a part of a chip in the grid of another, directly or with exchanged axes."""
    t = np.linspace(0.0, 1.0, _EDGE_POINTS)
    across, down = (each.ravel() for each in np.meshgrid(t * part.width, t * part.height))
    x, y = between(sky, grid)(across, down)
    if not np.isfinite(x).all() or not np.isfinite(y).all():
        return None
    for transposed in (False, True):
        # FITS rows count from the bottom, as do columns that replace them.
        along = part.height - down if transposed else across
        aside = part.width - across if transposed else down
        along_x, along_y = _axis(along, x), _axis(aside, y)
        if along_x is not None and along_y is not None:
            (low_x, flip_x), (low_y, flip_y) = along_x, along_y
            shown = _transposed(chip, part) if transposed else part
            return _Shift(shown, low_x, low_y, flip_x, flip_y, transposed)
    return None


def _transposed(chip: Hdu, part: Region) -> Region:
    """Rectangle of a chip after exchanging its axes."""
    height, width = chip.shape[-2:]
    return Region(height - part.bottom, width - part.right, part.height, part.width)


def _axis(own: Any, found: Any) -> tuple[int, bool] | None:
    """Lowest pixel and direction along an axis; None unless it is shifted by whole pixels."""
    backwards = bool(found[np.argmax(own)] < found[np.argmin(own)])
    steps = found + own if backwards else found - own
    origin = round(float(steps[0]))
    if np.abs(steps - origin).max() > _STRAY:
        return None
    return (origin - round(float(own.max())) if backwards else origin), backwards
