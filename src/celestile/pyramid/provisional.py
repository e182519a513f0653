"""Approximate levels of a pyramid that is still being built, available immediately."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Levels, Region
from celestile.pixels.plane import Plane, reduction
from celestile.pixels.planes.bits import combined_along
from celestile.pyramid.kernels import mean_of_angles

_LARGE = 1 << 26  # pixels of level 0; smaller pyramids are built without a noticeable delay


class ProvisionalPyramid:
    """Coarse pixels computed from one row each: the mean of the valid pixels along it.

    In masks it is the maximum. The overview of a large image only reads a thousandth of it, with
    slightly more noise than the mean of all pixels.

    Parameters
    ----------
    plane : Plane
        The source, with `Plane.by_rows`.
    levels : Levels
        Sizes.
    """

    def __init__(self, plane: Plane, levels: Levels) -> None:
        self._plane = plane
        self.levels = levels
        self.reduction = reduction(plane)

    @staticmethod
    def suits(plane: Plane) -> bool:
        """Whether a plane is suitable: large, and readable by single rows."""
        return plane.by_rows and plane.width * plane.height > _LARGE

    def read(self, level: int, region: Region) -> NDArray[np.float32]:
        """Read a region in pixels of the level; missing is NaN."""
        if level == 0:
            return self._plane.read(region)
        step = 1 << level
        left, right = region.x * step, min(region.right * step, self._plane.width)
        values = np.empty((region.height, region.width), np.float32)
        # One row at a time: all rows for an overview of 10 Gpix would be 80 MB.
        line = np.full(region.width * step, np.nan, np.float32)
        for row in range(region.height):
            y = min((region.y + row) * step + step // 2, self._plane.height - 1)
            line[: right - left] = self._plane.read(Region(left, y, right - left, 1))[0]
            under = line.reshape(region.width, step)
            values[row] = self._reduced(under)
        return values

    def _reduced(self, under: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
        """One value for each row of an array."""
        if self.reduction == "angle":
            return mean_of_angles(_means, under)
        is_mean = self.reduction == "mean"
        return _means(under) if is_mean else combined_along(self.reduction, under, 1)


def _means(under: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean of the valid values in each row; NaN without valid values."""
    with np.errstate(invalid="ignore", over="ignore"):
        means: NDArray[np.float64] = under.mean(axis=1, dtype=np.float64)
        doubtful = np.flatnonzero(np.isnan(means))
        if doubtful.size:
            there = ~np.isnan(under[doubtful])
            total = np.sum(under[doubtful], axis=1, where=there, dtype=np.float64)
            means[doubtful] = total / there.sum(axis=1)
    return means
