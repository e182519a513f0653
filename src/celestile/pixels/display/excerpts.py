"""Parts of planes that are read to choose the first one, and their noise."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError
from celestile.geometry import Region
from celestile.pixels.image import Image
from celestile.pixels.plane import UNSHIFTED, Plane, Selection, Shift, shift_of

_BANDS = 6  # of rows, evenly spaced
_ROWS = 4  # of a band: next to each other, as they are on disk
_COLUMNS = 1024
_SMALL = 1 << 14  # pixels; smaller planes are read completely
_MOST_UNPACKED = 1 << 18  # pixels of a plane that cannot be read by rows
MAD_TO_SIGMA = 1.482602218505602  # of a normal distribution

Floats = NDArray[np.float32]
Numbers = Floats | NDArray[np.float64]


class Excerpt(NamedTuple):
    """Numbers that were read of a plane.

    Parameters
    ----------
    numbers : ndarray of float32
        Shape (rows, columns).
    shift : Shift
        What the numbers have to be scaled by and added to, to be physical.
    """

    numbers: Floats
    shift: Shift

    def shifted(self, other: Shift) -> Numbers:
        """Numbers as a plane with another shift has them."""
        if self.shift == other:
            return self.numbers
        factor = self.shift.scale / other.scale
        offset = (self.shift.origin - other.origin) / other.scale
        return self.numbers.astype(np.float64) * factor + offset


def in_one_scale(excerpts: Sequence[Excerpt | None]) -> list[Numbers | None]:
    """Numbers of several planes, less the origin of the first and in its scale."""
    first = next((each.shift for each in excerpts if each is not None), UNSHIFTED)
    return [None if each is None else each.shifted(first) for each in excerpts]


def excerpt(image: Image, frame: int, channel: int, *, most_read: int = _SMALL) -> Excerpt | None:
    """Read some rows of a plane, or all of it if it has few pixels.

    Parameters
    ----------
    image : Image
        The image.
    frame, channel : int
        The plane, counted from 1.
    most_read : int
        Pixels of a plane that is read completely.

    Returns
    -------
    Excerpt or None
        None if reading the plane would be slow or fails.
    """
    try:
        plane = image.plane(Selection((frame, frame), (channel, channel)))
        pixels = plane.width * plane.height
        if not plane.by_rows and pixels > _MOST_UNPACKED:
            return None
        if pixels <= most_read or not plane.by_rows:
            numbers = plane.read(Region(0, 0, plane.width, plane.height))
        else:
            numbers = _rows(plane)
        return Excerpt(numbers, shift_of(plane))
    except CelestileError:
        return None


def _rows(plane: Plane) -> Floats:
    columns = min(plane.width, _COLUMNS)
    rows = min(plane.height, _ROWS)
    left = (plane.width - columns) // 2
    tops = np.linspace(0, plane.height - rows, _BANDS + 2).astype(int)[1:-1]
    bands = [plane.read(Region(left, int(top), columns, rows)) for top in np.unique(tops)]
    return np.concatenate(bands)


def noise(values: Numbers) -> float:
    """Robust standard deviation of a pixel, from differences of neighbors."""
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.abs(np.diff(values.astype(np.float64), axis=-1))
    steps = steps[np.isfinite(steps)]
    return float(MAD_TO_SIGMA * np.median(steps) / np.sqrt(2.0)) if steps.size else 0.0
