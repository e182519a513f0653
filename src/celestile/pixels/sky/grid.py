"""Sky coordinates as a grid of unit vectors, so that a browser does not need projections.

Unit vectors have no discontinuity at 0 h and no pole. Clients interpolate between the nodes with
four points in each direction (Lagrange); the cells in which that is accurate enough are found here
by comparison with the projection.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.sky.vectors import Floats, pixel_offset

# Maximum error in a valid cell, in pixels, and the part of it allowed at the positions tested.
TOLERANCE = 0.01
_MEASURED = 0.4 * TOLERANCE
# An error too large for a smooth map: an edge or a fold runs through the cell.
_BROKEN = 10 * TOLERANCE
# Numbers of nodes along the longer side, ascending; the last also along the shorter side.
SIZES = (19, 35, 67)
_FEWEST = 7
# Finer nodes must gain this share of the cells to be worth their size.
_WORTH = 0.003
# Positions within a cell where the error is measured: its centre, near its corners and edges,
# without a common period that could miss a regular detector defect.
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
        Region covered from edge to edge.
    vectors : ndarray
        Shape (ny, nx, 3); NaN at nodes that are not on the sky.
    valid : ndarray of bool
        Shape (ny - 1, nx - 1): cells where interpolation is within `TOLERANCE`.
    scale : float
        Median size of a pixel in radians; NaN if undefined.
    """

    region: Region
    vectors: Floats
    valid: NDArray[np.bool_]
    scale: float

    def document(self, name: str | None) -> dict[str, object]:
        """JSON object for the client."""
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
        """Number of decimals for a precision of 1e-5 pixel."""
        if not self.scale > 0:
            return 12
        return int(np.clip(np.ceil(-np.log10(self.scale)) + 5, 8, 17))


def sample(vectors: Vectors, region: Region, sizes: tuple[int, ...] = SIZES) -> Grid:
    """Sample a region with the coarsest grid that is about as accurate as the finest.

    Parameters
    ----------
    vectors : callable
        Returns unit vectors, shape (…, 3), of image coordinates given as two arrays.
    region : Region
        Region to be covered from edge to edge.
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
    """Numbers of nodes along x and y, with about equal spacing in pixels."""
    longest = max(region.width, region.height)
    nx, ny = (
        max(_FEWEST, round((size - 1) * length / longest) + 1)
        for length in (region.width, region.height)
    )
    return nx, ny


def _measured(vectors: Vectors, region: Region, nx: int, ny: int) -> Grid:
    """Sample a region at nx by ny nodes and find the cells with accurate interpolation."""
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
        # NaN marks a probe off the sky; a cell with undefined nodes is invalid, too.
        error[np.isnan(error) | (reach > 0)] = np.inf
        worst = np.maximum(worst, error)
        scales = np.where(reach > 0, np.nan, size)
    valid = (worst <= _MEASURED) & ~_beside(np.isfinite(worst) & (worst > _BROKEN))
    defined = scales[np.isfinite(scales)]
    return Grid(region, nodes, valid, float(np.median(defined)) if defined.size else np.nan)


def _weights(count: int, fraction: float) -> tuple[Floats, Floats]:
    """Lagrange weights and their derivatives at one position in each cell between nodes.

    Returns
    -------
    tuple of ndarray
        Both of shape (count - 1, count), with four weights in each row for the four nodes around
        the cell, which are moved inward at the ends.
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

    The error is the larger of two: the displacement in the image, which is relevant if pixels are
    elongated, and the angle in units of the mean width of a pixel.
    """
    normal = np.cross(along_x, along_y)
    size = np.sqrt(np.linalg.norm(normal, axis=-1))
    moved = np.linalg.norm(pixel_offset(along_x, along_y, offset), axis=-1)
    with np.errstate(all="ignore"):
        angle = np.linalg.norm(offset, axis=-1) / size
    return np.maximum(moved, angle), size


def _beside(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Dilate a mask of cells by their eight neighbours."""
    padded = np.pad(cells, 1)
    rows, columns = cells.shape
    found = np.zeros_like(cells)
    for j in range(3):
        for i in range(3):
            found |= padded[j : j + rows, i : i + columns]
    return found
