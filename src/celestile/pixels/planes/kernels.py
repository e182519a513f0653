"""The compiled inner loop of resampling; the tests compare it with plain numpy."""

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel


@kernel("D2 D2 q q F2 f2")
def reproject(  # noqa: C901 - one loop over pixels
    nodes_x: NDArray[np.float64],
    nodes_y: NDArray[np.float64],
    step: int,
    oversampling: int,
    source: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Fill missing output pixels from a source whose coordinates are known at nodes.

    Parameters
    ----------
    nodes_x, nodes_y : ndarray
        Continuous source coordinates (pixel i spans [i, i + 1)) of every `step`-th corner of output
        pixels; linear in between. NaN outside of the source.
    step : int
        Output pixels between nodes.
    oversampling : int
        Number of samples along each axis of an output pixel, which are averaged.
    source : ndarray
        Shape (height, width); missing is NaN.
    out : ndarray
        Shape (height, width); only NaN are replaced. Interpolation is bilinear among the valid
        neighbors, so that values near an edge or a missing pixel are not biased.
    """
    height, width = out.shape
    source_height, source_width = source.shape
    for row in range(height):
        for column in range(width):
            if out[row, column] == out[row, column]:
                continue
            total = 0.0
            count = 0
            for sub_row in range(oversampling):
                v = row + (sub_row + 0.5) / oversampling
                node_row = min(int(v) // step, nodes_x.shape[0] - 2)
                fv = v / step - node_row
                for sub_column in range(oversampling):
                    u = column + (sub_column + 0.5) / oversampling
                    node = min(int(u) // step, nodes_x.shape[1] - 2)
                    fu = u / step - node
                    x = (nodes_x[node_row, node] * (1 - fu) + nodes_x[node_row, node + 1] * fu) * (
                        1 - fv
                    ) + (
                        nodes_x[node_row + 1, node] * (1 - fu)
                        + nodes_x[node_row + 1, node + 1] * fu
                    ) * fv
                    y = (nodes_y[node_row, node] * (1 - fu) + nodes_y[node_row, node + 1] * fu) * (
                        1 - fv
                    ) + (
                        nodes_y[node_row + 1, node] * (1 - fu)
                        + nodes_y[node_row + 1, node + 1] * fu
                    ) * fv
                    if not (0 <= x < source_width and 0 <= y < source_height):
                        continue
                    left = int(np.floor(x - 0.5))
                    top = int(np.floor(y - 0.5))
                    fx = x - 0.5 - left
                    fy = y - 0.5 - top
                    value = 0.0
                    weight = 0.0
                    for dy in range(2):
                        near_y = min(max(top + dy, 0), source_height - 1)
                        for dx in range(2):
                            near_x = min(max(left + dx, 0), source_width - 1)
                            pixel = source[near_y, near_x]
                            if pixel == pixel:
                                share = (fx if dx else 1 - fx) * (fy if dy else 1 - fy)
                                value += share * pixel
                                weight += share
                    # With less than half of the weight valid, the nearest pixel is missing.
                    if weight >= 0.5:
                        total += value / weight
                        count += 1
            if count:
                out[row, column] = total / count


@kernel("F2 q q q f2")
def demosaic(  # noqa: C901 - one loop over pixels
    around: NDArray[np.float32], x: int, y: int, color: int, out: NDArray[np.float32]
) -> None:
    """Interpolate one color of a Bayer mosaic bilinearly.

    Parameters
    ----------
    around : ndarray
        The mosaic, shape (height + 2, width + 2), with its neighbors on each side; missing is NaN.
    x, y : int
        Output pixels are red where ``column + x`` and ``row + y`` are even, blue where both are
        odd; 0 or 1.
    color : int
        0 for red, 1 for green, 2 for blue.
    out : ndarray
        Shape (height, width); the measured number, the mean of the valid neighbors of the color,
        or NaN.
    """
    for row in range(out.shape[0]):
        odd_row = (row + y) & 1
        for column in range(out.shape[1]):
            odd_column = (column + x) & 1
            i, j = row + 1, column + 1
            own = around[i, j]
            if odd_row + odd_column == color or own != own:
                out[row, column] = own
                continue
            # Green has four neighbors beside red and blue; these have two beside green, in a row or
            # a column, and four at the corners of each other.
            if color == 1:
                a, b, c, d = around[i - 1, j], around[i + 1, j], around[i, j - 1], around[i, j + 1]
            elif odd_row == odd_column:
                a, b = around[i - 1, j - 1], around[i - 1, j + 1]
                c, d = around[i + 1, j - 1], around[i + 1, j + 1]
            elif odd_row == (color >> 1):
                a, b = around[i, j - 1], around[i, j + 1]
                c, d = a, b
            else:
                a, b = around[i - 1, j], around[i + 1, j]
                c, d = a, b
            total = np.float64(a) + b + c + d
            if total == total:
                out[row, column] = total / 4
                continue
            total = 0.0
            count = 0
            if a == a:
                total += a
                count += 1
            if b == b:
                total += b
                count += 1
            if c == c:
                total += c
                count += 1
            if d == d:
                total += d
                count += 1
            out[row, column] = total / count if count else np.nan
