"""Sample masks for pictures of other geometries: flags have no values in between."""

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.planes.bits import MISSING, combine

Floats = NDArray[np.float64]
Values = NDArray[np.float32]

_MOST_SAMPLES = 16  # along each axis of a picture pixel


def sample_flags(kind: str, values: Values, part: Floats, places: Floats, out: Values) -> None:
    """Fill the pixels of a picture with the flags under them.

    A pixel has the combination of the nearest pixels to evenly spaced samples, at least as dense
    as the values, so that no flag is left out.

    Parameters
    ----------
    kind : {"max", "or"}
        How flags are combined.
    values, part, places, out
        As in `celestile.render.kernels.sample`.
    """
    rows, columns = values.shape
    density = 1 / part[2]
    first_column, first_row = int(part[7]), int(part[8])
    height = min(places.shape[1], out.shape[0] - first_row)
    width = min(places.shape[2], out.shape[1] - first_column)
    window = out[first_row : first_row + height, first_column : first_column + width]
    shown = places[:, :height, :width]
    inside = (part[3] <= shown[0]) & (shown[0] < part[5])
    inside &= (part[4] <= shown[1]) & (shown[1] < part[6])
    wanted = inside & (window.view(np.uint32) == MISSING)
    if not wanted.any():
        return
    x, y, ax, ay, bx, by = shown[:, wanted] * density
    across, down = _count(ax, ay), _count(bx, by)
    found = np.full(x.size, np.nan, np.float32)
    join = combine(kind)
    for q in (np.arange(down) + 0.5) / down - 0.5:
        for p in (np.arange(across) + 0.5) / across - 0.5:
            column = np.floor(x + p * ax + q * bx - part[0]).astype(np.int64)
            row = np.floor(y + p * ay + q * by - part[1]).astype(np.int64)
            nearest = values[row.clip(0, rows - 1), column.clip(0, columns - 1)]
            found = join(found, nearest)
    window[wanted] = found


def _count(x: Floats, y: Floats) -> int:
    longest = float(np.max(np.nan_to_num(np.hypot(x, y)), initial=0.0))
    return min(max(int(np.ceil(longest * 0.99)), 1), _MOST_SAMPLES)
