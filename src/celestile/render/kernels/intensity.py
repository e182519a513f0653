"""Kernels that convert values to intensities, and intensities to colors."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel

Levels8 = NDArray[np.uint8]
Levels16 = NDArray[np.uint16]

TONE_CELLS = 65536
_LAST_CELL = float(TONE_CELLS - 1)
# Infinity is drawn as this many times vmax, so that it has a hue; pixels darker than the inverse
# have none.
_BRIGHTEST = 1e20
_DARKEST = 1e-20


@kernel("F2 d d B1 b2", "F2 d d H1 h2", urgent=True)
def tone(values: NDArray[np.float32], offset: float, slope: float, table: Any, out: Any) -> int:
    """Look up ``x = (value - offset) * slope``, clipped to [0, 1], in a table.

    Parameters
    ----------
    values : ndarray of float32, shape (height, width)
        Pixels; NaN is looked up as 0.
    offset, slope : float
        Map the limits to 0 and 1. In float64, as float32 overflows on the limits of some images.
    table : ndarray of uint8 or uint16, shape (TONE_CELLS,)
        Entries for x from 0 to 1 in even steps.
    out : ndarray of the table's type, shape (height, width)
        Receives the entries.

    Returns
    -------
    int
        Number of NaN.
    """
    rows, columns = values.shape
    missing = 0
    scale = slope * _LAST_CELL
    cells = np.empty(columns, np.uint16)
    for row in range(rows):
        # Two loops, so that the first one is vectorised.
        for column in range(columns):
            value = values[row, column]
            missing += value != value
            cell: float = (np.float64(value) - offset) * scale + 0.5
            cell = cell if cell > 0.0 else 0.0  # noqa: FURB136 (this form takes NaN to 0)
            cell = cell if cell < _LAST_CELL else _LAST_CELL  # noqa: FURB136
            cells[column] = np.uint16(np.int32(cell))
        for column in range(columns):
            out[row, column] = table[cells[column]]
    return missing


@kernel("F2 d d B1 B1 D1 H1 q b2", "F2 d d H1 H1 D1 H1 q h2")
def tone_steep(
    values: NDArray[np.float32],
    offset: float,
    slope: float,
    table: Any,
    levels: Any,
    thresholds: NDArray[np.float64],
    starts: Levels16,
    even: int,
    out: Any,
) -> int:
    """As `tone`, for curves that rise by many levels within some cells of their table.

    Parameters
    ----------
    values, offset, slope, table, out
        As in `tone`.
    levels : ndarray of uint8 or uint16, shape (steps + 1,)
        Entries in the order of x.
    thresholds : ndarray of float64, shape (steps,)
        Ascending x at which the next entry begins.
    starts : ndarray of uint16, shape (TONE_CELLS + 1,)
        Number of thresholds below ``cell / (TONE_CELLS - 1)``, or at most 0 for cell 0: the start
        of the search.
    even : int
        First cell from which the table is accurate; before it, thresholds are searched.

    Returns
    -------
    int
        Number of NaN.
    """
    rows, columns = values.shape
    missing = 0
    scale = slope * _LAST_CELL
    cells = np.empty(columns, np.uint16)
    for row in range(rows):
        crowded = 0
        # As in `tone`, the first loop is vectorised.
        for column in range(columns):
            value = values[row, column]
            missing += value != value
            place: float = (np.float64(value) - offset) * scale
            near = place + 0.5
            crowded += (place > 0.0) & (near < even)
            near = near if near > 0.0 else 0.0  # noqa: FURB136 (this form takes NaN to 0)
            near = near if near < _LAST_CELL else _LAST_CELL  # noqa: FURB136
            cells[column] = np.uint16(np.int32(near))
        for column in range(columns):
            out[row, column] = table[cells[column]]
        if crowded == 0:
            continue
        for column in range(columns):
            x: float = (np.float64(values[row, column]) - offset) * slope
            # The table is exact at 0, where many pixels are.
            if cells[column] >= even or not x > 0.0:
                continue
            x = x if x < 1.0 else 1.0  # noqa: FURB136
            cell = int(x * _LAST_CELL)
            # The sum of unsigned and signed integers would be a float.
            low, high = np.int64(starts[cell]), np.int64(starts[cell + 1])
            while low < high:
                middle = (low + high) >> np.int64(1)
                if thresholds[middle] <= x:
                    low = middle + np.int64(1)
                else:
                    high = middle
            out[row, column] = levels[low]
    return missing


@kernel("B2 B2 b3", urgent=True)
def paint(levels: Levels8, palette: Levels8, out: Levels8) -> None:
    """Color levels by a palette of shape (256, 3)."""
    rows, columns = levels.shape
    for row in range(rows):
        for column in range(columns):
            level = levels[row, column]
            out[row, column, 0] = palette[level, 0]
            out[row, column, 1] = palette[level, 1]
            out[row, column, 2] = palette[level, 2]


@kernel("H3 F2 f ? b3", urgent=True)
def mix(  # noqa: C901 (a kernel cannot call helpers)
    intensities: Levels16,
    colors: NDArray[np.float32],
    saturation: np.float32,
    invert: bool,
    out: Levels8,
) -> None:
    """Add components in their colors, clip, then scale saturation around Rec. 601 luminance.

    Parameters
    ----------
    intensities : ndarray of uint16, shape (component, height, width)
        Intensities, in any unit.
    colors : ndarray of float32, shape (component, 3)
        RGB added by one unit of intensity; 1 is full intensity.
    saturation : float32
        Factor of the distance from the gray of the pixel.
    invert : bool
        Whether to draw the negative.
    out : ndarray of uint8, shape (height, width, 3)
        Receives the picture.
    """
    components, rows, columns = intensities.shape
    one, zero, full, half = np.float32(1), np.float32(0), np.float32(255), np.float32(0.5)
    sign = -full if invert else full
    base = full + half if invert else half
    light = np.empty((3, columns), np.float32)
    levels = np.empty((3, columns), np.uint8)
    # A constant step of 3 allows the last loop to be vectorised.
    flat = out.reshape(rows, columns * 3)
    for row in range(rows):
        for band in range(3):
            light[band] = zero
            for component in range(components):
                weight = colors[component, band]
                if weight != zero:
                    for column in range(columns):
                        intensity = np.float32(intensities[component, row, column])
                        light[band, column] += weight * intensity
        if saturation != one:
            for column in range(columns):
                red = min(light[0, column], one)
                green = min(light[1, column], one)
                blue = min(light[2, column], one)
                gray = (
                    np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue
                )
                light[0, column] = gray + saturation * (red - gray)
                light[1, column] = gray + saturation * (green - gray)
                light[2, column] = gray + saturation * (blue - gray)
        for band in range(3):
            for column in range(columns):
                clipped = min(max(light[band, column], zero), one)
                levels[band, column] = np.uint8(np.int32(clipped * sign + base))
        for column in range(columns):
            flat[row, 3 * column] = levels[0, column]
            flat[row, 3 * column + 1] = levels[1, column]
            flat[row, 3 * column + 2] = levels[2, column]


@kernel("B3 b3", urgent=True)
def interleave(bands: Levels8, out: Levels8) -> None:
    """Interleave red, green and blue, of shape (3, height, width), by pixel."""
    _, rows, columns = bands.shape
    # As in `mix`.
    flat = out.reshape(rows, columns * 3)
    for row in range(rows):
        for column in range(columns):
            flat[row, 3 * column] = bands[0, row, column]
            flat[row, 3 * column + 1] = bands[1, row, column]
            flat[row, 3 * column + 2] = bands[2, row, column]


@kernel("F3 D1 D1 D2 f3 f2")
def superpose(
    values: NDArray[np.float32],
    offsets: NDArray[np.float64],
    slopes: NDArray[np.float64],
    colors: NDArray[np.float64],
    light: NDArray[np.float32],
    mean: NDArray[np.float32],
) -> None:
    """Add components in their colors before any stretch, and average them.

    Parameters
    ----------
    values : ndarray of float32, shape (component, height, width)
        Pixels; NaN adds nothing.
    offsets, slopes : ndarray of float64, shape (component,)
        Map the limits to 0 and 1; negative results add nothing.
    colors : ndarray of float64, shape (component, 3)
        RGB of the components; 1 is full intensity.
    light : ndarray of float32, shape (3, height, width)
        Receives red, green and blue, not clipped.
    mean : ndarray of float32, shape (height, width)
        Receives the mean of the components.
    """
    components, rows, columns = values.shape
    part = np.float32(1 / components)
    scaled = np.empty(columns, np.float32)
    for row in range(rows):
        light[:, row] = 0
        mean[row] = 0
        for component in range(components):
            for column in range(columns):
                value = np.float64(values[component, row, column])
                x: float = (value - offsets[component]) * slopes[component]
                x = x if x > 0.0 else 0.0  # noqa: FURB136 (this form takes NaN to 0)
                x = x if x < _BRIGHTEST else _BRIGHTEST  # noqa: FURB136
                scaled[column] = x
                mean[row, column] += np.float32(x) * part
            for band in range(3):
                weight = np.float32(colors[component, band])
                for column in range(columns):
                    light[band, row, column] += scaled[column] * weight


@kernel("F3 F2 H2 f h3")
def keep_hue(
    light: NDArray[np.float32],
    mean: NDArray[np.float32],
    stretched: Levels16,
    unit: np.float32,
    out: Levels16,
) -> None:
    """Scale pixels to the brightness of their stretched mean without changing their hue.

    Parameters
    ----------
    light, mean
        Results of `superpose`.
    stretched : ndarray of uint16, shape (height, width)
        The mean, stretched.
    unit : float32
        Value of `stretched` that represents 1.
    out : ndarray of uint16, shape (3, height, width)
        Receives red, green and blue; 65535 is full intensity. If the largest exceeds it, all three
        are scaled down.
    """
    rows, columns = mean.shape
    one, full, half = np.float32(1), np.float32(65535), np.float32(0.5)
    for row in range(rows):
        for column in range(columns):
            average = max(mean[row, column], np.float32(_DARKEST))
            factor = np.float32(stretched[row, column]) / (unit * average)
            red = light[0, row, column] * factor
            green = light[1, row, column] * factor
            blue = light[2, row, column] * factor
            scale = full / max(red, green, blue, one)
            out[0, row, column] = np.uint16(np.int32(red * scale + half))
            out[1, row, column] = np.uint16(np.int32(green * scale + half))
            out[2, row, column] = np.uint16(np.int32(blue * scale + half))
