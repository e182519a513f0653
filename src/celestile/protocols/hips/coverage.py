"""The multi-order coverage of an image: the cells of the sky that it covers (IVOA MOC 2.0).

Cells are divided until they are completely inside the image, completely outside, or small enough.
Uncertain cells count as inside: an extra cell costs an empty tile, a missing one hides pixels.
`mocpy` would project every pixel and omit cells at edges (see ``docs/decisions/libraries.md``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.sky.frames import ICRS, to_frame
from celestile.pixels.sky.samples import SampledChip, sampled_chips
from celestile.pixels.sky.sky import Sky
from celestile.pixels.sky.vectors import Floats, unit_vectors
from celestile.protocols.hips.healpix import (
    DEEPEST,
    FACES,
    Integers,
    cell_size,
    part_coordinates,
    places,
)

_LARGE, _SMALL = 5, 3  # positions compared along the side of a cell
_MARGIN = 0.25  # share of the extent of a cell by which its edges may curve beyond these positions
_AT_ONCE = 4096  # cells, to bound memory
_NONE: Integers = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Moc:
    """Cells of several orders that do not overlap.

    Parameters
    ----------
    order : int
        Maximum order of cells.
    cells : tuple of ndarray of int64
        Cells of orders 0 to `order`, ascending.
    """

    order: int
    cells: tuple[Integers, ...]

    @property
    def fraction(self) -> float:
        """Covered fraction of the sky, from 0 to 1."""
        return sum(cells.size / (FACES << 2 * order) for order, cells in enumerate(self.cells))

    @property
    def uniq(self) -> Integers:
        """Order and number of each cell in one integer (MOC 2.0, NUNIQ), ascending."""
        return np.concatenate(
            [cells + (4 << 2 * order) for order, cells in enumerate(self.cells)]
        ).astype(np.int64)

    @cached_property
    def _spans(self) -> tuple[Integers, Integers]:
        """First and one-past-last cells of the deepest order, ascending."""
        shifts = [2 * (DEEPEST - order) for order in range(self.order + 1)]
        starts = [cells << shift for cells, shift in zip(self.cells, shifts, strict=True)]
        stops = [cells + 1 << shift for cells, shift in zip(self.cells, shifts, strict=True)]
        start, stop = np.concatenate(starts), np.concatenate(stops)
        ascending = np.argsort(start)
        return start[ascending], stop[ascending]

    def holds(self, order: int, cell: int) -> bool:
        """Whether any part of a cell is covered."""
        shift = 2 * (DEEPEST - order)
        starts, stops = self._spans
        # The first span that ends after the start of the cell.
        index = int(np.searchsorted(stops, cell << shift, "right"))
        return index < starts.size and int(starts[index]) < (cell + 1 << shift)

    def box(self, order: int, cell: int, deeper: int) -> tuple[int, int, int, int] | None:
        """Bounding box of the covered part of a cell: left, top, right, bottom edge in its picture.

        Parameters
        ----------
        order, cell : int
            The cell; must not be within a covered cell.
        deeper : int
            The picture has 2**deeper pixels along its sides.

        Returns
        -------
        tuple of int or None
            None if nothing is covered.
        """
        lefts, tops, sides = [_NONE], [_NONE], [_NONE]
        for below in range(self.order - order + 1):
            inner = self.cells[order + below]
            inner = inner[inner >> 2 * below == cell] & (1 << 2 * below) - 1
            if below > deeper:
                inner = inner >> 2 * (below - deeper)
            top, left = part_coordinates(inner, min(below, deeper))
            shift = max(deeper - below, 0)
            lefts.append(left << shift)
            tops.append(top << shift)
            sides.append(np.full(inner.size, 1 << shift, np.int64))
        left, top, side = (np.concatenate(each) for each in (lefts, tops, sides))
        if not side.size:
            return None
        right, bottom = int((left + side).max()), int((top + side).max())
        return int(left.min()), int(top.min()), right, bottom


def cover(sky: Sky, order: int, extent: float) -> Moc:
    """Find the cells that an image covers.

    Parameters
    ----------
    sky : Sky
        Sky coordinates of the image.
    order : int
        Maximum order of cells.
    extent : float
        Extent of the image in degrees: much larger cells are always divided.
    """
    found: list[list[Integers]] = [[] for _ in range(order + 1)]
    trusted = next((each for each in range(order) if cell_size(each) <= extent / 8), order)
    for part in sampled_chips(sky):
        search = _Search(part, sky, trusted)
        cells = np.arange(FACES, dtype=np.int64)
        for level in range(order + 1):
            whole, some = search.classify(level, cells)
            taken = (whole & (level >= trusted)) | (some & (level == order))
            found[level].append(cells[taken])
            divided = cells[some & ~taken]
            cells = (divided[:, None] * 4 + np.arange(4)).ravel()
    return Moc(order, _merged([np.unique(np.concatenate(each or [_NONE])) for each in found]))


class _Search:
    """Compares cells with one part of an image; from order `small` on they are much smaller."""

    def __init__(self, part: SampledChip, sky: Sky, small: int) -> None:
        self._part = part
        self._small = small
        self._native = sky.celestial_frame

    def classify(self, order: int, cells: Integers) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether cells are completely inside, by samples, and whether they may be partly so."""
        whole, some = np.zeros(cells.size, np.bool_), np.zeros(cells.size, np.bool_)
        along = np.linspace(0.0, 1.0, _SMALL if order > self._small else _LARGE)
        dx, dy = (each.ravel() for each in np.meshgrid(along, along))
        for start in range(0, cells.size, _AT_ONCE):
            lon, lat = places(order, cells[start : start + _AT_ONCE, None], dx, dy)
            near = np.ones(len(lon), np.bool_)
            if order <= self._small:
                near = self._near(unit_vectors(lon, lat))
            lon, lat = to_frame(lon[near], lat[near], ICRS, self._native)
            where = start + np.nonzero(near)[0]
            whole[where], some[where] = self._compare(lon, lat)
        return whole, some

    def _near(self, vectors: Floats) -> NDArray[np.bool_]:
        centers = vectors[:, vectors.shape[1] // 2]
        chords = np.linalg.norm(vectors - centers[:, None], axis=-1).max(axis=1)
        return self._part.near(centers, 2 * np.arcsin(np.minimum(chords / 2, 1)) * 1.1)

    def _compare(self, lon: Floats, lat: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Compare positions in cells, shape (cells, positions), with the region of the part."""
        region = self._part.chip.region
        x, y = self._part.chip.coordinates.pixel_array(lon, lat, region)
        inside = (x >= region.x) & (x < region.right) & (y >= region.y) & (y < region.bottom)
        apart = np.zeros(len(x), np.bool_)
        for values, least, greatest in ((x, region.x, region.right), (y, region.y, region.bottom)):
            low, high = values.min(axis=1, initial=np.inf), values.max(axis=1, initial=-np.inf)
            margin = (high - low) * _MARGIN
            # Both are False with positions off the map, where nothing is known.
            apart |= (low - margin > greatest) | (high + margin < least)
        whole: NDArray[np.bool_] = np.asarray(inside.all(axis=1))
        return whole, ~apart


def _merged(cells: list[Integers]) -> tuple[Integers, ...]:
    """Replace complete sets of four children by the parent, and drop cells within others."""
    for order in range(len(cells) - 1):
        inner = cells[order + 1]
        for above in range(order + 1):
            inner = inner[~np.isin(inner >> 2 * (order + 1 - above), cells[above])]
        cells[order + 1] = inner
    for order in range(len(cells) - 1, 0, -1):
        parents, counts = np.unique(cells[order] >> 2, return_counts=True)
        complete = parents[counts == 4]
        cells[order] = cells[order][~np.isin(cells[order] >> 2, complete)]
        cells[order - 1] = np.unique(np.concatenate([cells[order - 1], complete]))
    return tuple(cells)
