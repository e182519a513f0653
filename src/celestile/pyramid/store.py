"""The file format of a pyramid, and reads through a memory map.

A file begins with a JSON header in a block of its own, followed by the levels, finest first. A
level is a grid of square tiles of native float32, row by row, so that a tile is one contiguous
read. Tiles at the right and bottom edges are stored completely; pixels beyond the image are never
returned.
"""

import json
import mmap
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from celestile.errors import StorageError
from celestile.geometry import Levels, Region, strips
from celestile.pixels.plane import Plane, coarser_of, reduction
from celestile.pixels.planes.bits import combine
from celestile.pyramid.kernels import halved, halved_angles, halved_by

LAST_FIRST = 3
"""Coarsest level at which storage may begin: finer levels are computed from level 0 when they are
read, and a tile of level 2 requires sixteen tiles of level 0."""

FORMAT = 4
"""Version of the format; changes with the layout or the meaning of the numbers."""

_HEADER_BYTES = 4096
_MAGIC = "Celestile pyramid"


@dataclass(frozen=True, slots=True)
class Extent:
    """Range of the pixels of level 0.

    Parameters
    ----------
    low, high : float or None
        Smallest and largest finite value as read from the plane, less its origin if it has one;
        None without finite values.
    valid : int
        Number of pixels that are not missing.
    """

    low: float | None
    high: float | None
    valid: int


@dataclass(frozen=True, slots=True)
class PyramidLayout:
    """Positions of the tiles of the stored levels in the file.

    Parameters
    ----------
    levels : Levels
        The whole pyramid.
    first : int
        Finest stored level: 0, or 1 if level 0 is read from the source; one or two more if the
        cache has no room for the finest levels.
    """

    levels: Levels
    first: int

    def shape(self, level: int) -> tuple[int, int, int, int]:
        """Tile rows, tile columns, rows and columns of a tile."""
        columns, rows = self.levels.grid(level)
        return rows, columns, self.levels.tile_size, self.levels.tile_size

    def offset(self, level: int) -> int:
        """Offset of a level in bytes."""
        tile = 4 * self.levels.tile_size**2
        before = (self.levels.grid(finer) for finer in range(self.first, level))
        return _HEADER_BYTES + sum(columns * rows * tile for columns, rows in before)

    @property
    def nbytes(self) -> int:
        """Size of the file in bytes."""
        return self.offset(self.levels.count)


def header(layout: PyramidLayout, extent: Extent) -> bytes:
    """Header block of a file."""
    text = json.dumps(
        {
            "magic": _MAGIC,
            "format": FORMAT,
            "width": layout.levels.width,
            "height": layout.levels.height,
            "tile_size": layout.levels.tile_size,
            "first": layout.first,
            "low": extent.low,
            "high": extent.high,
            "valid": extent.valid,
        }
    )
    return text.encode().ljust(_HEADER_BYTES)


def open_levels(file: int, layout: PyramidLayout) -> Mapping[int, NDArray[np.float32]]:
    """Map the stored levels of an open file for reading; shapes as in `PyramidLayout.shape`."""
    mapped = mmap.mmap(file, layout.nbytes, access=mmap.ACCESS_READ)
    # Access to tiles is random: read-ahead would fetch megabytes for each.
    mapped.madvise(mmap.MADV_RANDOM)
    return mapped_levels(mapped, layout)


def mapped_levels(mapped: mmap.mmap, layout: PyramidLayout) -> Mapping[int, NDArray[np.float32]]:
    """Levels in the map of a file; shapes as in `PyramidLayout.shape`."""
    return {
        level: np.frombuffer(
            mapped, np.float32, int(np.prod(layout.shape(level))), layout.offset(level)
        ).reshape(layout.shape(level))
        for level in range(layout.first, layout.levels.count)
    }


def write_region(
    file: int, layout: PyramidLayout, level: int, x: int, y: int, values: NDArray[np.float32]
) -> None:
    """Write values to a level of an open file, with the top left corner at (x, y).

    `pwrite` is faster than a map: each page of a new file would have to be cleared and mapped.
    """
    size = layout.levels.tile_size
    begin = layout.offset(level)
    columns, _ = layout.levels.grid(level)
    level_width, _ = layout.levels.size(level)
    height, width = values.shape
    for row in range(y // size, (y + height - 1) // size + 1):
        top, bottom = max(y, row * size), min(y + height, (row + 1) * size)
        for column in range(x // size, (x + width - 1) // size + 1):
            left, right = max(x, column * size), min(x + width, (column + 1) * size)
            piece = values[top - y : bottom - y, left - x : right - x]
            if left == column * size and right == level_width:
                # Pixels beyond the image are never read, but whole rows are written at once.
                piece = np.pad(piece, ((0, 0), (0, (column + 1) * size - right)))
            first = ((row * columns + column) * size + top % size) * size + left % size
            offset = begin + 4 * first
            if piece.shape[1] == size:
                _write(file, np.ascontiguousarray(piece), offset)
            else:
                for number, line in enumerate(np.ascontiguousarray(piece)):
                    _write(file, line, offset + 4 * size * number)


def _write(file: int, values: NDArray[np.float32], offset: int) -> None:
    rest = values.data.cast("B")
    while rest:
        written = os.pwrite(file, rest, offset)
        rest, offset = rest[written:], offset + written


def read_region(tiles: NDArray[np.float32], region: Region) -> NDArray[np.float32]:
    """Read a region of a level; a tile or a part of one is returned as a view."""
    size = tiles.shape[2]
    row, column = region.y // size, region.x // size
    top, left = region.y - row * size, region.x - column * size
    if top + region.height <= size and left + region.width <= size:
        return tiles[row, column, top : top + region.height, left : left + region.width]
    values = np.empty((region.height, region.width), np.float32)
    for row in range(region.y // size, (region.bottom - 1) // size + 1):
        top, bottom = max(region.y, row * size), min(region.bottom, (row + 1) * size)
        for column in range(region.x // size, (region.right - 1) // size + 1):
            left, right = max(region.x, column * size), min(region.right, (column + 1) * size)
            values[top - region.y : bottom - region.y, left - region.x : right - region.x] = tiles[
                row, column, top - row * size : bottom - row * size,
                left - column * size : right - column * size,
            ]  # fmt: skip
    return values


def halving(plane: Plane) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """Return the function that computes the next coarser level of a plane."""
    name = reduction(plane)
    if name == "angle":
        return halved_angles
    return halved if name == "mean" else partial(halved_by, combine(name))


class Pyramid:
    """A plane at all levels: some from its source, the others from the file in the cache.

    Parameters
    ----------
    plane : Plane
        The source, from which level 0 is read if it is not in the file.
    levels : Levels
        Sizes.
    stored : mapping of int to ndarray
        Mapped levels, as returned by `open_levels`.
    extent : Extent or None
        Range of level 0; None if nothing was built because level 0 is the only level.
    """

    def __init__(
        self,
        plane: Plane,
        levels: Levels,
        stored: Mapping[int, NDArray[np.float32]],
        extent: Extent | None = None,
    ) -> None:
        self.plane = plane
        self.levels = levels
        self.extent = extent
        self.reduction = reduction(plane)
        self._stored = stored

    def has(self, level: int) -> bool:
        """Whether a level can be read without building the pyramid."""
        return level in self._stored or (self.plane.direct and self._follows_from_source(level))

    def stores(self, level: int) -> bool:
        """Whether a level is stored in the cache."""
        return level in self._stored

    def read(self, level: int, region: Region) -> NDArray[np.float32]:
        """Read a region in pixels of the level; missing is NaN."""
        tiles = self._stored.get(level)
        if tiles is not None:
            return read_region(tiles, region)
        if level == 0:
            return self.plane.read(region)
        if not self._follows_from_source(level):
            raise LookupError(f"level {level} has not been built")
        return self._reduced(level, region)

    def _follows_from_source(self, level: int) -> bool:
        """Whether a level is 0, or one that was not stored for lack of room."""
        return level == 0 or (bool(self._stored) and level < min(self._stored) <= LAST_FIRST)

    def _reduced(self, level: int, region: Region) -> NDArray[np.float32]:
        """Compute a region of a level as the build would have, in strips of bounded size."""
        values = np.empty((region.height, region.width), np.float32)
        left, right = region.x << level, min(region.right << level, self.levels.width)
        for begin, end in strips(region.height, self.levels.tile_size):
            top = (region.y + begin) << level
            bottom = min((region.y + end) << level, self.levels.height)
            source = Region(left, top, right - left, bottom - top)
            own_coarser = coarser_of(self.plane)
            strip = self.plane.read(source) if own_coarser is None else own_coarser(source)
            for _ in range(level if own_coarser is None else level - 1):
                strip = halving(self.plane)(strip)
            values[begin:end] = strip
        return values


def open_pyramid(path: Path, plane: Plane, levels: Levels) -> Pyramid:
    """Open the completed file of a plane.

    Raises
    ------
    FileNotFoundError
        If it does not exist.
    StorageError
        If it is damaged or of another version.
    """
    with path.open("rb") as stream:
        try:
            facts = json.loads(stream.read(_HEADER_BYTES))
            layout = PyramidLayout(levels, int(facts["first"]))
            known = Levels(facts["width"], facts["height"], facts["tile_size"])
            extent = Extent(facts["low"], facts["high"], facts["valid"])
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError("a file of the pyramid cache is damaged") from error
        # A file cut short would end the process when its map is read (SIGBUS).
        size = os.fstat(stream.fileno()).st_size
        if facts["format"] != FORMAT or known != levels or size != layout.nbytes:
            raise StorageError("a file of the pyramid cache is damaged or of another version")
        return Pyramid(plane, levels, open_levels(stream.fileno(), layout), extent)
