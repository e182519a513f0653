"""Which row of a table has the value of a position, for every way to list the cells of HEALPix.

References
----------
Górski et al. 2005, ApJ 622, 759. Fernique et al. 2022, IVOA MOC 2.0, section 4.2.3 (UNIQ).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.hdus import TableSource

DEEPEST = 29
"""Maximum order for which numbers of cells fit in 64 bits."""

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]
ReadNumbers = Callable[[TableSource], Integers]


def cells_at(lon: Doubles, lat: Doubles, nside: int, order: str) -> Integers:
    """Numbers of the cells at positions in degrees, which must be finite."""
    from astropy import units  # noqa: PLC0415 - astropy loads slowly
    from astropy_healpix import lonlat_to_healpix  # noqa: PLC0415

    degrees = units.deg
    found = lonlat_to_healpix(lon * degrees, lat * degrees, nside, order=order)
    return np.asarray(found, np.int64)


class CellIndex(Protocol):
    """Finds the rows of positions."""

    def rows(self, source: TableSource, lon: Doubles, lat: Doubles) -> Integers:
        """Index of the value at each position in degrees; negative if there is none."""


@dataclass(frozen=True, slots=True)
class Implicit:
    """All cells in order, from a first one on.

    Parameters
    ----------
    nside : int
        NSIDE.
    order : {"ring", "nested"}
        ORDERING.
    first, count : int
        First cell and number of cells.
    """

    nside: int
    order: str
    first: int
    count: int

    def rows(self, source: TableSource, lon: Doubles, lat: Doubles) -> Integers:  # noqa: ARG002
        """Index of the value at each position; see `CellIndex`."""
        found = cells_at(lon, lat, self.nside, self.order) - self.first
        found[found >= self.count] = -1
        return found


@dataclass(slots=True)
class _Sorted:
    """Numbers of cells in increasing order, with the rows that they come from."""

    numbers: Integers
    rows: Integers | None


@dataclass(slots=True, eq=False)
class Explicit:
    """Cells by a column of their numbers.

    Parameters
    ----------
    nside : int
        NSIDE.
    order : {"ring", "nested"}
        ORDERING.
    numbers : callable
        Reads the numbers.
    """

    nside: int
    order: str
    numbers: ReadNumbers
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sorted: _Sorted | None = None

    def rows(self, source: TableSource, lon: Doubles, lat: Doubles) -> Integers:
        """Index of the value at each position; see `CellIndex`."""
        with self._lock:
            if self._sorted is None:
                self._sorted = _in_order(self.numbers(source))
        wanted = cells_at(lon, lat, self.nside, self.order)
        return _found(self._sorted, wanted, lambda place: self._sorted_at(place) == wanted)

    def _sorted_at(self, place: Integers) -> Integers:
        assert self._sorted is not None  # noqa: S101 - for the type checker
        return self._sorted.numbers[place]


@dataclass(slots=True, eq=False)
class MultiOrder:
    """Cells of several orders, by a column of ``UNIQ = 4**(order + 1) + number``, nested.

    Parameters
    ----------
    numbers : callable
        Reads the column.
    """

    numbers: ReadNumbers
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _begin: _Sorted | None = None
    _end: Integers | None = None

    def rows(self, source: TableSource, lon: Doubles, lat: Doubles) -> Integers:
        """Index of the value at each position; see `CellIndex`."""
        with self._lock:
            if self._begin is None:
                begin, end = ranges(self.numbers(source))
                self._begin = _in_order(begin)
                rows = self._begin.rows
                self._end = end if rows is None else end[rows]
        ends = self._end
        wanted = cells_at(lon, lat, 1 << DEEPEST, "nested")
        return _found(
            self._begin,
            wanted,
            lambda place: wanted < (ends if ends is not None else wanted)[place],
        )


def order_of(unique: Integers) -> Integers:
    """Order of cells by UNIQ; negative for invalid numbers."""
    # Exact: the logarithm of a double is not, near powers of four.
    orders = np.full(unique.shape, -1, np.int64)
    for order in range(DEEPEST + 1):
        least = np.int64(4) << np.int64(2 * order)
        # Numbers of an order are from 4 · 4^order to 16 · 4^order - 1.
        orders[(unique >= least) & (unique // 4 < least)] = order
    return orders


def ranges(unique: Integers) -> tuple[Integers, Integers]:
    """First cell of the deepest order in each cell by UNIQ, and the one after its last."""
    orders = order_of(unique)
    valid = orders >= 0
    depth = np.where(valid, orders, 0)
    cell = unique - (np.int64(4) << 2 * depth)
    begin = np.where(valid, cell << 2 * (DEEPEST - depth), 0)
    end = np.where(valid, cell + 1 << 2 * (DEEPEST - depth), 0)
    return begin, end


def _in_order(numbers: Integers) -> _Sorted:
    if bool((numbers[1:] >= numbers[:-1]).all()):
        return _Sorted(numbers, None)
    rows = np.argsort(numbers, kind="stable")
    return _Sorted(numbers[rows], rows)


def _found(
    index: _Sorted, wanted: Integers, holds: Callable[[Integers], NDArray[np.bool_]]
) -> Integers:
    place = np.searchsorted(index.numbers, wanted, side="right") - 1
    known = (place >= 0) & holds(np.maximum(place, 0))
    rows = place if index.rows is None else index.rows[np.maximum(place, 0)]
    return np.where(known, rows, -1).astype(np.int64, copy=False)
