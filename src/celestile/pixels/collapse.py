"""Several planes made one: the frames or channels that a view takes together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.image import PixelValue, Plane
from celestile.pixels.planes import combined_key
from celestile.pyramid.geometry import Region, strips


class CollapsedPlane:
    """Several planes made one, pixel by pixel; missing pixels are left out.

    Parameters
    ----------
    planes : sequence of Plane
        All of one size.
    method : {"mean", "sum", "max", "median"}
        How.
    """

    direct = False
    by_rows = False
    _ROWS = 64

    def __init__(self, planes: Sequence[Plane], method: str) -> None:
        self._planes = tuple(planes)
        self._method = method
        self.width = planes[0].width
        self.height = planes[0].height
        self.key = combined_key(method, *(plane.key for plane in planes))

    def read(self, region: Region) -> NDArray[np.float32]:
        """Physical values, native float32, C order, shape (height, width); missing is NaN."""
        values = np.empty((region.height, region.width), np.float32)
        for start, stop in strips(region.height, self._ROWS):
            part = Region(region.x, region.y + start, region.width, stop - start)
            with np.errstate(over="ignore"):
                values[start:stop] = self._collapse(part)
        return values

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel in physical units; there is no stored number behind it."""
        value = float(self._collapse(Region(x, y, 1, 1))[0, 0])
        return PixelValue(value=None if np.isnan(value) else value, raw=None)

    def _collapse(self, region: Region) -> NDArray[np.float64]:
        # Infinities of both signs give NaN, as they do everywhere in numpy.
        with np.errstate(invalid="ignore", over="ignore"):
            if self._method == "median":
                return median(np.stack([plane.read(region) for plane in self._planes]))
            if self._method == "max":
                return self._maximum(region)
            return self._total(region)

    def _maximum(self, region: Region) -> NDArray[np.float64]:
        largest = self._planes[0].read(region).astype(np.float64)
        for plane in self._planes[1:]:
            np.fmax(largest, plane.read(region), out=largest)
        return largest

    def _total(self, region: Region) -> NDArray[np.float64]:
        """Sum of the valid pixels, or their mean."""
        total = np.zeros((region.height, region.width))
        count = np.zeros(total.shape)
        for plane in self._planes:
            values = plane.read(region)
            valid = ~np.isnan(values)
            count += valid
            np.add(total, values, out=total, where=valid)
        if self._method == "mean":
            total /= np.maximum(count, 1)
        total[count == 0] = np.nan
        return total


def median(stack: NDArray[np.float32]) -> NDArray[np.float64]:
    """Median along the first axis of the values that are not NaN; NaN where there are none.

    Parameters
    ----------
    stack : ndarray
        Shape (planes, height, width).
    """
    ordered = np.sort(stack, axis=0)  # NaN sorts last
    count = np.sum(~np.isnan(ordered), axis=0)
    low = np.maximum(count - 1, 0) // 2
    high = count // 2
    high = np.where(count > 0, np.minimum(high, np.maximum(count - 1, 0)), 0)
    pair = [np.take_along_axis(ordered, index[None], axis=0)[0] for index in (low, high)]
    middle: NDArray[np.float64] = 0.5 * (pair[0].astype(np.float64) + pair[1])
    return middle
