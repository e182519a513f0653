"""Scale regions: choose a level of the pyramid and average its pixels."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Levels, Region, ceil_divide
from celestile.pixels.plane import reduction
from celestile.pixels.planes.bits import combined_at
from celestile.pyramid.kernels import mean_of_angles
from celestile.render import kernels

# Bounds memory for regions reduced along one axis only, for which no coarse level is suitable.
_MOST_PIXELS_AT_ONCE = 1 << 22


class Pixels(Protocol):
    """A plane at all levels of its pyramid."""

    @property
    def levels(self) -> Levels:
        """Sizes of the levels."""

    def read(self, level: int, region: Region) -> NDArray[np.float32]:
        """Read a region in pixels of the level, shape (height, width); missing is NaN."""


def fit(pixels: Pixels, region: Region, size: tuple[int, int]) -> NDArray[np.float32]:
    """Scale a region.

    An output pixel is the mean of the valid pixels that it covers, weighted by the common area, at
    the coarsest level with at least one pixel per output pixel. Enlarged pixels are squares.

    Parameters
    ----------
    pixels : Pixels
        Source of the pixels.
    region : Region
        In full-resolution pixels, within the image.
    size : tuple of int
        Width and height to scale to.

    Returns
    -------
    ndarray
        Native float32, C-contiguous, shape (height, width); NaN without valid pixels.
    """
    level = crop_level(pixels.levels, region, size)
    if level is not None:
        crop = Region(region.x >> level, region.y >> level, *size)
        return np.ascontiguousarray(pixels.read(level, crop), dtype=np.float32)
    width, height = size
    level = pixels.levels.level_for(min(region.width / width, region.height / height))
    # Source pixels per output pixel, along either axis.
    across = ceil_divide(region.width, width << level) + 1
    down = ceil_divide(region.height, height << level) + 1
    columns = max(1, min(width, _MOST_PIXELS_AT_ONCE // (across * down)))
    rows = max(1, min(height, _MOST_PIXELS_AT_ONCE // (across * down * columns)))
    if (columns, rows) == size:
        return _average(pixels, level, region, size, (0, 0, width, height))
    out = np.empty((height, width), np.float32)
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            right, bottom = min(left + columns, width), min(top + rows, height)
            block = _average(pixels, level, region, size, (left, top, right, bottom))
            out[top:bottom, left:right] = block
    return out


def crop_level(levels: Levels, region: Region, size: tuple[int, int]) -> int | None:
    """Find the level at which a region has exactly a given size and starts on a pixel edge.

    This is the case for every tile of the pyramid, including those at edges of the image.
    """
    for level in range(levels.count):
        step = 1 << level
        if (region.x | region.y) % step:
            return None
        whole = (region.width % step == 0 or region.right == levels.width) and (
            region.height % step == 0 or region.bottom == levels.height
        )
        if whole and size == (ceil_divide(region.width, step), ceil_divide(region.height, step)):
            return level
    return None


def _average(
    pixels: Pixels,
    level: int,
    region: Region,
    size: tuple[int, int],
    block: tuple[int, int, int, int],
) -> NDArray[np.float32]:
    """Compute output pixels from (left, top) to (right, bottom), exclusive."""
    left, top, right, bottom = block
    x, source_x, target_x = _axis(
        region.x, region.width, size[0], level, pixels.levels.width, (left, right)
    )
    y, source_y, target_y = _axis(
        region.y, region.height, size[1], level, pixels.levels.height, (top, bottom)
    )
    source = Region(x, y, source_x.size - 1, source_y.size - 1)
    values = np.ascontiguousarray(pixels.read(level, source), dtype=np.float32)
    name = reduction(pixels)
    if name not in ("mean", "angle"):
        wide = _flagged(name, values, source_x, target_x)
        return _flagged(name, wide.T, source_y, target_y).T.copy()

    def resampled(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
        out = np.empty((bottom - top, right - left), np.float32)
        kernels.resample(numbers, source_x, source_y, target_x, target_y, out)
        return out

    return mean_of_angles(resampled, values) if name == "angle" else resampled(values)


def _flagged(
    name: str,
    values: NDArray[np.float32],
    source: NDArray[np.float64],
    target: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Combine all valid pixels that each output pixel touches along the last axis, for masks."""
    first = np.searchsorted(source, target[:-1], side="right") - 1
    last = np.searchsorted(source, target[1:], side="left")
    ends = np.stack([first, last], axis=1).ravel()
    padded = np.pad(values, ((0, 0), (0, 1)), constant_values=np.nan)
    return combined_at(name, padded, ends)[:, ::2]


def _axis(
    start: int, length: int, count: int, level: int, extent: int, part: tuple[int, int]
) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """Edges of source pixels and of output pixels along an axis.

    Parameters
    ----------
    start, length : int
        Of the region, in full-resolution pixels.
    count : int
        Output pixels along the region.
    level : int
        Of the source pixels.
    extent : int
        Of the image, in full-resolution pixels: the end of the last source pixel.
    part : tuple of int
        First and one past the last of the requested output pixels.

    Returns
    -------
    int
        The first source pixel.
    ndarray, ndarray
        Edges of the source pixels and of the output pixels, relative to the start of the region, in
        units of 1 / `count` of a full-resolution pixel: these are integers, hence exact.
    """
    first = (start + part[0] * length // count) >> level
    last = ceil_divide(start + ceil_divide(part[1] * length, count), 1 << level)
    edges = np.minimum(np.arange(first, last + 1, dtype=np.int64) << level, extent)
    source = (edges - start) * count
    target = np.arange(part[0], part[1] + 1, dtype=np.int64) * length
    return first, source.astype(np.float64), target.astype(np.float64)
