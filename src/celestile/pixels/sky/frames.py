"""The celestial frames, and transformations between them with `astropy.coordinates`."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from celestile.errors import UnservableImageError
from celestile.pixels.sky.vectors import Floats, unit_vectors


@dataclass(frozen=True, slots=True)
class FrameKind:
    """What is known of a celestial frame.

    Parameters
    ----------
    title : str
        For people.
    names : tuple of str or None
        Conventional names of longitude and latitude; None for those of CTYPE.
    astropy : str or None
        Class of `astropy.coordinates`; None if there is no transformation to ICRS without further
        data, such as a time and a place.
    epoch : {"J", "B"} or None
        Whether the years of its equinox are Julian or Besselian; None for a frame without equinox.
    equinox : float or None
        Standard equinox.
    """

    title: str
    names: tuple[str, str] | None = None
    astropy: str | None = None
    epoch: str | None = None
    equinox: float | None = None


_EQUATORIAL = ("RA", "Dec")
FRAMES = {
    "icrs": FrameKind("ICRS", _EQUATORIAL, "ICRS"),
    "fk5": FrameKind("FK5", _EQUATORIAL, "FK5", "J", 2000.0),
    "fk4": FrameKind("FK4", _EQUATORIAL, "FK4", "B", 1950.0),
    "fk4-no-e": FrameKind("FK4 without E-terms", _EQUATORIAL, "FK4NoETerms", "B", 1950.0),
    "galactic": FrameKind("galactic", ("l", "b"), "Galactic"),
    "supergalactic": FrameKind("supergalactic", ("SGL", "SGB"), "Supergalactic"),
    "ecliptic": FrameKind("ecliptic", ("λ", "β"), "BarycentricMeanEcliptic", "J", 2000.0),
    "apparent": FrameKind("geocentric apparent", _EQUATORIAL),
    "hour-angle": FrameKind("hour angle", ("HA", "Dec")),
    "horizontal": FrameKind("horizontal", ("Az", "Alt")),
    "helioecliptic": FrameKind("helioecliptic"),
    "helioprojective": FrameKind("helioprojective", ("Tx", "Ty")),
    "heliographic": FrameKind("heliographic (Stonyhurst)"),
    "carrington": FrameKind("heliographic (Carrington)"),
    "terrestrial": FrameKind("terrestrial"),
    "body-fixed": FrameKind("body-fixed"),
    "unknown": FrameKind("unknown"),
}
"""All frames, by the name that `Celestial` and all protocols use."""

TRANSFORMABLE = frozenset(name for name, kind in FRAMES.items() if kind.astropy is not None)
"""Frames that can be transformed into each other."""

# The first part of CTYPE (FITS 4.0, section 8.3; Thompson 2006, A&A 449, 791), and the names that
# `celestile.pixels.sky.cards` gives to hour angles and azimuths, which wcslib does not accept.
_LONGITUDES = {
    "GLON": "galactic",
    "SLON": "supergalactic",
    "ELON": "ecliptic",
    "HLON": "helioecliptic",
    "TLON": "terrestrial",
    "HPLN": "helioprojective",
    "HGLN": "heliographic",
    "CRLN": "carrington",
    "HALN": "hour-angle",
    "AZLN": "horizontal",
}
# Parts of RADESYS as spelled in headers: "FK5/J2000", "ICRF2".
_SYSTEMS = (
    (re.compile(r"ICR[SF]"), "icrs"),
    (re.compile(r"FK-?5|J2000"), "fk5"),
    (re.compile(r"FK-?4-?NO-?E"), "fk4-no-e"),
    (re.compile(r"FK-?4|B1950"), "fk4"),
    (re.compile(r"GAPPT|APPARENT"), "apparent"),
)
_FIRST_FK5_EQUINOX = 1984.0


def frame_of(axis: str, system: str, equinox: float) -> str:
    """Name of a frame, by the rules of FITS WCS paper II, section 3.1.

    Parameters
    ----------
    axis : str
        First part of CTYPE of the longitude.
    system : str
        RADESYS, in upper case; may be empty.
    equinox : float
        EQUINOX; NaN if absent.
    """
    if axis in _LONGITUDES:
        return _LONGITUDES[axis]
    if re.fullmatch(r"[A-Z]{2}LN", axis):
        return "body-fixed"
    if axis != "RA":
        return "unknown"
    if not system:
        if not np.isfinite(equinox):
            return "icrs"
        return "fk4" if equinox < _FIRST_FK5_EQUINOX else "fk5"
    return next((frame for spelling, frame in _SYSTEMS if spelling.search(system)), "unknown")


@dataclass(frozen=True, slots=True)
class CelestialFrame:
    """A system of coordinates on the sky.

    Parameters
    ----------
    name : str
        One of `FRAMES`.
    equinox : float, optional
        In years, for frames that have one; the standard equinox by default.
    """

    name: str
    equinox: float | None = None

    @property
    def title(self) -> str:
        """For people, with the equinox: "FK5 J2015.5"."""
        kind = FRAMES[self.name]
        equinox = kind.equinox if self.equinox is None else self.equinox
        return kind.title if equinox is None else f"{kind.title} {kind.epoch}{equinox:.10g}"


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
    kinds = [FRAMES[frame.name] for frame in (source, target)]
    if any(kind.astropy is None for kind in kinds):
        titles = " to ".join(kind.title for kind in kinds)
        message = f"coordinates cannot be transformed from {titles}"
        raise UnservableImageError(message)
    if any(frame.name.startswith("fk4") for frame in (source, target)):
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
        there = here.transform_to(_astropy_frame(target), merge_attributes=False).spherical
        out_lon[known], out_lat[known] = there.lon.deg, there.lat.deg
    return out_lon, out_lat


def _astropy_frame(frame: CelestialFrame) -> Any:
    from astropy import coordinates  # noqa: PLC0415 - astropy loads slowly

    known = FRAMES[frame.name]
    kind = getattr(coordinates, str(known.astropy))
    if known.epoch is None or frame.equinox is None:
        return kind()
    return kind(equinox=f"{known.epoch}{frame.equinox}")
