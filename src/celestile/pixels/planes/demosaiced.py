"""The colors of a camera with a filter on each pixel (Bayer 1976, US patent 3971065).

A pixel keeps the number that it has measured. Its other two colors are interpolated bilinearly:
the mean of the nearest pixels of that color, two or four of the eight neighbors. A missing pixel is
missing in all colors, and does not count as a neighbor. Coarser levels are the means of the
measured pixels of a color, without interpolation.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region, ceil_divide
from celestile.pixels.plane import PixelValue, Plane
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.kernels import demosaic

COLORS = ("R", "G", "B")


class RedSite(NamedTuple):
    """Where the red pixels of a Bayer pattern are; row 0 is at the top.

    A pixel is red if ``column + x`` and ``row + y`` are even, blue if both are odd, else green.

    Parameters
    ----------
    x, y : int
        0 or 1.
    """

    x: int
    y: int

    def color(self, x: int, y: int) -> int:
        """Index in `COLORS` of the color that a pixel has measured."""
        return (x + self.x) % 2 + (y + self.y) % 2


class DemosaicedPlane:
    """One color of the mosaic of a color camera.

    Parameters
    ----------
    mosaic : Plane
        The pixels as stored.
    red : RedSite
        Positions of the colors.
    color : int
        Index in `COLORS`.
    """

    def __init__(self, mosaic: Plane, red: RedSite, color: int) -> None:
        self._mosaic = mosaic
        self._red = red
        self._color = color
        self.width = mosaic.width
        self.height = mosaic.height
        self.direct = mosaic.direct
        self.by_rows = mosaic.by_rows
        self.key = combined_key("demosaiced", mosaic.key, *red, color)

    def read(self, region: Region) -> NDArray[np.float32]:
        """Physical values, native float32, C order, shape (height, width); missing is NaN."""
        values = np.empty((region.height, region.width), np.float32)
        x, y = region.x + self._red.x, region.y + self._red.y
        demosaic(self._around(region), x % 2, y % 2, self._color, values)
        return values

    def coarser(self, region: Region) -> NDArray[np.float32]:
        """Level 1: the mean of the measured pixels of this color in blocks of two by two.

        At edges and beside missing pixels, a block without such a pixel has the mean of the
        interpolated ones.

        Parameters
        ----------
        region : Region
            In pixels of level 0, from an even column and row.

        Returns
        -------
        ndarray
            Native float32, shape (ceil(height / 2), ceil(width / 2)).
        """
        shape = ceil_divide(region.height, 2) * 2, ceil_divide(region.width, 2) * 2
        interpolated = np.full(shape, np.nan, np.float32)
        interpolated[: region.height, : region.width] = self.read(region)
        x, y = region.x + self._red.x, region.y + self._red.y
        columns = np.arange(shape[1]) + x
        rows = np.arange(shape[0])[:, np.newaxis] + y
        is_own = columns % 2 + rows % 2 == self._color
        measured = _means(np.where(is_own, interpolated, np.float32(np.nan)))
        return np.where(np.isnan(measured), _means(interpolated), measured)

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel: as stored if it has measured this color, else interpolated."""
        found = self._mosaic.value(x, y)
        if self._red.color(x, y) == self._color:
            return found
        value = float(self.read(Region(x, y, 1, 1))[0, 0])
        return PixelValue(value=None if np.isnan(value) else value, raw=None)

    def _around(self, region: Region) -> NDArray[np.float32]:
        """Pixels of a region and one more on each side, which are missing beyond the image."""
        x, y = max(region.x - 1, 0), max(region.y - 1, 0)
        right, bottom = min(region.right + 1, self.width), min(region.bottom + 1, self.height)
        known = self._mosaic.read(Region(x, y, right - x, bottom - y))
        if known.shape == (region.height + 2, region.width + 2):
            return np.ascontiguousarray(known)
        around = np.full((region.height + 2, region.width + 2), np.nan, np.float32)
        top, left = y - region.y + 1, x - region.x + 1
        around[top : top + known.shape[0], left : left + known.shape[1]] = known
        return around


def _means(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of the valid pixels in blocks of two by two."""
    blocks = np.stack([values[row::2, column::2] for row in (0, 1) for column in (0, 1)])
    valid = ~np.isnan(blocks)
    with np.errstate(invalid="ignore", over="ignore"):
        total = np.sum(blocks, axis=0, dtype=np.float64, where=valid)
        means: NDArray[np.float32] = (total / valid.sum(axis=0)).astype(np.float32)
    return means
