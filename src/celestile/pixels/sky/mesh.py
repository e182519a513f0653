"""Directions on a mesh over a part of an image, and the places between nodes where the sky ends.

The grid of `celestile.pixels.sky.grid` covers an image once, with a few dozen nodes a side, and
makes no claim near the border of a map of the whole sky. A mesh is as fine as the screen.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.sky.sky import Sky
from celestile.pixels.sky.vectors import Floats, unit_vectors

MOST_NODES = 256
"""Along each side."""
# Halvings of the distance between two nodes: 2⁻¹² of a cell is far below a pixel of the screen.
_HALVINGS = 12
_DECIMALS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Unit vectors at the nodes of a mesh.

    Parameters
    ----------
    x, y : ndarray
        Shapes (nx,) and (ny,): positions of the nodes in continuous pixels.
    vectors : ndarray
        Shape (ny, nx, 3); NaN off the sky.
    borders : ndarray
        Shape (n, 7): row and column of a node, 0 or 1 for its right or lower neighbor, the
        fraction of the way to the neighbor at which the sky ends, and the unit vector there. One
        row for each pair of neighbors of which one is on the sky.
    """

    x: Floats
    y: Floats
    vectors: Floats
    borders: Floats

    def document(self, frame: str) -> dict[str, Any]:
        """JSON object for clients."""
        rounded = np.round(self.vectors, _DECIMALS).ravel()
        return {
            "frame": frame,
            "nx": len(self.x),
            "ny": len(self.y),
            "x0": float(self.x[0]),
            "y0": float(self.y[0]),
            "dx": float(self.x[1] - self.x[0]),
            "dy": float(self.y[1] - self.y[0]),
            "vectors": [None if np.isnan(value) else float(value) for value in rounded],
            "borders": [
                {
                    "row": int(row),
                    "column": int(column),
                    "down": bool(down),
                    "fraction": round(fraction, 5),
                    "vector": [round(value, _DECIMALS) for value in vector],
                }
                for row, column, down, fraction, *vector in self.borders.tolist()
            ],
        }


def mesh(sky: Sky, region: tuple[float, float, float, float], nodes: tuple[int, int]) -> Mesh:
    """Compute the directions of a mesh with the projection itself.

    Parameters
    ----------
    sky : Sky
        Coordinates of the image.
    region : tuple of float
        x, y, width and height in continuous pixels, covered from edge to edge.
    nodes : tuple of int
        Numbers of nodes along x and y, at least 2.
    """
    left, top, width, height = region
    x = np.linspace(left, left + width, nodes[0])
    y = np.linspace(top, top + height, nodes[1])
    vectors = unit_vectors(*sky.world_array(*np.meshgrid(x, y)))
    defined: NDArray[np.bool_] = np.isfinite(vectors[..., 0])
    borders = [_borders(sky, x, y, defined, down=down) for down in (False, True)]
    return Mesh(x, y, vectors, np.concatenate(borders))


def _borders(sky: Sky, x: Floats, y: Floats, defined: NDArray[np.bool_], *, down: bool) -> Floats:
    """Rows of `Mesh.borders` for neighbors in one direction, by bisection."""
    here, there = (defined[:-1], defined[1:]) if down else (defined[:, :-1], defined[:, 1:])
    row, column = np.nonzero(here != there)
    starts = here[row, column]
    step_x, step_y = (0.0, y[1] - y[0]) if down else (x[1] - x[0], 0.0)
    # The sky begins or ends once between neighbors: `inside` is on it, `outside` is not.
    inside = np.where(starts, 0.0, 1.0)
    outside = 1.0 - inside
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        lon, _lat = sky.world_array(x[column] + middle * step_x, y[row] + middle * step_y)
        on_sky = np.isfinite(lon)
        inside, outside = np.where(on_sky, middle, inside), np.where(on_sky, outside, middle)
    ends = unit_vectors(
        *sky.world_array(x[column] + inside * step_x, y[row] + inside * step_y)
    ).reshape(-1, 3)
    return np.column_stack((row, column, np.full(len(row), float(down)), inside, ends))
