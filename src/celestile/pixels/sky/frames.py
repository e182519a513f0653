"""Transformations between celestial frames, with `astropy.coordinates`."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from celestile.errors import UnservableImageError
from celestile.pixels.sky.vectors import Floats, unit_vectors

_ASTROPY = {
    "icrs": "ICRS",
    "fk5": "FK5",
    "fk4": "FK4",
    "galactic": "Galactic",
    "ecliptic": "BarycentricMeanEcliptic",
    "supergalactic": "Supergalactic",
}
"""Names of `celestile.pixels.sky.astropy_wcs.Celestial` to astropy's classes."""

_EPOCHS = {"fk5": "J", "fk4": "B", "ecliptic": "J"}
"""Frames that turn with the equinox, and whether its years are Julian or Besselian."""


@dataclass(frozen=True, slots=True)
class CelestialFrame:
    """A system of coordinates on the sky.

    Parameters
    ----------
    name : str
        As in `celestile.pixels.sky.astropy_wcs.Celestial`.
    equinox : float, optional
        In years, for frames that have one; the standard equinox by default.
    """

    name: str
    equinox: float | None = None


ICRS = CelestialFrame("icrs")


def to_frame(
    lon: Floats, lat: Floats, source: CelestialFrame, target: CelestialFrame
) -> tuple[Floats, Floats]:
    """Transform coordinates of one celestial frame into another's.

    Parameters
    ----------
    lon, lat : ndarray
        Degrees, of one shape; NaN stays NaN.
    source, target : CelestialFrame
        Frames with their equinoxes.

    Returns
    -------
    tuple of ndarray
        Degrees, of the same shape.

    Raises
    ------
    UnservableImageError
        If there is no transformation from one to the other.
    """
    if source == target:
        return lon, lat
    if source.name not in _ASTROPY or target.name not in _ASTROPY:
        message = f"coordinates cannot be transformed from {source.name} to {target.name}"
        raise UnservableImageError(message)
    if "fk4" in {source.name, target.name}:
        return _by_astropy(lon, lat, source, target)
    rotated = unit_vectors(lon, lat) @ _rotation(source, target).T
    x, y, z = np.moveaxis(rotated, -1, 0)
    return np.degrees(np.arctan2(y, x)) % 360.0, np.degrees(np.arctan2(z, np.hypot(x, y)))


@lru_cache(maxsize=64)
def _rotation(source: CelestialFrame, target: CelestialFrame) -> Floats:
    """Matrix between frames that differ by a rotation, as all do but FK4 with its aberration."""
    lon, lat = np.array([0.0, 90.0, 0.0]), np.array([0.0, 0.0, 90.0])
    return np.ascontiguousarray(unit_vectors(*_by_astropy(lon, lat, source, target)).T)


def _by_astropy(
    lon: Floats, lat: Floats, source: CelestialFrame, target: CelestialFrame
) -> tuple[Floats, Floats]:
    from astropy.coordinates import SkyCoord  # noqa: PLC0415 - astropy loads slowly

    known = np.isfinite(lon) & np.isfinite(lat)
    out_lon, out_lat = np.full(lon.shape, np.nan), np.full(lat.shape, np.nan)
    if known.any():
        here = SkyCoord(lon[known], lat[known], unit="deg", frame=_astropy_frame(source))
        there = here.transform_to(_astropy_frame(target)).spherical
        out_lon[known], out_lat[known] = there.lon.deg, there.lat.deg
    return out_lon, out_lat


def _astropy_frame(frame: CelestialFrame) -> Any:
    from astropy import coordinates  # noqa: PLC0415 - astropy loads slowly

    kind = getattr(coordinates, _ASTROPY[frame.name])
    epoch = _EPOCHS.get(frame.name)
    if epoch is None or frame.equinox is None:
        return kind()
    return kind(equinox=f"{epoch}{frame.equinox}")
