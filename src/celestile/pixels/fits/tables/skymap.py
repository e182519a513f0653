"""The pixels of a map of cells of the sky, computed from the rows of its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.hdus import Hdu, Index, TableSource
from celestile.pixels.fits.tables import mollweide
from celestile.pixels.fits.tables.cellindex import CellIndex, Doubles

_NEAR_BAD = 1e-5  # relative: the value of missing cells is written in single precision
_AT_ONCE = 1 << 20  # pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HealpixMap:
    """The pixels of a map.

    Parameters
    ----------
    width, height : int
        Size of the picture.
    index : CellIndex
        Finds the row of a position.
    values : tuple of Hdu and int or None
        The columns as arrays of shape (rows, elements), and the element that is the value; None if
        all elements of a row are cells.
    dtype : numpy.dtype
        Of the result.
    bad : float
        Value of cells without data.
    """

    width: int
    height: int
    index: CellIndex
    values: tuple[tuple[Hdu, int | None], ...]
    dtype: np.dtype[Any]
    bad: float

    def read(self, source: TableSource, index: Index) -> NDArray[Any]:
        """Compute a part of the array of shape (columns, height, width); rows from the bottom."""
        layer, rows, columns = index
        if isinstance(rows, int) or isinstance(columns, int):
            raise TypeError("rows and columns must be ranges")
        down = np.arange(self.height)[rows].astype(np.float64)
        across = np.arange(self.width)[columns].astype(np.float64)
        layers = range(len(self.values))[layer] if isinstance(layer, slice) else (layer,)
        found = np.full((len(layers), down.size, across.size), np.nan, self.dtype)
        step = max(1, _AT_ONCE // max(across.size, 1))
        for top in range(0, down.size, step):
            part = slice(top, top + step)
            self._draw(source, layers, down[part], across, found[:, part])
        return found if isinstance(layer, slice) else found[0]

    def _draw(
        self,
        source: TableSource,
        layers: Sequence[int],
        down: Doubles,
        across: Doubles,
        found: NDArray[Any],
    ) -> None:
        lon, lat = mollweide.sky(down, across, self.width, self.height)
        self._look_up(source, layers, lon, lat, found)

    def at(self, source: TableSource, layer: int, lon: Doubles, lat: Doubles) -> NDArray[Any]:
        """Value of the cell at each position in degrees; NaN where it is undefined."""
        found = np.full((1, lon.size), np.nan, self.dtype)
        flat = lon.ravel(), lat.ravel()
        for first in range(0, lon.size, _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            self._look_up(source, (layer,), flat[0][part], flat[1][part], found[:, part])
        return found.reshape(lon.shape)

    def _look_up(
        self,
        source: TableSource,
        layers: Sequence[int],
        lon: Doubles,
        lat: Doubles,
        found: NDArray[Any],
    ) -> None:
        shown = np.isfinite(lon) & np.isfinite(lat)
        if not shown.any():
            return
        at = self.index.rows(source, lon[shown], lat[shown])
        known = at >= 0
        for layer, picture in zip(layers, found, strict=True):
            values = np.full(at.shape, np.nan, self.dtype)
            values[known] = self._values(source, layer, at[known])
            picture[shown] = values

    def _values(self, source: TableSource, layer: int, at: NDArray[np.int64]) -> NDArray[Any]:
        hdu, element = self.values[layer]
        stored = source.column(hdu)
        elements = hdu.shape[1]
        numbers = stored[at // elements, at % elements] if element is None else stored[at, element]
        source.release(numbers.nbytes)
        values = hdu.scaling.doubles(numbers)
        is_bad = np.abs(values - self.bad) <= _NEAR_BAD * abs(self.bad)
        if hdu.scaling.blank is not None:
            is_bad |= numbers == hdu.scaling.blank
        values[is_bad] = np.nan
        with np.errstate(over="ignore"):
            return values.astype(self.dtype)
