"""Kernels that sample images at arbitrary positions, for pictures in other geometries.

Positions are arrays of shape (6, height, width), in image pixels: x and y of the center of each
picture pixel, then x and y of the step to the pixel on its right, then of the step to the pixel
below. NaN off the image.
"""

import math

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel

Floats = NDArray[np.float64]

_MOST_SAMPLES = 16  # along either side of a picture pixel


@kernel("D2 Q2 q d3")
def unfold(nodes: Floats, blocks: NDArray[np.int64], axis: int, places: Floats) -> None:
    """Interpolate one coordinate between nodes.

    Parameters
    ----------
    nodes, blocks : ndarray
        As in `celestile.render.request.WarpMesh`; blocks other than `SMOOTH` (-1) are skipped.
    axis : int
        0 for x, 1 for y.
    places : ndarray of float64, shape (6, height, width)
        Receives the coordinate and its steps, for all blocks.
    """
    step = places.shape[1] // (2 * blocks.shape[0])
    for row in range(2 * blocks.shape[0]):
        for column in range(2 * blocks.shape[1]):
            if blocks[row >> 1, column >> 1] != -1:
                continue
            n00, n10 = nodes[row, column], nodes[row, column + 1]
            n01, n11 = nodes[row + 1, column], nodes[row + 1, column + 1]
            for v in range(row * step, (row + 1) * step):
                t = (v - row * step + 0.5) / step
                west, east = n00 + (n01 - n00) * t, n10 + (n11 - n10) * t
                for u in range(column * step, (column + 1) * step):
                    s = (u - column * step + 0.5) / step
                    places[axis, v, u] = west + (east - west) * s
                    places[2 + axis, v, u] = (east - west) / step
                    places[4 + axis, v, u] = (n01 - n00 + (n11 - n10 - n01 + n00) * s) / step


@kernel("F2 D1 D3 f2")
def sample(  # noqa: C901 (a kernel cannot call helpers)
    values: NDArray[np.float32], part: Floats, places: Floats, out: NDArray[np.float32]
) -> None:
    """Fill the pixels of a picture with centers within a box of the image.

    A pixel is the mean of evenly spaced samples, about as dense as the values, each interpolated
    between the four surrounding values. Missing values (NaN) are ignored; a sample whose nearest
    value is missing is missing itself.

    Parameters
    ----------
    values : ndarray of float32, shape (height, width)
        A part of a level.
    part : ndarray of float64, shape (9,)
        Column and row of the first value in its level; image pixels per value; left, top, right and
        bottom edges of the box in image pixels; column and row of the first place in the picture.
    places : ndarray of float64, shape (6, height, width)
        Positions of some picture pixels; may extend beyond the right and bottom edges.
    out : ndarray of float32, shape (height, width)
        The picture; only NaN are replaced.
    """
    rows, columns = values.shape
    density = 1 / part[2]
    first_column, first_row = int(part[7]), int(part[8])
    for v in range(min(places.shape[1], out.shape[0] - first_row)):
        for u in range(min(places.shape[2], out.shape[1] - first_column)):
            x, y = places[0, v, u], places[1, v, u]
            inside = part[3] <= x < part[5] and part[4] <= y < part[6]
            known = out[first_row + v, first_column + u]
            if not inside or known == known:
                continue
            ax, ay = places[2, v, u] * density, places[3, v, u] * density
            bx, by = places[4, v, u] * density, places[5, v, u] * density
            # Slightly fewer samples, so that a picture at the scale of the level stays sharp.
            across = min(max(math.ceil(math.sqrt(ax * ax + ay * ay) * 0.99), 1), _MOST_SAMPLES)
            down = min(max(math.ceil(math.sqrt(bx * bx + by * by) * 0.99), 1), _MOST_SAMPLES)
            total = 0.0
            count = 0
            # Relative to the center of the first value.
            x, y = x * density - part[0] - 0.5, y * density - part[1] - 0.5
            for q in range(down):
                t = (q + 0.5) / down - 0.5
                for p in range(across):
                    s = (p + 0.5) / across - 0.5
                    fx, fy = x + s * ax + t * bx, y + s * ay + t * by
                    fx, fy = min(max(fx, 0.0), columns - 1.0), min(max(fy, 0.0), rows - 1.0)
                    left, top = int(fx), int(fy)
                    right, bottom = min(left + 1, columns - 1), min(top + 1, rows - 1)
                    wx, wy = fx - left, fy - top
                    above = values[top, left] * (1 - wx) + values[top, right] * wx
                    below = values[bottom, left] * (1 - wx) + values[bottom, right] * wx
                    found = above * (1 - wy) + below * wy
                    if found != found:
                        nearest = values[int(fy + 0.5), int(fx + 0.5)]
                        if nearest != nearest:
                            continue
                        found = 0.0
                        weight = 0.0
                        for corner in range(4):
                            value = values[
                                bottom if corner > 1 else top, right if corner & 1 else left
                            ]
                            share = (wx if corner & 1 else 1 - wx) * (wy if corner > 1 else 1 - wy)
                            if value == value and share > 0.0:
                                found += share * value
                                weight += share
                        found /= weight
                    total += found
                    count += 1
            if count > 0:
                out[first_row + v, first_column + u] = total / count
