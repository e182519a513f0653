"""Between celestial frames, through `astropy.coordinates`."""

from typing import Any

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


_EQUINOXES = {"fk5": ("J", 2000.0), "fk4": ("B", 1950.0)}
"""Frames that turn with the equinox: the epoch's kind, and the equinox where none is given."""


def to_frame(
    lon: Floats, lat: Floats, source: str, target: str, equinox: float | None = None
) -> tuple[Floats, Floats]:
    """Turn coordinates of one celestial frame into another's.

    Parameters
    ----------
    lon, lat : ndarray
        Degrees, of one shape; NaN stays NaN.
    source, target : str
        Names of frames.
    equinox : float, optional
        In years, of those frames that have one; the standard one where it is not given.

    Raises
    ------
    UnservableImageError
        If there is no way from one to the other.
    """
    if source == target:  # of one equinox
        return lon, lat
    if source not in _ASTROPY or target not in _ASTROPY:
        raise UnservableImageError(f"coordinates cannot be turned from {source} into {target}")
    from astropy.coordinates import SkyCoord  # noqa: PLC0415 - astropy loads slowly

    known = np.isfinite(lon) & np.isfinite(lat)
    out_lon, out_lat = np.full(lon.shape, np.nan), np.full(lat.shape, np.nan)
    if known.any():
        here = SkyCoord(lon[known], lat[known], unit="deg", frame=_frame(source, equinox))
        there = here.transform_to(_frame(target, equinox)).spherical
        out_lon[known], out_lat[known] = there.lon.deg, there.lat.deg
    return out_lon, out_lat


def _frame(name: str, equinox: float | None) -> Any:
    kind, standard = _EQUINOXES.get(name, ("", 0.0))
    if not kind or equinox is None or equinox == standard:
        return _ASTROPY[name]
    from astropy.coordinates import FK4, FK5  # noqa: PLC0415 - astropy loads slowly

    return {"fk5": FK5, "fk4": FK4}[name](equinox=f"{kind}{equinox}")
