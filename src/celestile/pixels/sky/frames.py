"""Between celestial frames, through `astropy.coordinates`."""

from functools import lru_cache
from typing import Any

import numpy as np

from celestile.errors import UnservableImageError
from celestile.pixels.sky.vectors import Floats, unit_vectors

_ASTROPY = {
    "icrs": "icrs",
    "fk5": "fk5",
    "fk4": "fk4",
    "galactic": "galactic",
    "ecliptic": "barycentricmeanecliptic",
    "supergalactic": "supergalactic",
}
"""Names of `celestile.pixels.sky.astropy_wcs.Celestial` to astropy's."""


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
    if "fk4" in {source, target}:
        return _by_astropy(lon, lat, source, target, equinox)
    rotated = unit_vectors(lon, lat) @ _rotation(source, target, equinox).T
    x, y, z = np.moveaxis(rotated, -1, 0)
    return np.degrees(np.arctan2(y, x)) % 360.0, np.degrees(np.arctan2(z, np.hypot(x, y)))


@lru_cache(maxsize=64)
def _rotation(source: str, target: str, equinox: float | None) -> Floats:
    """Matrix between frames that differ by a rotation, as all do but FK4 with its aberration."""
    lon, lat = np.array([0.0, 90.0, 0.0]), np.array([0.0, 0.0, 90.0])
    return np.ascontiguousarray(unit_vectors(*_by_astropy(lon, lat, source, target, equinox)).T)


def _by_astropy(
    lon: Floats, lat: Floats, source: str, target: str, equinox: float | None
) -> tuple[Floats, Floats]:
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
