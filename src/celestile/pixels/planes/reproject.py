"""Planes resampled onto another grid: chips of different scales, bands, frames, pointings."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, PixelValue, Plane, Shift, reduction
from celestile.pixels.planes.array import combined_key, intersection
from celestile.pixels.planes.kernels import reproject
from celestile.pixels.planes.wide import common_shift, is_wide, read_scaled

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]
PixelMapping = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Maps continuous coordinates of the grid to those of the source; NaN where undefined."""

_STEP = 16  # output pixels between exact coordinates, with linear interpolation in between
_MOST_OVERSAMPLING = 8


@dataclass(frozen=True, slots=True, eq=False)
class ReprojectionSource:
    """A plane to be resampled.

    Parameters
    ----------
    plane : Plane
        The source.
    region : Region
        The part of the grid that it may cover.
    mapping : callable
        Mapping from the grid to the plane.
    """

    plane: Plane
    region: Region
    mapping: PixelMapping


class MissingPlane:
    """A plane in which all pixels are missing.

    Parameters
    ----------
    width, height : int
        In pixels.
    """

    direct = True
    by_rows = True

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.key = combined_key("missing", width, height)

    def read(self, region: Region) -> NDArray[np.float32]:
        """NaN, shape (height, width)."""
        return np.full((region.height, region.width), np.nan, np.float32)

    def value(self, _x: int, _y: int) -> PixelValue:
        """No value."""
        return PixelValue(value=None, raw=None)


class ReprojectedPlane:
    """Planes resampled onto one grid; where they overlap, the first valid value is used.

    Masks are not interpolated: a pixel has the flags of the nearest one.

    Parameters
    ----------
    parts : sequence of ReprojectionSource
        The sources.
    width, height : int
        Of the grid.
    key : str
        Identity of the grid and of the mappings.
    """

    direct = False
    by_rows = False

    def __init__(
        self, parts: Sequence[ReprojectionSource], width: int, height: int, key: str
    ) -> None:
        self.parts = tuple(parts)
        self.width = width
        self.height = height
        self.grid_key = key
        self.sources = tuple(part.plane for part in parts)
        self.scaling_is_wide = any(map(is_wide, self.sources))
        self._scale: Shift | None = None
        kinds = {reduction(part.plane) for part in parts}
        self.reduction = kinds.pop() if len(kinds) == 1 else "mean"
        nearest = ("nearest",) if self.reduction != "mean" else ()
        self.key = combined_key(key, width, height, *nearest, *(p.plane.key for p in parts))

    def read(self, region: Region, shift: Shift = UNSHIFTED) -> NDArray[np.float32]:
        """Physical values, shifted: float32, C order, shape (height, width); missing is NaN."""
        values = np.full((region.height, region.width), np.nan, np.float32)
        for part in self.parts:
            common = intersection(region, part.region)
            if common is not None:
                top, left = common.y - region.y, common.x - region.x
                window = values[top : top + common.height, left : left + common.width]
                filled = np.ascontiguousarray(window)
                if self.reduction == "mean":
                    _fill(part, common, filled, shift)
                else:
                    _fill_nearest(part, common, filled, shift)
                window[...] = filled
        return values

    def doubles(self, region: Region) -> Floats:
        """Read physical values, interpolated with the precision of float32, as doubles."""
        if self._scale is None:
            self._scale = common_shift(self.sources)
        return self.read(region, self._scale).astype(np.float64) * self._scale.scale

    def value(self, x: int, y: int) -> PixelValue:
        """The source pixel at the centre of a pixel, as stored and in physical units."""
        under = self._under(x, y)
        return PixelValue(value=None, raw=None) if under is None else under[1]

    def part_at(self, x: int, y: int) -> int | None:
        """Index of the part that provides the value of a pixel; None if there is no such part."""
        under = self._under(x, y)
        return None if under is None else under[0]

    def _under(self, x: int, y: int) -> tuple[int, PixelValue] | None:
        """First part with a valid value at the centre of a pixel, else the first that covers it."""
        found = list(self._until_valid(x, y))
        if not found:
            return None
        return found[-1] if found[-1][1].value is not None else found[0]

    def _until_valid(self, x: int, y: int) -> Iterator[tuple[int, PixelValue]]:
        for index, part in enumerate(self.parts):
            if intersection(Region(x, y, 1, 1), part.region) is None:
                continue
            at_x, at_y = part.mapping(np.array([x + 0.5]), np.array([y + 0.5]))
            if _inside(float(at_x[0]), float(at_y[0]), part.plane):
                try:
                    value = part.plane.value(floor(at_x[0]), floor(at_y[0]))
                except UnservableImageError:
                    value = PixelValue(value=None, raw=None)
                yield index, value
                if value.value is not None:
                    return


def _inside(x: float, y: float, plane: Plane) -> bool:
    return 0 <= x < plane.width and 0 <= y < plane.height


def _fill(
    part: ReprojectionSource, region: Region, values: NDArray[np.float32], shift: Shift
) -> None:
    """Replace missing values of a region by those of a part."""
    columns = region.x + _STEP * np.arange(ceil(region.width / _STEP) + 1, dtype=np.float64)
    rows = region.y + _STEP * np.arange(ceil(region.height / _STEP) + 1, dtype=np.float64)
    grid_x, grid_y = np.meshgrid(columns, rows)
    x, y = part.mapping(grid_x, grid_y)
    x, y = x.reshape(grid_x.shape), y.reshape(grid_x.shape)
    source = _source_region(x, y, part.plane)
    if source is None:
        return
    try:
        pixels = read_scaled(part.plane, source, shift)
    except UnservableImageError:
        logger.warning("a part of a mosaic cannot be read and is left out")
        return
    reproject(
        np.ascontiguousarray(x - source.x), np.ascontiguousarray(y - source.y), _STEP,
        _oversampling(x, y), pixels, values,
    )  # fmt: skip


def _fill_nearest(
    part: ReprojectionSource, region: Region, values: NDArray[np.float32], shift: Shift
) -> None:
    """Replace missing values of a region by the nearest ones of a part."""
    columns = region.x + 0.5 + np.arange(region.width, dtype=np.float64)
    rows = region.y + 0.5 + np.arange(region.height, dtype=np.float64)
    grid_x, grid_y = np.meshgrid(columns, rows)
    x, y = (each.reshape(grid_x.shape) for each in part.mapping(grid_x, grid_y))
    inside = (x >= 0) & (x < part.plane.width) & (y >= 0) & (y < part.plane.height)
    wanted = inside & np.isnan(values)
    source = _source_region(x[wanted], y[wanted], part.plane) if wanted.any() else None
    if source is None:
        return
    try:
        pixels = read_scaled(part.plane, source, shift)
    except UnservableImageError:
        logger.warning("a part of a mosaic cannot be read and is left out")
        return
    row, column = (np.floor(each[wanted]).astype(np.int64) for each in (y, x))
    values[wanted] = pixels[row - source.y, column - source.x]


def _source_region(x: Floats, y: Floats, plane: Plane) -> Region | None:
    """Region of a plane that may be needed, with a margin for interpolation."""
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return None
    left, right = max(floor(x[known].min()) - 2, 0), min(ceil(x[known].max()) + 2, plane.width)
    top, bottom = max(floor(y[known].min()) - 2, 0), min(ceil(y[known].max()) + 2, plane.height)
    if right <= left or bottom <= top:
        return None
    return Region(left, top, right - left, bottom - top)


def _oversampling(x: Floats, y: Floats) -> int:
    """Samples per output pixel along each axis: the number of source pixels, rounded up."""
    across = np.hypot(np.diff(x, axis=1), np.diff(y, axis=1)) / _STEP
    down = np.hypot(np.diff(x, axis=0), np.diff(y, axis=0)) / _STEP
    lengths = np.concatenate([across.ravel(), down.ravel()])
    lengths = lengths[np.isfinite(lengths)]
    scale = float(np.median(lengths)) if lengths.size else 1.0
    return 1 if scale <= 1.3 else min(ceil(scale), _MOST_OVERSAMPLING)
