"""Planes: two-dimensional arrays read by pieces, wherever they lie.

FITS counts rows from the bottom; this is where they are turned, once, so that row 0 is at the top
for everything above.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import SourceChangedError, UnservableImageError
from celestile.pixels.fits import CompressedReader, Hdu
from celestile.pixels.image import PixelValue, Plane
from celestile.pyramid.geometry import Region, strips


def combined_key(*parts: object) -> str:
    """Identity made of several parts."""
    text = "|".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


class MappedArray:
    """An uncompressed FITS array, mapped into memory when first read.

    A mapped file that shrinks would end the process at the next access (SIGBUS), so the size is
    looked at before every read.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    hdu : Hdu
        The array in it.
    """

    def __init__(self, path: Path, hdu: Hdu) -> None:
        self._path = path
        self._hdu = hdu
        self._lock = threading.Lock()
        self._file: int | None = None
        self._array: NDArray[Any] | None = None

    def array(self) -> NDArray[Any]:
        """Map of the whole array as stored, big-endian.

        Raises
        ------
        SourceChangedError
            If the file has shrunk or is gone.
        """
        array = self._array
        if array is None:
            array = self._map()
        if self._file is not None and os.fstat(self._file).st_size < self._end:
            raise SourceChangedError("the file has shrunk while it was being served")
        return array

    @property
    def _end(self) -> int:
        return self._hdu.offset + self._hdu.nbytes

    def _map(self) -> NDArray[Any]:
        with self._lock:
            if self._array is None:
                try:
                    self._file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
                    if os.fstat(self._file).st_size < self._end:
                        raise SourceChangedError("the file has shrunk since it was opened")
                    with os.fdopen(os.dup(self._file), "rb") as stream:
                        # asarray: a memmap's slices cost a Python call each.
                        self._array = np.asarray(
                            np.memmap(
                                stream,
                                dtype=self._hdu.dtype,
                                mode="r",
                                offset=self._hdu.offset,
                                shape=self._hdu.shape,
                            )
                        )
                except OSError as error:
                    raise SourceChangedError("the file is not there any more") from error
            return self._array

    def __del__(self) -> None:
        """Close the file; the map closes itself with its last user."""
        if self._file is not None:
            os.close(self._file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which two-dimensional slice of an array a plane is.

    Parameters
    ----------
    y_axis, x_axis : int
        Positions of the image axes in the array's shape (slowest first); y before x.
    fixed : tuple of int
        Index along each of the other axes, in the shape's order.
    """

    y_axis: int
    x_axis: int
    fixed: tuple[int, ...]

    def index(self, rows: slice, columns: slice) -> tuple[slice | int, ...]:
        """Index into the array for a range of stored rows and columns."""
        rest = iter(self.fixed)
        dimensions = len(self.fixed) + 2
        return tuple(
            rows if axis == self.y_axis else columns if axis == self.x_axis else next(rest)
            for axis in range(dimensions)
        )


class ArrayPlane:
    """A slice of an array of a FITS file.

    Parameters
    ----------
    hdu : Hdu
        The array; of one axis (a single row) or more.
    slice_ : Slice
        The slice of it.
    key : str
        Identity of the file's content.
    source : MappedArray or CompressedReader
        Where the stored numbers come from.
    """

    def __init__(
        self, hdu: Hdu, slice_: Slice, key: str, source: MappedArray | CompressedReader
    ) -> None:
        self._hdu = hdu
        self._slice = slice_
        self._source = source
        self.height = hdu.shape[slice_.y_axis]
        self.width = hdu.shape[slice_.x_axis]
        # Along any axis but the last, neighbors in x are far apart on disk.
        self.direct = not hdu.compressed and slice_.x_axis == len(hdu.shape) - 1
        self.key = combined_key(key, hdu.index, slice_.y_axis, slice_.x_axis, slice_.fixed)

    def read(self, region: Region) -> NDArray[np.float32]:
        """Physical values, native float32, C order, shape (height, width); missing is NaN."""
        stored = self._stored(region)[::-1]
        return np.ascontiguousarray(self._hdu.scaling.apply(stored))

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as stored and in physical units, at the file's own precision."""
        raw = self._stored(Region(x, y, 1, 1))[0, 0].item()
        value = self._hdu.scaling.physical(raw)
        return PixelValue(value=value, raw=None if raw != raw else raw)

    def _stored(self, region: Region) -> NDArray[Any]:
        if self._hdu.problem is not None:
            raise UnservableImageError(self._hdu.problem)
        rows = slice(self.height - region.bottom, self.height - region.y)
        index = self._slice.index(rows, slice(region.x, region.right))
        if isinstance(self._source, CompressedReader):
            stored = self._source.read(index)
        else:
            stored = self._source.array()[index]
        # The index keeps the array's order of axes.
        return stored if self._slice.y_axis < self._slice.x_axis else stored.T


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
            values[start:stop] = self._collapse(part)
        return values

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel in physical units; there is no stored number behind it."""
        value = float(self._collapse(Region(x, y, 1, 1))[0, 0])
        return PixelValue(value=None if np.isnan(value) else value, raw=None)

    def _collapse(self, region: Region) -> NDArray[np.float64]:
        if self._method == "median":
            stack = np.stack([plane.read(region) for plane in self._planes])
            return median(stack)
        first = self._planes[0].read(region).astype(np.float64)
        count = (~np.isnan(first)).astype(np.float64)
        total = first if self._method == "max" else np.nan_to_num(first, nan=0.0, posinf=np.inf)
        for plane in self._planes[1:]:
            values = plane.read(region)
            if self._method == "max":
                np.fmax(total, values, out=total)
                continue
            valid = ~np.isnan(values)
            count += valid
            np.add(total, values, out=total, where=valid)
        if self._method == "max":
            return total
        missing = count == 0
        if self._method == "mean":
            total /= np.maximum(count, 1)
        total[missing] = np.nan
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
    return 0.5 * (pair[0].astype(np.float64) + pair[1])


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where a part of one plane lies in another, pixel on pixel.

    Parameters
    ----------
    plane : Plane
        The plane that is shown.
    source : Region
        The part of it.
    x, y : int
        Top left corner in the mosaic.
    flip_x, flip_y : bool
        Whether columns and rows run backwards.
    scale, offset : float
        To bring the chips to one level: value * scale + offset.
    """

    plane: Plane
    source: Region
    x: int
    y: int
    flip_x: bool = False
    flip_y: bool = False
    scale: float = 1.0
    offset: float = 0.0

    @property
    def region(self) -> Region:
        """Rectangle in the mosaic."""
        return Region(self.x, self.y, self.source.width, self.source.height)

    def source_region(self, part: Region) -> Region:
        """Rectangle of the plane that lies under a part of the mosaic."""
        x, y = part.x - self.x, part.y - self.y
        if self.flip_x:
            x = self.source.width - x - part.width
        if self.flip_y:
            y = self.source.height - y - part.height
        return Region(self.source.x + x, self.source.y + y, part.width, part.height)


class MosaicPlane:
    """Chips set side by side, pixel on pixel; gaps are missing pixels.

    Parameters
    ----------
    placements : sequence of Placement
        They do not overlap.
    width, height : int
        Size of the mosaic.
    """

    def __init__(self, placements: Sequence[Placement], width: int, height: int) -> None:
        self._placements = tuple(placements)
        self.width = width
        self.height = height
        self.direct = all(placement.plane.direct for placement in placements)
        self.key = combined_key(
            width,
            height,
            *((p.plane.key, p.region, p.flip_x, p.flip_y, p.scale, p.offset) for p in placements),
        )

    def read(self, region: Region) -> NDArray[np.float32]:
        """Physical values, native float32, C order, shape (height, width); missing is NaN."""
        values = np.full((region.height, region.width), np.nan, np.float32)
        for placement in self._placements:
            part = intersection(region, placement.region)
            if part is None:
                continue
            chip = placement.plane.read(placement.source_region(part))
            if placement.scale != 1.0 or placement.offset != 0.0:
                chip = chip * np.float32(placement.scale) + np.float32(placement.offset)
            chip = chip[:: -1 if placement.flip_y else 1, :: -1 if placement.flip_x else 1]
            top, left = part.y - region.y, part.x - region.x
            values[top : top + part.height, left : left + part.width] = chip
        return values

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as its chip has it, before any matching of the chips."""
        here = Region(x, y, 1, 1)
        for placement in self._placements:
            part = intersection(here, placement.region)
            if part is not None:
                under = placement.source_region(part)
                return placement.plane.value(under.x, under.y)
        return PixelValue(value=None, raw=None)


def intersection(one: Region, other: Region) -> Region | None:
    """Common part of two rectangles, or None."""
    x, y = max(one.x, other.x), max(one.y, other.y)
    right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
    return Region(x, y, right - x, bottom - y) if right > x and bottom > y else None
