"""Match the levels of the chips of a mosaic: gains by the headers, backgrounds by the pixels."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError
from celestile.geometry import Region
from celestile.pixels.display.limits import sample, statistics
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.plane import UNSHIFTED, PixelValue, Plane, Shift
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.wide import (
    doubles,
    find_shift,
    is_wide,
    read_scaled,
    shifted_values,
)

_ELECTRONS = re.compile(r"electron|e-|e/s", re.IGNORECASE)


class LeveledPlane:
    """A plane whose values are scaled and shifted for display.

    Parameters
    ----------
    plane : Plane
        The source.
    scale, offset : float
        The plane reads value * scale + offset.
    """

    def __init__(self, plane: Plane, scale: float, offset: float) -> None:
        self._plane = plane
        self._scale = scale
        self._offset = offset
        self.width = plane.width
        self.height = plane.height
        self.direct = plane.direct
        self.by_rows = plane.by_rows
        self.scaling_is_wide = is_wide(plane)
        self.key = combined_key("leveled", plane.key, scale, offset)

    def read(self, region: Region, shift: Shift = UNSHIFTED) -> NDArray[np.float32]:
        """Read leveled values, shifted: float32, C order, shape (height, width); missing is NaN."""
        if self.scaling_is_wide:
            return shifted_values(self.doubles(region), shift)
        with np.errstate(over="ignore"):
            return self._plane.read(region) * np.float32(self._scale) + np.float32(self._offset)

    def doubles(self, region: Region) -> NDArray[np.float64]:
        """Read leveled values in double precision, shape (height, width); missing is NaN."""
        with np.errstate(over="ignore"):
            return doubles(self._plane, region) * self._scale + self._offset

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel of the source: the measured value, not the leveled one."""
        return self._plane.value(x, y)


def leveled(
    planes: Sequence[Plane], regions: Sequence[Region], chips: Sequence[Hdu]
) -> list[Plane]:
    """Scale chips by GAIN (electrons per count) and shift them to a common median.

    Parameters
    ----------
    planes : sequence of Plane
        The chips' pixels.
    regions : sequence of Region
        The part of each that holds sky.
    chips : sequence of Hdu
        The chips, for their headers.

    Returns
    -------
    list of Plane
        Planes with equal medians; the mean gain and the median of the medians are preserved.
    """
    # The gain is already applied to pixels in electrons.
    counted = any(_ELECTRONS.match(chip.text("BUNIT")) for chip in chips)
    gains = [None if counted else chip.number("GAIN") for chip in chips]
    known = [gain for gain in gains if gain and gain > 0]
    reference = float(np.mean(known)) if known and len(known) == len(chips) else None
    scales = [gain / reference if gain and reference else 1.0 for gain in gains]
    medians = [_median(p, r) * s for p, r, s in zip(planes, regions, scales, strict=True)]
    target = float(np.nanmedian(medians)) if np.isfinite(medians).any() else 0.0
    return [
        LeveledPlane(plane, scale, target - median if np.isfinite(median) else 0.0)
        for plane, scale, median in zip(planes, scales, medians, strict=True)
    ]


def _median(plane: Plane, part: Region) -> float:
    """Median of a part of a plane; NaN if it cannot be determined."""
    shift = find_shift(plane) if is_wide(plane) else UNSHIFTED

    def read(region: Region) -> NDArray[np.float32]:
        inner = Region(region.x + part.x, region.y + part.y, region.width, region.height)
        return read_scaled(plane, inner, shift)

    try:
        found = statistics(sample(read, part.width, part.height)).median
    except CelestileError:
        return float("nan")
    return float("nan") if found is None else shift.physical(found)
