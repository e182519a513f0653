"""Values at places that lie anywhere: pictures in a geometry other than the image's."""

import math

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel

Floats = NDArray[np.float64]

_MOST_SAMPLES = 16  # along either side of a picture's pixel


@kernel("F2 D1 D2 D2 Q2 D3 D3 f2")
def warp(  # noqa: C901 (a kernel cannot call helpers)
    values: NDArray[np.float32],
    place: Floats,
    nodes_x: Floats,
    nodes_y: Floats,
    blocks: NDArray[np.int64],
    exact_x: Floats,
    exact_y: Floats,
    out: NDArray[np.float32],
) -> None:
    """Fill in the pixels of a picture whose centers lie within a box of the image.

    A pixel is the mean of samples, spread evenly over it about as densely as the values lie, each
    interpolated between the four values around it. Missing values (NaN) count in neither; a sample
    that falls on one is missing itself.

    Parameters
    ----------
    values : ndarray of float32, shape (height, width)
        A part of a level.
    place : ndarray of float64, shape (8,)
        Column and row of the first value in its level; image pixels per value; left, top, right and
        bottom edge of the box in image pixels; how far apart neighbors of the picture may lie, in
        image pixels, without a seam between them.
    nodes_x, nodes_y, blocks, exact_x, exact_y : ndarray
        As in `celestile.render.request.Sheet`.
    out : ndarray of float32, shape (height, width)
        The picture; only what is NaN so far is filled in.
    """
    rows, columns = values.shape
    height, width = out.shape
    scale = place[2]
    side = exact_x.shape[1]
    step = side // 2
    for mesh_row in range(2 * blocks.shape[0]):
        for mesh_column in range(2 * blocks.shape[1]):
            exact = blocks[mesh_row >> 1, mesh_column >> 1]
            if exact < -1:
                continue
            top, left = mesh_row * step, mesh_column * step
            x00, x10 = nodes_x[mesh_row, mesh_column], nodes_x[mesh_row, mesh_column + 1]
            x01, x11 = nodes_x[mesh_row + 1, mesh_column], nodes_x[mesh_row + 1, mesh_column + 1]
            y00, y10 = nodes_y[mesh_row, mesh_column], nodes_y[mesh_row, mesh_column + 1]
            y01, y11 = nodes_y[mesh_row + 1, mesh_column], nodes_y[mesh_row + 1, mesh_column + 1]
            # Steps of a picture's pixel to the right and down, in image pixels.
            ax, ay = (x10 - x00 + x11 - x01) / (2 * step), (y10 - y00 + y11 - y01) / (2 * step)
            bx, by = (x01 - x00 + x11 - x10) / (2 * step), (y01 - y00 + y11 - y10) / (2 * step)
            # A hair's breadth less, so that a picture of the level's own scale stays sharp.
            density = 0.99 / scale
            across = down = 1
            if exact < 0:
                across = math.ceil(math.sqrt(ax * ax + ay * ay) * density)
                down = math.ceil(math.sqrt(bx * bx + by * by) * density)
                across = min(max(across, 1), _MOST_SAMPLES)
                down = min(max(down, 1), _MOST_SAMPLES)
            for v in range(top, min(top + step, height)):
                dv = (v - top + 0.5) / step
                for u in range(left, min(left + step, width)):
                    if out[v, u] == out[v, u]:
                        continue
                    if exact >= 0:
                        # A neighbor may lie beyond a seam: the nearer one tells, if it is near.
                        r, c = v % side, u % side
                        x, y = exact_x[exact, r, c], exact_y[exact, r, c]
                        ax = ay = bx = by = 0.0
                        shortest = place[7] ** 2
                        for d in (-1, 1):
                            if 0 <= c + d < side:
                                dx = d * (exact_x[exact, r, c + d] - x)
                                dy = d * (exact_y[exact, r, c + d] - y)
                                if dx * dx + dy * dy < shortest:
                                    ax, ay, shortest = dx, dy, dx * dx + dy * dy
                        shortest = place[7] ** 2
                        for d in (-1, 1):
                            if 0 <= r + d < side:
                                dx = d * (exact_x[exact, r + d, c] - x)
                                dy = d * (exact_y[exact, r + d, c] - y)
                                if dx * dx + dy * dy < shortest:
                                    bx, by, shortest = dx, dy, dx * dx + dy * dy
                        across = math.ceil(math.sqrt(ax * ax + ay * ay) * density)
                        down = math.ceil(math.sqrt(bx * bx + by * by) * density)
                        across = min(max(across, 1), _MOST_SAMPLES)
                        down = min(max(down, 1), _MOST_SAMPLES)
                    else:
                        du = (u - left + 0.5) / step
                        x = (x00 * (1 - du) + x10 * du) * (1 - dv)
                        x += (x01 * (1 - du) + x11 * du) * dv
                        y = (y00 * (1 - du) + y10 * du) * (1 - dv)
                        y += (y01 * (1 - du) + y11 * du) * dv
                    if not (place[3] <= x < place[5] and place[4] <= y < place[6]):
                        continue
                    total = 0.0
                    count = 0
                    for q in range(down):
                        t = (q + 0.5) / down - 0.5
                        for p in range(across):
                            s = (p + 0.5) / across - 0.5
                            # From the center of the first value.
                            fx = (x + s * ax + t * bx) / scale - place[0] - 0.5
                            fy = (y + s * ay + t * by) / scale - place[1] - 0.5
                            fx = min(max(fx, 0.0), columns - 1.0)
                            fy = min(max(fy, 0.0), rows - 1.0)
                            i0, j0 = int(fx), int(fy)
                            i1, j1 = min(i0 + 1, columns - 1), min(j0 + 1, rows - 1)
                            wx, wy = fx - i0, fy - j0
                            z00, z10 = np.float64(values[j0, i0]), np.float64(values[j0, i1])
                            z01, z11 = np.float64(values[j1, i0]), np.float64(values[j1, i1])
                            sample = (z00 * (1 - wx) + z10 * wx) * (1 - wy)
                            sample += (z01 * (1 - wx) + z11 * wx) * wy
                            if sample != sample:
                                nearest = values[int(fy + 0.5), int(fx + 0.5)]
                                if nearest != nearest:
                                    continue
                                sample = 0.0
                                weight = 0.0
                                w = (1 - wx) * (1 - wy)
                                if z00 == z00 and w > 0.0:
                                    sample += w * z00
                                    weight += w
                                w = wx * (1 - wy)
                                if z10 == z10 and w > 0.0:
                                    sample += w * z10
                                    weight += w
                                w = (1 - wx) * wy
                                if z01 == z01 and w > 0.0:
                                    sample += w * z01
                                    weight += w
                                w = wx * wy
                                if z11 == z11 and w > 0.0:
                                    sample += w * z11
                                    weight += w
                                sample /= weight
                            total += sample
                            count += 1
                    if count > 0:
                        out[v, u] = total / count
