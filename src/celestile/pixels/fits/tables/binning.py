"""Bins of positions: the number of events in each pixel, counted in bounded memory."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.data.faults import BusErrorCheck
from celestile.pixels.fits.data.mapped import MappedFile
from celestile.pixels.fits.hdus import Hdu, Index, TableSource
from celestile.pixels.fits.scaling import Scaling
from celestile.pixels.fits.tables.columns import Column, Table

_ROWS = 1 << 20  # read at once
_VERSION = 1  # of the counts in the cache
COUNTS = np.dtype("<i4")
"""Type of the counts."""

Doubles = NDArray[np.float64]
Pair = tuple[Doubles, Doubles]
Project = Callable[[Doubles, Doubles], Pair]


def positions(table: Table, columns: tuple[Column, Column], source: TableSource) -> Iterator[Pair]:
    """Values of two columns, some rows at a time; NaN where they are undefined."""
    stored = [(table.stored(column), column.scaling) for column in columns]
    for first in range(0, table.rows, _ROWS):
        rows = slice(first, first + _ROWS)
        pair = [_physical(source.column(hdu)[rows, 0], scaling) for hdu, scaling in stored]
        source.release(len(pair[0]) * table.row)
        yield pair[0], pair[1]


def _physical(stored: NDArray[Any], scaling: Scaling) -> Doubles:
    values = scaling.doubles(stored)
    if scaling.blank is not None:
        values[stored == scaling.blank] = np.nan
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """Square bins, each a pixel.

    Parameters
    ----------
    low : tuple of float
        Where the first bin of each axis begins.
    size : float
        Side of a bin.
    shape : tuple of int
        Numbers of bins: columns and rows.
    """

    low: tuple[float, float]
    size: float
    shape: tuple[int, int]

    def places(self, x: Doubles, y: Doubles) -> NDArray[np.int64]:
        """Index of the bin of each position within; rows from the bottom, one after another.

        As in `numpy.histogram`, the end of the last bin belongs to it.
        """
        inside = np.isfinite(x) & np.isfinite(y)
        index = []
        for values, low, count in zip((x, y), self.low, self.shape, strict=True):
            with np.errstate(invalid="ignore"):
                bins = (values - low) / self.size
                inside &= (bins >= 0) & (bins <= count)
            index.append((bins, count))
        columns, rows = (
            np.minimum(bins[inside].astype(np.int64), count - 1) for bins, count in index
        )
        return rows * self.shape[0] + columns


@dataclass(slots=True, eq=False)
class EventCounts:
    """The picture of a list of events, counted on first use and kept in the cache.

    Parameters
    ----------
    table : Table
        The list.
    columns : tuple of Column
        With the positions.
    bins : Bins
        The pixels.
    project : callable or None
        Converts values of the columns to positions in the bins; None if they are these.
    """

    table: Table
    columns: tuple[Column, Column]
    bins: Bins
    project: Project | None = None
    _counts: MappedFile | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """Identity of the counts within the file."""
        numbers = "-".join(str(column.number) for column in self.columns)
        return f"{self.table.index}-{numbers}-{_VERSION}"

    def read(self, source: TableSource, index: Index) -> NDArray[Any]:
        """Read a part of the array of shape (height, width); rows from the bottom."""
        if self._counts is None:
            self._counts = MappedFile(lambda: self._path(source))
        return self._counts.read(self._array, index)

    def _path(self, source: TableSource) -> Path:
        nbytes = self.bins.shape[0] * self.bins.shape[1] * COUNTS.itemsize
        return source.derived(self.name, nbytes, lambda path: self._write(path, source))

    @property
    def _array(self) -> Hdu:
        return Hdu(
            index=0, name="", version=1, shape=self.bins.shape[::-1], dtype=COUNTS,
            scaling=Scaling(), offset=0, compressed=False, header=None,
        )  # fmt: skip

    def _write(self, path: Path, source: TableSource) -> None:
        width, height = self.bins.shape
        with path.open("wb") as file:
            # Detect a full disk before the work: a write to a map could not report it.
            os.posix_fallocate(file.fileno(), 0, width * height * COUNTS.itemsize)
        # In the file, not in memory: 8192 by 8192 counts are 256 MB.
        counts = np.memmap(path, COUNTS, "r+", shape=(width * height,))
        with BusErrorCheck():
            for x, y in positions(self.table, self.columns, source):
                here = (x, y) if self.project is None else self.project(x, y)
                places, numbers = np.unique(self.bins.places(*here), return_counts=True)
                counts[places] += numbers.astype(COUNTS)
