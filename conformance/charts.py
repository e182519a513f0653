"""Expected maps of the sky: stars at their positions, and values that astropy reads."""

from pathlib import Path

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import skycoord_to_pixel
from gate import demand
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NEAR = 12  # screen pixels around a star, which contain all of its light and nothing else
BRIGHT = 50  # minimum contrast of a star in levels


def off(what: str, bright: Floats, x: float, y: float) -> float:
    """Measure the distance of a star from its expected position.

    Parameters
    ----------
    what : str
        The picture, for the error if there is no star.
    bright : ndarray
        Brightness, shape (rows, columns).
    x, y : float
        Expected position of the star, in pixels from the corner of the picture.

    Returns
    -------
    float
        Distance in pixels from there to the centroid of the light around it.
    """
    column, row = int(x), int(y)
    cut = bright[max(row - NEAR, 0) : row + NEAR + 1, max(column - NEAR, 0) : column + NEAR + 1]
    demand(cut.shape == (2 * NEAR + 1,) * 2, f"{what}: no star at {x:.1f},{y:.1f}")
    light = np.clip(cut - np.median(cut) - 10, 0, None)
    demand(light.max() > BRIGHT, f"{what}: no star at {x:.1f},{y:.1f}")
    rows, columns = np.mgrid[0 : 2 * NEAR + 1, 0 : 2 * NEAR + 1] + 0.5
    off_x = (light * columns).sum() / light.sum() + column - NEAR - x
    off_y = (light * rows).sum() / light.sum() + row - NEAR - y
    return float(np.hypot(off_x, off_y))


def worst(what: str, bright: Floats, places: list[tuple[float, float]], largest: float) -> float:
    """Require stars near their expected positions; return the largest distance in pixels."""
    found = [(off(what, bright, x, y), x, y) for x, y in places]
    farthest, x, y = max(found)
    demand(farthest <= largest, f"{what}: star at {x:.1f},{y:.1f} is off by {farthest:.2f}")
    return farthest


def values(path: Path, ascension: Floats, declination: Floats) -> Floats:
    """Interpolate a file's values at sky positions; NaN beyond the centers of its edge pixels.

    Parameters
    ----------
    path : Path
        A FITS file with an image of two axes in its first HDU.
    ascension, declination : ndarray
        ICRS, degrees; of one shape, that of the result.
    """
    with fits.open(path) as hdus:
        data = hdus[0].data.astype(float)
        x, y = skycoord_to_pixel(SkyCoord(ascension, declination, unit="deg"), WCS(hdus[0].header))
    height, width = data.shape
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    x, y = np.where(inside, x, 0), np.where(inside, y, 0)
    left, low = np.minimum(x.astype(int), width - 2), np.minimum(y.astype(int), height - 2)
    u, v = x - left, y - low
    lower = data[low, left] * (1 - u) + data[low, left + 1] * u
    upper = data[low + 1, left] * (1 - u) + data[low + 1, left + 1] * u
    return np.where(inside, lower * (1 - v) + upper * v, np.nan)


def agrees(what: str, shown: Floats, wanted: Floats, tolerance: float, exempt: float = 0.0) -> int:
    """Require the expected brightness wherever it is not NaN; return the number of pixels compared.

    Parameters
    ----------
    what : str
        The picture, for the error.
    shown, wanted : ndarray
        Levels of brightness, of one shape.
    tolerance : float
        Maximum difference of a pixel in levels.
    exempt : float
        Fraction of the pixels that can differ by more.
    """
    known = np.isfinite(wanted)
    demand(known.sum() > 1000, f"{what}: only {known.sum()} pixels to compare")
    error = np.where(known, np.abs(shown - np.where(known, wanted, 0)), 0)
    row, column = np.unravel_index(error.argmax(), error.shape)
    share = (error > tolerance).sum() / known.sum()
    demand(
        share <= exempt,
        f"{what}: {share:.2%} of the pixels differ, at {column},{row} {shown[row, column]:.1f},"
        f" wanted {wanted[row, column]:.1f}",
    )
    return int(known.sum())


def around(inside: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Dilate a mask by some pixels in all directions."""
    wide = inside.copy()
    for _ in range(reach):
        wide[1:] |= wide[:-1].copy()
        wide[:-1] |= wide[1:].copy()
        wide[:, 1:] |= wide[:, :-1].copy()
        wide[:, :-1] |= wide[:, 1:].copy()
    return wide


def longitude(ascension: float | Floats) -> Floats:
    """Return the longitude of a right ascension on the server's maps: its negative, from -180."""
    return (180.0 - np.asarray(ascension, float)) % 360.0 - 180.0
