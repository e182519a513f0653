"""Several planes combined into one: the frames or channels of a range."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region, strips
from celestile.pixels.plane import PixelValue, Plane, Shift, reduction
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.wide import common_shift, doubles, is_wide, read_scaled

_MOST_PIXELS = 1 << 23  # of all planes that are held in memory at a time

_Read = Callable[[Plane, Region], NDArray[np.floating[Any]]]


class CollapsedPlane:
    """Several planes combined pixel by pixel; missing pixels are ignored.

    Parameters
    ----------
    planes : sequence of Plane
        Planes of equal size.
    method : {"mean", "sum", "max", "median"}
        How they are combined. Masks have neither mean nor median, but their largest number.
    """

    direct = False
    by_rows = False

    def __init__(self, planes: Sequence[Plane], method: str) -> None:
        self.planes = tuple(planes)
        self._method = method
        self.width = planes[0].width
        self.height = planes[0].height
        self._is_wide = any(map(is_wide, planes))
        wide = ("scaled",) if self._is_wide else ()
        self.key = combined_key(method, *wide, *(plane.key for plane in planes))
        self._shift: Shift | None = None
        # Flags have no mean: of several masks, the largest number is kept.
        kinds = {reduction(plane) for plane in planes}
        self.reduction = "max" if kinds == {"max"} else "mean"
        if self.reduction != "mean":
            self.key = combined_key("flags", self.key)

    @property
    def shift(self) -> Shift:
        """Conversion of the numbers that are read to physical values."""
        if self._shift is None:
            self._shift = common_shift(self.planes)
        return self._shift

    def read(self, region: Region) -> NDArray[np.float32]:
        """Values in units of the scale: native float32, shape (height, width); missing is NaN."""
        values = np.empty((region.height, region.width), np.float32)
        rows = max(1, _MOST_PIXELS // (region.width * len(self.planes)))
        for start, stop in strips(region.height, rows):
            part = Region(region.x, region.y + start, region.width, stop - start)
            with np.errstate(over="ignore"):
                values[start:stop] = self._collapse(part, self._read)
        return values

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel in physical units; it has no stored number."""
        region = Region(x, y, 1, 1)
        read = self._exact if self._is_wide else self._read
        value = self.shift.physical(float(self._collapse(region, read)[0, 0]))
        return PixelValue(value=None if np.isnan(value) else value, raw=None)

    def _read(self, plane: Plane, region: Region) -> NDArray[np.float32]:
        return read_scaled(plane, region, self.shift)

    def _exact(self, plane: Plane, region: Region) -> NDArray[np.float64]:
        # The scale is a power of two and changes no digit, but keeps sums from overflowing.
        return doubles(plane, region) / self.shift.scale

    def _collapse(self, region: Region, read: _Read) -> NDArray[np.float64]:
        # Infinities of both signs give NaN, as they do everywhere in numpy.
        with np.errstate(invalid="ignore", over="ignore"):
            if self.reduction != "mean" and self._method in ("mean", "median"):
                return self._maximum(region, read)
            if self._method == "median":
                return median(self._stack(region, read))
            if self._method == "max":
                return self._maximum(region, read)
            return self._total(region, read)

    def _stack(self, region: Region, read: _Read) -> NDArray[np.floating[Any]]:
        # Values to be sorted are contiguous, which is ten times faster.
        first = read(self.planes[0], region)
        stack = np.empty((*first.shape, len(self.planes)), first.dtype)
        stack[..., 0] = first
        for index, plane in enumerate(self.planes[1:], 1):
            stack[..., index] = read(plane, region)
        return stack

    def _maximum(self, region: Region, read: _Read) -> NDArray[np.float64]:
        largest = read(self.planes[0], region).astype(np.float64)
        for plane in self.planes[1:]:
            np.fmax(largest, read(plane, region), out=largest)
        return largest

    def _total(self, region: Region, read: _Read) -> NDArray[np.float64]:
        """Sum of the valid pixels, or their mean."""
        total = np.zeros((region.height, region.width))
        count = np.zeros(total.shape)
        for plane in self.planes:
            values = read(plane, region)
            valid = ~np.isnan(values)
            count += valid
            np.add(total, values, out=total, where=valid)
        if self._method == "mean":
            total /= np.maximum(count, 1)
        total[count == 0] = np.nan
        return total


def median(stack: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Median along the last axis, ignoring NaN; NaN if all values are NaN.

    Parameters
    ----------
    stack : ndarray
        Shape (height, width, planes); sorted in place.
    """
    stack.sort(axis=-1)  # NaN comes last
    count = np.sum(~np.isnan(stack), axis=-1)
    last = np.maximum(count - 1, 0)
    low = np.take_along_axis(stack, (last // 2)[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(stack, (count // 2).clip(max=last)[..., None], axis=-1)[..., 0]
    middle: NDArray[np.float64] = 0.5 * (low.astype(np.float64) + high)
    return middle
