"""Planes of arrays in FITS files.

FITS counts rows from the bottom. They are flipped here, once, so that row 0 is at the top
for all other modules. Programs of amateurs write ROWORDER = TOP-DOWN where the first row is at the
top already.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.fits.data.faults import BusErrorCheck
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import DrawnCells, Hdu
from celestile.pixels.plane import UNSHIFTED, PixelValue, ReadCells, Shift


def combined_key(*parts: object) -> str:
    """Key that identifies a combination of parts."""
    text = "|".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A two-dimensional slice of an array.

    Parameters
    ----------
    y_axis, x_axis : int
        Positions of the image axes in the shape of the array (slowest first).
    fixed : tuple of int
        Index along each of the other axes, in the order of the shape.
    top_down : bool
        Whether the first row of the array is at the top, which is not usual.
    """

    y_axis: int
    x_axis: int
    fixed: tuple[int, ...]
    top_down: bool = False

    def index(self, rows: slice, columns: slice) -> tuple[slice | int, ...]:
        """Index into the array for a range of stored rows and columns."""
        rest = iter(self.fixed)
        dimensions = len(self.fixed) + 2
        return tuple(
            rows if axis == self.y_axis else columns if axis == self.x_axis else next(rest)
            for axis in range(dimensions)
        )


_FEW_ROWS = 4
"""Maximum number of rows of a compressed tile for which reading a single row is fast."""


class ArrayPlane:
    """A slice of an array of a FITS file.

    Parameters
    ----------
    file : FitsFile
        The file.
    hdu : Hdu
        The array.
    slice_ : Slice
        The slice of the array.
    is_mask : bool
        Whether the numbers are flags, of which a coarser pixel keeps the largest.

    Attributes
    ----------
    tile_shape : tuple of int
        Rows and columns that are decoded together.
    """

    def __init__(self, file: FitsFile, hdu: Hdu, slice_: Slice, *, is_mask: bool = False) -> None:
        self._file = file
        self._hdu = hdu
        self._slice = slice_
        self.height = hdu.shape[slice_.y_axis]
        self.width = hdu.shape[slice_.x_axis]
        # Neighbors in x are contiguous on disk only along the last axis.
        self.direct = not hdu.compressed and slice_.x_axis == len(hdu.shape) - 1
        self.by_rows = self.direct or (hdu.tile_rows <= _FEW_ROWS and hdu.compressed)
        tile = hdu.tile_shape or (1,) * len(hdu.shape)
        self.tile_shape = tile[slice_.y_axis], tile[slice_.x_axis]
        self.scaling_is_wide = hdu.scaling.is_wide(hdu.dtype)
        self.is_mask = is_mask
        self.is_computed = hdu.drawn is not None
        order = ("top-down",) if slice_.top_down else ()
        # Pyramids of maxima and of means are different entries of the cache.
        kind = ("maximum",) if is_mask else ()
        axes = (slice_.y_axis, slice_.x_axis, slice_.fixed)
        self.key = combined_key(file.key, hdu.index, *axes, *order, *kind)

    def read(self, region: Region, shift: Shift = UNSHIFTED) -> NDArray[np.float32]:
        """Read physical values, shifted: float32 of shape (height, width); missing is NaN."""
        with BusErrorCheck():
            stored = self._stored(region)
            stored = stored if self._slice.top_down else stored[::-1]
            return np.ascontiguousarray(self._hdu.scaling.apply(stored, shift))

    @property
    def cells(self) -> ReadCells | None:
        """Reads the cells of the sky that the pixels show, at any position; None without cells."""
        return self.at_sky if isinstance(self._hdu.drawn, DrawnCells) else None

    def at_sky(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], shift: Shift = UNSHIFTED
    ) -> NDArray[np.float32]:
        """Physical values, shifted, of the cells at positions in degrees; missing is NaN."""
        with BusErrorCheck():
            stored = self._file.at_sky(self._hdu, self._slice.fixed[0], lon, lat)
            return self._hdu.scaling.apply(stored, shift)

    def doubles(self, region: Region) -> NDArray[np.float64]:
        """Read physical values in double precision; missing is NaN."""
        with BusErrorCheck():
            stored = self._stored(region)
            stored = stored if self._slice.top_down else stored[::-1]
            values = self._hdu.scaling.doubles(stored)
            if self._hdu.scaling.blank is not None:
                values[stored == self._hdu.scaling.blank] = np.nan
            return values

    def bits(self, region: Region) -> tuple[NDArray[np.uint32], NDArray[np.bool_] | None]:
        """Read the lower 32 bits of integers, and which are missing, if any may be.

        Both have the shape (height, width), row 0 at the top.
        """
        with BusErrorCheck():
            stored = self._stored(region)
            stored = stored if self._slice.top_down else stored[::-1]
            scaling = self._hdu.scaling
            # Unsigned integers are stored less half of their range.
            numbers = stored.astype(np.int64) + int(scaling.offset)
            missing = None if scaling.blank is None else np.asarray(stored == scaling.blank)
            return (numbers & 0xFFFFFFFF).astype(np.uint32), missing

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as stored and in physical units, at the file's own precision."""
        with BusErrorCheck():
            raw = self._stored(Region(x, y, 1, 1))[0, 0].item()
        value = self._hdu.scaling.physical(raw)
        return PixelValue(value=value, raw=None if raw != raw else raw)

    def _stored(self, region: Region) -> NDArray[Any]:
        rows = slice(self.height - region.bottom, self.height - region.y)
        if self._slice.top_down:
            rows = slice(region.y, region.bottom)
        stored = self._file.read(self._hdu, self._slice.index(rows, slice(region.x, region.right)))
        # Indexing keeps the order of the axes of the array.
        return stored if self._slice.y_axis < self._slice.x_axis else stored.T


def intersection(one: Region, other: Region) -> Region | None:
    """Intersection of two rectangles, or None."""
    x, y = max(one.x, other.x), max(one.y, other.y)
    right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
    return Region(x, y, right - x, bottom - y) if right > x and bottom > y else None
