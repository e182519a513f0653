"""The sky as a grid of unit vectors, so that a browser needs no projections.

Unit vectors have no seam at 0 h and no pole. Between the nodes the client interpolates with four
points in each direction (Lagrange); in which cells that is exact enough is measured here, against
the projection itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.sky.vectors import Floats, pixel_offset

# Largest error allowed in a valid cell, in pixels, and what may be seen of it at the places tested.
TOLERANCE = 0.01
_MEASURED = 0.4 * TOLERANCE
# An error far above all smoothness: an edge or a fold of the map runs through the cell.
_BROKEN = 10 * TOLERANCE
# Nodes along the longer side, coarse to fine; the last also along the shorter one.
SIZES = (19, 35, 67)
_FEWEST = 7
# Finer nodes must win this share of the cells to be worth their bytes.
_WORTH = 0.003
# Places within a cell where the error is measured: its middle, near its corners and edges, with no
# common period that a regular fault of a detector could hide in.
_PROBES = (
    (0.5, 0.5),
    (0.07, 0.09),
    (0.93, 0.11),
    (0.08, 0.91),
    (0.92, 0.94),
    (0.47, 0.13),
    (0.88, 0.46),
    (0.53, 0.86),
    (0.12, 0.56),
    (0.29, 0.31),
    (0.71, 0.68),
)

Vectors = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Unit vectors at the nodes of a grid over a region.

    Parameters
    ----------
    region : Region
        Covered from edge to edge.
    vectors : ndarray
        Shape (ny, nx, 3); NaN at nodes that have no place on the sky.
    valid : ndarray of bool
        Shape (ny - 1, nx - 1): cells where interpolation is within `TOLERANCE`.
    scale : float
        Median size of a pixel in radians; NaN where nothing is defined.
    """

    region: Region
    vectors: Floats
    valid: NDArray[np.bool_]
    scale: float

    def document(self, name: str | None) -> dict[str, object]:
        """Make the JSON object that the client reads."""
        ny, nx, _ = self.vectors.shape
        region = self.region
        rounded = np.round(self.vectors, self._decimals()).ravel()
        return {
            "name": name,
            "region": [region.x, region.y, region.width, region.height],
            "nx": nx,
            "ny": ny,
            "x0": float(region.x),
            "y0": float(region.y),
            "dx": region.width / (nx - 1),
            "dy": region.height / (ny - 1),
            "vectors": [None if np.isnan(value) else float(value) for value in rounded],
            "valid": "".join("1" if cell else "0" for cell in self.valid.ravel()),
        }

    def _decimals(self) -> int:
        """Enough for a hundred-thousandth of a pixel."""
        if not self.scale > 0:
            return 12
        return int(np.clip(np.ceil(-np.log10(self.scale)) + 5, 8, 17))


def sample(vectors: Vectors, region: Region, sizes: tuple[int, ...] = SIZES) -> Grid:
    """Lay the coarsest grid over a region that is as exact as the finest would be.

    Parameters
    ----------
    vectors : callable
        Unit vectors, shape (…, 3), of places in our pixels given as two arrays.
    region : Region
        To be covered from edge to edge.
    sizes : tuple of int
        Numbers of nodes along the longer side to try, ascending.
    """
    best: Grid | None = None
    for size in sizes:
        shape = (size, size) if size == max(SIZES) else _nodes(region, size)
        grid = _measured(vectors, region, *shape)
        share = float(grid.valid.mean())
        if best is None or share > float(best.valid.mean()) + _WORTH:
            best = grid
        elif best.valid.any():
            break
        if share == 1:
            break
    if best is None:
        raise ValueError("no grid size was given")
    return best


def _nodes(region: Region, size: int) -> tuple[int, int]:
    """Nodes along x and y, about equally far apart in pixels."""
    longest = max(region.width, region.height)
    nx, ny = (
        max(_FEWEST, round((size - 1) * length / longest) + 1)
        for length in (region.width, region.height)
    )
    return nx, ny


def _measured(vectors: Vectors, region: Region, nx: int, ny: int) -> Grid:
    """Sample a region at nx by ny nodes and find the cells that interpolate well."""
    x = region.x + np.arange(nx) * (region.width / (nx - 1))
    y = region.y + np.arange(ny) * (region.height / (ny - 1))
    nodes = vectors(*np.meshgrid(x, y))
    undefined: NDArray[np.bool_] = np.isnan(nodes[..., 0])
    filled = np.where(undefined[:, :, None], 0.0, nodes)
    worst = np.zeros((ny - 1, nx - 1))
    scales = np.full((ny - 1, nx - 1), np.nan)
    spacing = (region.width / (nx - 1), region.height / (ny - 1))
    for probe in _PROBES:
        across, slope_x = _weights(nx, probe[0])
        down, slope_y = _weights(ny, probe[1])
        reach = (down != 0).astype(float) @ undefined.astype(float) @ (across != 0).T.astype(float)
        places = np.meshgrid(
            region.x + (np.arange(nx - 1) + probe[0]) * spacing[0],
            region.y + (np.arange(ny - 1) + probe[1]) * spacing[1],
        )
        along_x = _combine(down, filled, slope_x) / spacing[0]
        along_y = _combine(slope_y, filled, across) / spacing[1]
        offset = _unit(_combine(down, filled, across)) - vectors(*places)
        error, size = _error(along_x, along_y, offset)
        # NaN stands for a probe off the sky; a cell whose nodes are not all defined is one too.
        error[np.isnan(error) | (reach > 0)] = np.inf
        worst = np.maximum(worst, error)
        scales = np.where(reach > 0, np.nan, size)
    valid = (worst <= _MEASURED) & ~_beside(np.isfinite(worst) & (worst > _BROKEN))
    defined = scales[np.isfinite(scales)]
    return Grid(region, nodes, valid, float(np.median(defined)) if defined.size else np.nan)


def _weights(count: int, fraction: float) -> tuple[Floats, Floats]:
    """Lagrange weights, and their slopes, at one place in each of the cells between nodes.

    Returns
    -------
    tuple of ndarray
        Both of shape (count - 1, count), four weights in each row; the four nodes are those
        around the cell, moved inward at the ends.
    """
    cells = np.arange(count - 1)
    first = np.clip(cells - 1, 0, count - 4)
    place = cells + fraction - first
    values, slopes = np.zeros((count - 1, count)), np.zeros((count - 1, count))
    for node in range(4):
        others = [k for k in range(4) if k != node]
        scale = np.prod([node - k for k in others])
        factors = [place - k for k in others]
        values[cells, first + node] = factors[0] * factors[1] * factors[2] / scale
        slopes[cells, first + node] = (
            factors[1] * factors[2] + factors[0] * factors[2] + factors[0] * factors[1]
        ) / scale
    return values, slopes


def _combine(down: Floats, nodes: Floats, across: Floats) -> Floats:
    """Weighted sums of nodes, shape (ny - 1, nx - 1, 3)."""
    combined: Floats = np.einsum("jn,nmc,im->jic", down, nodes, across, optimize=True)
    return combined


def _unit(vectors: Floats) -> Floats:
    with np.errstate(all="ignore"):
        unit: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _error(along_x: Floats, along_y: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """Error in pixels and size of a pixel in radians.

    The error is the larger of two: how far off in the image the vector lies, which matters where
    pixels are long and thin, and the angle in units of a pixel's mean width.
    """
    normal = np.cross(along_x, along_y)
    size = np.sqrt(np.linalg.norm(normal, axis=-1))
    moved = np.linalg.norm(pixel_offset(along_x, along_y, offset), axis=-1)
    with np.errstate(all="ignore"):
        angle = np.linalg.norm(offset, axis=-1) / size
    return np.maximum(moved, angle), size


def _beside(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells that have one of the given cells among themselves and their eight neighbours."""
    padded = np.pad(cells, 1)
    rows, columns = cells.shape
    found = np.zeros_like(cells)
    for j in range(3):
        for i in range(3):
            found |= padded[j : j + rows, i : i + columns]
    return found
