"""Map the pixels of a picture of the sky to positions in an image.

Coordinates are computed exactly at nodes some pixels apart and interpolated in between where that
is accurate enough: every second node is compared with the mean of its neighbors. Elsewhere, such as
at discontinuities and edges of maps, every pixel is computed.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.sky.frames import ICRS, CelestialFrame, to_frame
from celestile.pixels.sky.samples import SampledChip, sampled_chips
from celestile.pixels.sky.sky import Sky
from celestile.pixels.sky.vectors import Floats, unit_vectors
from celestile.render.request import EMPTY, SMOOTH, Warp, WarpMesh

# Pixels between nodes; a finer lattice is tried if too much of a coarser one is inaccurate.
_STEPS = (16, 8, 4)
_MOST_REFINED = 4096  # pixels; computing as many takes as long as the finest lattice
# Maximum distance of a node from the mean of its neighbors, in pixels of the image or of the
# picture, whichever are larger. The neighbors are twice as far apart as nodes, so that the error of
# interpolation is a quarter of it on a smooth map, and at most twice as much beside a kink.
_TOLERANCE = 0.05


class Chart(Protocol):
    """A picture of the sky in some geometry."""

    @property
    def key(self) -> str:
        """Identity of the geometry, for caches."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""

    def world(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """ICRS degrees of continuous coordinates from the top left corner; NaN if undefined.

        Coordinates may be some pixels beyond the right and bottom edges.
        """


@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """Nodes over a picture.

    Parameters
    ----------
    step : int
        Pixels between nodes.
    lon, lat : ndarray of float64, shape (2 * rows + 1, 2 * columns + 1)
        Positions of the nodes, in the frame of the image.
    vectors, radii : ndarray of float64, shapes (rows, columns, 3) and (rows, columns)
        Bounding circles of blocks of 2 by 2 cells, in ICRS and radians.
    """

    step: int
    lon: Floats
    lat: Floats
    vectors: Floats
    radii: Floats


class _WarpBuilder:
    """Computes the warp of one picture of one image."""

    def __init__(self, chart: Chart, sky: Sky) -> None:
        self._chart = chart
        self._native = sky.celestial_frame
        self._lattices: dict[int, _Lattice] = {}

    def native(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Convert picture coordinates to the frame of the image."""
        lon, lat = self._chart.world(u, v)
        return to_frame(lon, lat, ICRS, self._native)

    def lattice(self, step: int) -> _Lattice:
        """Nodes, computed once for all parts of a mosaic."""
        if step not in self._lattices:
            self._lattices[step] = self._make(step)
        return self._lattices[step]

    def _make(self, step: int) -> _Lattice:
        columns, rows = (-(-side // (2 * step)) for side in self._chart.size)
        u, v = np.meshgrid(
            np.arange(2 * columns + 1, dtype=np.float64) * step,
            np.arange(2 * rows + 1, dtype=np.float64) * step,
        )
        lon, lat = self._chart.world(u, v)
        vectors = unit_vectors(lon, lat)
        centers = vectors[1::2, 1::2]
        farthest = np.zeros((rows, columns))
        for row in range(3):
            for column in range(3):
                others = vectors[row : row + 2 * rows : 2, column : column + 2 * columns : 2]
                chords = np.linalg.norm(others - centers, axis=-1)
                # Undefined nodes may be anywhere.
                farthest = np.maximum(farthest, np.where(np.isfinite(chords), chords, 2.0))
        radii = 2 * np.arcsin(np.minimum(farthest / 2, 1)) * 1.1
        return _Lattice(
            step,
            *to_frame(lon, lat, ICRS, self._native),
            np.nan_to_num(centers),
            radii,
        )

    def sheet(self, part: SampledChip) -> WarpMesh | None:
        """Compute the mesh of a part of the image; None if the picture does not show it."""
        for step in _STEPS:
            lattice = self.lattice(step)
            near = part.near(lattice.vectors, lattice.radii)
            if not near.any():
                return None
            x, y = _located(part, lattice, near)
            smooth = _smooth(x, y, step)
            rough = near & ~smooth
            if rough.sum() * (2 * step) ** 2 <= _MOST_REFINED:
                break
        blocks = np.where(near & smooth, SMOOTH, EMPTY).astype(np.int64)
        blocks[rough] = np.arange(rough.sum())
        exact_x, exact_y = self._refined(part, np.argwhere(rough), 2 * step)
        region = part.chip.region
        return WarpMesh(
            region=region,
            step=step,
            nodes_x=x,
            nodes_y=y,
            blocks=blocks,
            exact_x=exact_x,
            exact_y=exact_y,
        )

    def _refined(
        self, part: SampledChip, places: NDArray[np.int64], side: int
    ) -> tuple[Floats, Floats]:
        """Compute all pixels of the given blocks, by row and column."""
        if not len(places):
            return np.empty((0, side, side)), np.empty((0, side, side))
        within = np.arange(side) + 0.5
        corners = places[:, :, None, None] * float(side)
        v, u = np.broadcast_arrays(corners[:, 0] + within[:, None], corners[:, 1] + within[None, :])
        width, height = self._chart.size
        lon, lat = np.full(u.shape, np.nan), np.full(u.shape, np.nan)
        shown = (u < width) & (v < height)
        lon[shown], lat[shown] = self.native(u[shown], v[shown])
        return part.chip.coordinates.pixel_array(lon, lat, part.chip.region)


def pixel_positions(chart: Chart, frame: CelestialFrame) -> tuple[Floats, Floats]:
    """Longitudes and latitudes of the centres of all pixels of a picture.

    Parameters
    ----------
    chart : Chart
        The picture.
    frame : CelestialFrame
        Frame of the result.

    Returns
    -------
    tuple of ndarray
        Degrees, of shape (height, width); NaN if undefined.
    """
    width, height = chart.size
    u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return to_frame(*chart.world(u, v), ICRS, frame)


def compute_warp(chart: Chart, sky: Sky) -> Warp:
    """Map the pixels of a picture of the sky to positions in an image.

    Parameters
    ----------
    chart : Chart
        The picture.
    sky : Sky
        Sky coordinates of the image; the result has no meshes if they are unknown.

    Returns
    -------
    Warp
        Accurate to a tenth of a pixel of the image or of the picture, whichever are larger.
    """
    charter = _WarpBuilder(chart, sky)
    meshes = (charter.sheet(part) for part in sampled_chips(sky))
    return Warp(
        key=chart.key,
        size=chart.size,
        meshes=tuple(sheet for sheet in meshes if sheet is not None),
    )


def _located(
    part: SampledChip, lattice: _Lattice, near: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Image coordinates of the nodes around the given blocks; NaN at other nodes."""
    rows, columns = near.shape
    wanted = np.zeros(lattice.lon.shape, np.bool_)
    for row in range(3):
        for column in range(3):
            wanted[row : row + 2 * rows : 2, column : column + 2 * columns : 2] |= near
    x, y = np.full(wanted.shape, np.nan), np.full(wanted.shape, np.nan)
    x[wanted], y[wanted] = part.chip.coordinates.pixel_array(
        lattice.lon[wanted], lattice.lat[wanted], part.chip.region
    )
    return x, y


def _smooth(x: Floats, y: Floats, step: int) -> NDArray[np.bool_]:
    """Blocks of 2 by 2 cells in which interpolation between nodes is accurate."""
    rows, columns = (x.shape[0] - 1) // 2, (x.shape[1] - 1) // 2
    along = np.hypot(x[:, 2::2] - x[:, :-2:2], y[:, 2::2] - y[:, :-2:2]) / (2 * step)
    down = np.hypot(x[2::2] - x[:-2:2], y[2::2] - y[:-2:2]) / (2 * step)
    scale = np.minimum(along[:-1:2], down[:, :-1:2])
    allowed = _TOLERANCE * np.maximum(scale, 1.0)
    beside = _bent(x, y, 1)
    above = _bent(x, y, 0)
    good: NDArray[np.bool_] = np.ones((rows, columns), np.bool_)
    with np.errstate(invalid="ignore"):
        for offset in range(3):
            good &= beside[offset : offset + 2 * rows : 2] <= allowed
            good &= above[:, offset : offset + 2 * columns : 2] <= allowed
    return good


def _bent(x: Floats, y: Floats, axis: int) -> Floats:
    """Distance of every second node along an axis from the mean of its neighbors."""
    x, y = (np.moveaxis(nodes, axis, 1) for nodes in (x, y))
    found = np.hypot(
        x[:, 1::2] - (x[:, :-2:2] + x[:, 2::2]) / 2, y[:, 1::2] - (y[:, :-2:2] + y[:, 2::2]) / 2
    )
    return np.moveaxis(found, 1, axis)
