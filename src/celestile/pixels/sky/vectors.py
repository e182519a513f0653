"""Geometry of directions as unit vectors, and of distances in images."""

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region

Floats = NDArray[np.float64]


def unit_vectors(lon: Floats, lat: Floats) -> Floats:
    """Unit vectors, shape (…, 3), of directions in degrees."""
    longitude, latitude = np.radians(lon), np.radians(lat)
    across = np.cos(latitude)
    return np.stack(
        (across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)), axis=-1
    )


def pixel_offset(along_x: Floats, along_y: Floats, offset: Floats) -> Floats:
    """Solve for the least-squares combination of two tangent vectors that equals a small offset.

    Parameters
    ----------
    along_x, along_y, offset : ndarray
        Shape (…, 3): changes of the unit vector per pixel in x and in y, and the offset.

    Returns
    -------
    ndarray
        Pixels in x and y, shape (…, 2); infinite or NaN if the tangents are parallel.
    """
    xx, xy, yy = (
        np.sum(a * b, axis=-1)
        for a, b in ((along_x, along_x), (along_x, along_y), (along_y, along_y))
    )
    px, py = np.sum(along_x * offset, axis=-1), np.sum(along_y * offset, axis=-1)
    with np.errstate(all="ignore"):
        determinant = xx * yy - xy * xy
        return np.stack(
            ((yy * px - xy * py) / determinant, (xx * py - xy * px) / determinant), axis=-1
        )


def nearest_turn(x: Floats, y: Floats, turn: Floats, region: Region) -> tuple[Floats, Floats]:
    """Of the periodic repetitions of positions on a map, the ones nearest to a region."""
    turns = np.array([0.0, -1.0, 1.0])[:, None]
    xs, ys = x + turns * turn[0], y + turns * turn[1]
    best = np.argmin(distance(xs, ys, region), axis=0)
    rows = np.arange(len(x))
    return xs[best, rows], ys[best, rows]


def distance(x: Floats, y: Floats, region: Region) -> Floats:
    """Distance in pixels from a region; 0 within it."""
    beside = np.maximum(np.maximum(region.x - x, x - region.right), 0)
    above = np.maximum(np.maximum(region.y - y, y - region.bottom), 0)
    return np.hypot(beside, above)
