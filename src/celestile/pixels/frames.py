"""Between celestial frames, through `astropy.coordinates`."""

import numpy as np
from numpy.typing import NDArray

from celestile.errors import UnservableImageError

Floats = NDArray[np.float64]

_ASTROPY = {
    "icrs": "icrs",
    "fk5": "fk5",
    "fk4": "fk4",
    "galactic": "galactic",
    "ecliptic": "barycentricmeanecliptic",
    "supergalactic": "supergalactic",
}
"""Names of `celestile.pixels.wcs_astropy.Celestial` to astropy's."""


def to_frame(lon: Floats, lat: Floats, source: str, target: str) -> tuple[Floats, Floats]:
    """Turn coordinates of one celestial frame into another's.

    Parameters
    ----------
    lon, lat : ndarray
        Degrees, of one shape; NaN stays NaN.
    source, target : str
        Names of frames; FK5 and FK4 at their standard equinoxes.

    Raises
    ------
    UnservableImageError
        If there is no way from one to the other.
    """
    if source == target:
        return lon, lat
    if source not in _ASTROPY or target not in _ASTROPY:
        raise UnservableImageError(f"coordinates cannot be turned from {source} into {target}")
    from astropy.coordinates import SkyCoord  # noqa: PLC0415 - astropy loads slowly

    known = np.isfinite(lon) & np.isfinite(lat)
    out_lon, out_lat = np.full(lon.shape, np.nan), np.full(lat.shape, np.nan)
    if known.any():
        here = SkyCoord(lon[known], lat[known], unit="deg", frame=_ASTROPY[source])
        there = here.transform_to(_ASTROPY[target]).spherical
        out_lon[known], out_lat[known] = there.lon.deg, there.lat.deg
    return out_lon, out_lat
