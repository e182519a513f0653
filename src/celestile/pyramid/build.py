"""Builds the levels of a pyramid, block by block, in bounded memory.

Every block of level 0 is read once. As its edges are multiples of a power of two, the next
coarser levels are computed from it alone; only levels coarser than a block use finished levels.
"""

import math
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np

from celestile.errors import StorageError
from celestile.geometry import Region, ceil_divide, strips
from celestile.pixels.plane import Plane, coarser_of, reduction
from celestile.pixels.planes.array import ArrayPlane
from celestile.pixels.planes.shifted import unshifted
from celestile.pyramid.kernels import extent, nothing_seen, reduce
from celestile.pyramid.store import (
    Extent,
    PyramidLayout,
    halving,
    header,
    open_levels,
    read_region,
    write_region,
)

Progress = Callable[[int, int], None]
"""Called with the number of pixels done and in all."""

_ROWS = 256
_COLUMNS = 1 << 15  # reading whole rows is fastest
_WIDE = 20_000  # columns, beyond which blocks have half the height to limit memory
_COLUMNS_STORED = 1 << 12  # if level 0 is stored: writing whole tiles is fastest
_PART_PIXELS = 1 << 18  # that fit in the processor cache
_MOST_PIXELS = 1 << 21  # of a block of a compressed plane
_TILE_ROWS = 4  # rows of compressed tiles in a block, if possible
_LEAST_ROWS = 16
_THREADS = 2
_NICENESS = 10


def build(
    plane: Plane, layout: PyramidLayout, path: Path, progress: Progress | None = None
) -> None:
    """Write the pyramid of a plane to a file.

    Parameters
    ----------
    plane : Plane
        The source.
    layout : PyramidLayout
        Layout of the file.
    path : pathlib.Path
        Created or overwritten; left incomplete if an error is raised.
    progress : callable, optional
        Progress callback.

    Raises
    ------
    StorageError
        If the disk is full or cannot be written to.
    SourceChangedError, UnservableImageError
        If the source cannot be read.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"the pyramid cache cannot be written: {error.strerror}") from error
    try:
        # Detect a full disk before the work, not after it.
        os.posix_fallocate(file, 0, layout.nbytes)
        shape = _block_shape(plane, layout)
        within = _levels_within(plane, shape)
        spanned = _build_blocks(plane, shape, within, file, layout, progress)
        _build_top(plane, layout, within, file)
        os.pwrite(file, header(layout, spanned), 0)
    except OSError as error:
        raise StorageError(f"the pyramid cache cannot be written: {error.strerror}") from error
    finally:
        os.close(file)


def _block_shape(plane: Plane, layout: PyramidLayout) -> tuple[int, int]:
    """Rows (a power of two) and columns of the blocks of level 0."""
    if plane.direct:
        if layout.first == 0:
            return _ROWS, _COLUMNS_STORED
        return _ROWS if plane.width <= _WIDE else _ROWS // 2, _COLUMNS
    source = unshifted(plane)
    # Planes without known tiles are best read by whole rows.
    height, width = source.tile_shape if isinstance(source, ArrayPlane) else (1, plane.width)
    # Tiles start at the bottom and blocks at the top: tiles across an edge are decoded twice.
    rows = max(_ROWS, 1 << (_TILE_ROWS * height - 1).bit_length())
    while rows * width > _MOST_PIXELS and rows > _LEAST_ROWS:
        rows //= 2
    return rows, max(1, _MOST_PIXELS // (rows * width)) * width


def _levels_within(plane: Plane, shape: tuple[int, int]) -> int:
    """Number of levels above 0 that are computed from a block alone."""
    rows, columns = shape
    return int(math.log2(rows if columns >= plane.width else math.gcd(rows, columns)))


def _build_blocks(
    plane: Plane,
    shape: tuple[int, int],
    within: int,
    file: int,
    layout: PyramidLayout,
    progress: Progress | None,
) -> Extent:
    extents = []
    done, total = 0, plane.width * plane.height
    with ThreadPoolExecutor(_THREADS, "pyramid", initializer=_give_way) as pool:
        # Few blocks at a time to bound memory; one spare block per thread, so that threads do not
        # wait for each other.
        blocks = _blocks(plane, shape)
        pending = [
            pool.submit(_build_block, plane, block, within, file, layout)
            for block in islice(blocks, 2 * _THREADS)
        ]
        while pending:
            found, block = pending.pop(0).result()
            pending += [
                pool.submit(_build_block, plane, following, within, file, layout)
                for following in islice(blocks, 1)
            ]
            extents.append(found)
            done += block.width * block.height
            if progress is not None:
                progress(done, total)
    low = min((each.low for each in extents if each.low is not None), default=None)
    high = max((each.high for each in extents if each.high is not None), default=None)
    return Extent(low, high, sum(each.valid for each in extents))


def _give_way() -> None:
    """Lower the priority: on Linux, niceness applies to the calling thread."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)


def _blocks(plane: Plane, shape: tuple[int, int]) -> Iterator[Region]:
    """Blocks in the order of a FITS file, from the bottom, which suits read-ahead of disks."""
    for top, bottom in reversed(tuple(strips(plane.height, shape[0]))):
        for left, right in strips(plane.width, shape[1]):
            yield Region(left, top, right - left, bottom - top)


def _build_block(
    plane: Plane, block: Region, within: int, file: int, layout: PyramidLayout
) -> tuple[Extent, Region]:
    seen = nothing_seen()
    coarser = halving(plane)
    own_coarser = coarser_of(plane)
    values = np.empty((ceil_divide(block.height, 2), ceil_divide(block.width, 2)), np.float32)
    for part in _parts(plane, block, layout):
        fine = plane.read(part)
        if layout.first == 0:
            write_region(file, layout, 0, part.x, part.y, fine)
        top, bottom = part.y - block.y, part.bottom - block.y
        part_of_next = values[top // 2 : ceil_divide(bottom, 2)]
        reduce(fine, part_of_next, seen)
        if own_coarser is not None:
            part_of_next[:] = own_coarser(part)
        elif reduction(plane) != "mean":
            part_of_next[:] = coarser(fine)
    for level in range(1, min(within, layout.levels.count - 1) + 1):
        if level > 1:
            values = coarser(values)
        if level >= layout.first:
            write_region(file, layout, level, block.x >> level, block.y >> level, values)
    low, high, valid = extent(seen)
    known = low <= high
    return Extent(low if known else None, high if known else None, valid), block


def _parts(plane: Plane, block: Region, layout: PyramidLayout) -> Iterator[Region]:
    """Parts of a block that are read and reduced at once, in the order of a FITS file."""
    rows = block.height
    if plane.direct and layout.first > 0:
        # Even, since a row of the next level needs two.
        rows = max(2, _PART_PIXELS // block.width // 2 * 2)
    for top, bottom in reversed(tuple(strips(block.height, rows))):
        yield Region(block.x, block.y + top, block.width, bottom - top)


def _build_top(plane: Plane, layout: PyramidLayout, within: int, file: int) -> None:
    """Build the levels that are not computed from blocks, each from the finer one."""
    stored = open_levels(file, layout)
    for level in range(within + 1, layout.levels.count):
        width, height = layout.levels.size(level - 1)
        for top, bottom in strips(height, _ROWS):
            fine = read_region(stored[level - 1], Region(0, top, width, bottom - top))
            write_region(file, layout, level, 0, top // 2, halving(plane)(fine))
