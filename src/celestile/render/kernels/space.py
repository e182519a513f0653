"""Kernels for area averages, compositing and rotation."""

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel

Levels8 = NDArray[np.uint8]


@kernel("F2 D1 D1 D1 D1 f2")
def resample(
    values: NDArray[np.float32],
    source_x: NDArray[np.float64],
    source_y: NDArray[np.float64],
    target_x: NDArray[np.float64],
    target_y: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Average the valid pixels that each output pixel covers, weighted by the common area.

    Parameters
    ----------
    values : ndarray of float32, shape (height, width)
        Pixels; NaN is missing.
    source_x, source_y : ndarray of float64, shape (width + 1,) and (height + 1,)
        Ascending edges of the pixels, in any unit.
    target_x, target_y : ndarray of float64
        Ascending edges of the output pixels in the same unit, within those of the source.
    out : ndarray of float32
        Receives the averages; NaN without valid pixels.
    """
    height, width = values.shape
    rows, columns = out.shape
    sums = np.empty(width, np.float64)
    weights = np.empty(width, np.float64)
    top = 0
    for row in range(rows):
        sums[:] = 0.0
        weights[:] = 0.0
        while source_y[top + 1] <= target_y[row]:
            top += 1
        y = top
        while y < height and source_y[y] < target_y[row + 1]:
            share = min(source_y[y + 1], target_y[row + 1]) - max(source_y[y], target_y[row])
            for x in range(width):
                value = values[y, x]
                valid = value == value
                sums[x] += share * np.float64(value) if valid else 0.0
                weights[x] += share if valid else 0.0
            y += 1
        left = 0
        for column in range(columns):
            while source_x[left + 1] <= target_x[column]:
                left += 1
            total = 0.0
            weight = 0.0
            x = left
            while x < width and source_x[x] < target_x[column + 1]:
                share = min(source_x[x + 1], target_x[column + 1])
                share -= max(source_x[x], target_x[column])
                # Without weight the sum is 0, and 0 * Infinity would be NaN.
                if weights[x] > 0.0:
                    total += share * sums[x]
                    weight += share * weights[x]
                x += 1
            out[row, column] = total / weight if weight > 0.0 else np.nan


@kernel("B3 B2 B1 b3")
def blend(pixels: Levels8, alpha: Levels8, ground: Levels8, out: Levels8) -> None:
    """Composite a picture over a solid color.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, band)
        The picture.
    alpha : ndarray of uint8, shape (height, width)
        Opacity of the picture.
    ground : ndarray of uint8, shape (band,)
        The color.
    out : ndarray of uint8, shape (height, width, band)
        Receives the result.
    """
    rows, columns, bands = pixels.shape
    for row in range(rows):
        for column in range(columns):
            opaque = np.uint32(alpha[row, column])
            for band in range(bands):
                above = opaque * np.uint32(pixels[row, column, band])
                below = (np.uint32(255) - opaque) * np.uint32(ground[band])
                # Exact rounded division of the sum by 255, up to 255**2.
                sum128 = above + below + np.uint32(128)
                whole = (sum128 + (sum128 >> np.uint32(8))) >> np.uint32(8)
                out[row, column, band] = np.uint8(whole)


@kernel("B3 B2 d d b3 b2")
def rotate(
    pixels: Levels8,
    alpha: Levels8,
    cosine: float,
    sine: float,
    out: Levels8,
    out_alpha: Levels8,
) -> None:
    """Rotate a picture clockwise about its center, with bilinear interpolation.

    Colors are weighted by opacity, so that missing pixels and the outside do not affect others.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, band)
        The picture.
    alpha : ndarray of uint8, shape (height, width)
        Opacity of the picture.
    cosine, sine : float
        Cosine and sine of the angle.
    out, out_alpha : ndarray of uint8
        Receive the rotated picture and its opacity, with the same center.
    """
    height, width, bands = pixels.shape
    rows, columns = out_alpha.shape
    weights = np.empty(4, np.float64)
    for row in range(rows):
        down = row + 0.5 - rows / 2
        for column in range(columns):
            across = column + 0.5 - columns / 2
            x = cosine * across + sine * down + width / 2 - 0.5
            y = cosine * down - sine * across + height / 2 - 0.5
            left, top = int(np.floor(x)), int(np.floor(y))
            out_alpha[row, column] = 0
            out[row, column] = 0
            if left < -1 or top < -1 or left >= width or top >= height:
                continue
            # The four surrounding pixels; those beyond the edge have no weight.
            right, bottom = min(left + 1, width - 1), min(top + 1, height - 1)
            west = left + 1.0 - x if left >= 0 else 0.0
            east = x - left if left + 1 < width else 0.0
            north = top + 1.0 - y if top >= 0 else 0.0
            south = y - top if top + 1 < height else 0.0
            left, top = max(left, 0), max(top, 0)
            weights[0] = north * west * alpha[top, left]
            weights[1] = north * east * alpha[top, right]
            weights[2] = south * west * alpha[bottom, left]
            weights[3] = south * east * alpha[bottom, right]
            opacity = weights[0] + weights[1] + weights[2] + weights[3]
            if opacity > 0.0:
                out_alpha[row, column] = np.uint8(np.int32(opacity + 0.5))
                for band in range(bands):
                    color = weights[0] * pixels[top, left, band]
                    color += weights[1] * pixels[top, right, band]
                    color += weights[2] * pixels[bottom, left, band]
                    color += weights[3] * pixels[bottom, right, band]
                    out[row, column, band] = np.uint8(np.int32(color / opacity + 0.5))
