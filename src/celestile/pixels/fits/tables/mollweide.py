"""The whole sky as a picture in the Mollweide projection (Calabretta & Greisen 2002, sec. 5.3.3).

It shows equal areas as equal, so that coarser pixels are the mean of the sky beneath. Longitude 0
is in the centre and increases to the left, as seen from inside the sphere.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

HALF_WIDTH = float(np.degrees(2 * np.sqrt(2)))
HALF_HEIGHT = float(np.degrees(np.sqrt(2)))
"""Semi-axes of the ellipse in degrees of the plane of projection."""


def cards(width: int, height: int, axes: tuple[str, str]) -> list[tuple[str, Any]]:
    """World coordinates of a picture whose edges the ellipse touches.

    Parameters
    ----------
    width, height : int
        Of the picture.
    axes : tuple of str
        First parts of CTYPE of longitude and latitude.
    """
    return [
        ("CTYPE1", f"{axes[0]:-<4}-MOL"),
        ("CTYPE2", f"{axes[1]:-<4}-MOL"),
        ("CUNIT1", "deg"),
        ("CUNIT2", "deg"),
        ("CRVAL1", 0.0),
        ("CRVAL2", 0.0),
        ("CRPIX1", (width + 1) / 2),
        ("CRPIX2", (height + 1) / 2),
        ("CDELT1", -2 * HALF_WIDTH / width),
        ("CDELT2", 2 * HALF_HEIGHT / height),
    ]


def sky(rows: Doubles, columns: Doubles, width: int, height: int) -> tuple[Doubles, Doubles]:
    """Positions on the sky of the centres of pixels.

    Parameters
    ----------
    rows, columns : ndarray
        Indices of rows, from the bottom, and of columns, from the left.
    width, height : int
        Of the picture.

    Returns
    -------
    tuple of ndarray
        Longitude from -180 to 180 and latitude in degrees, of shape (rows, columns); NaN outside
        the ellipse.
    """
    sine = (2 * rows + 1) / height - 1
    theta = np.arcsin(sine)
    latitude = np.degrees(np.arcsin((2 * theta + np.sin(2 * theta)) / np.pi))
    across = 1 - (2 * columns + 1) / width
    longitude = 180.0 * across[None, :] / np.cos(theta)[:, None]
    longitude[np.abs(longitude) > 180.0] = np.nan
    return longitude, np.where(np.isnan(longitude), np.nan, latitude[:, None])
