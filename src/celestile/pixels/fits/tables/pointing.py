"""Bins on the sky for events with right ascension and declination alone.

A field is shown around its middle, in the zenithal equidistant projection (ARC); events all over
the sky on a plate carrée (CAR).
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from celestile.pixels.fits.tables.binning import Bins, Doubles, Pair, Project
from celestile.pixels.fits.tables.world import Cards
from celestile.pixels.sky.vectors import unit_vectors

_ALONG = 1000  # pixels across a field, about
_WIDEST = 60.0  # degrees from the middle of a field
_WHOLE_SKY = 0.1  # degrees: about the resolution of the best events of Fermi's telescope
_FINEST = 1e-4  # degrees

_AXES = {False: ("RA---", "DEC--"), True: ("GLON-", "GLAT-")}


@dataclass(frozen=True, slots=True)
class SkyBins:
    """Bins on the sky.

    Parameters
    ----------
    bins : Bins
        The bins, in pixels.
    cards : list of tuple
        World coordinates.
    project : callable
        Converts degrees to positions in the bins.
    scale : float
        Degrees along a side of a bin.
    """

    bins: Bins
    cards: Cards
    project: Project
    scale: float


def middle_and_radius(events: Callable[[], Iterable[Pair]]) -> tuple[Doubles, float] | None:
    """Find the field in which events are.

    Parameters
    ----------
    events : callable
        Returns longitudes and latitudes in degrees, part by part.

    Returns
    -------
    middle : ndarray
        Unit vector.
    radius : float
        Distance in degrees of the farthest event. None, without a middle, if events are all over
        the sky.

    Raises
    ------
    ValueError
        If there is no event with a position.
    """
    total, count = np.zeros(3), 0
    for part in events():
        vectors = unit_vectors(*_known(*part))
        total += vectors.sum(axis=0)
        count += len(vectors)
    if not count:
        raise ValueError("the list of events is empty")
    length = float(np.linalg.norm(total))
    if length == 0.0:
        return None
    middle: Doubles = total / length
    chord = max(
        float(np.linalg.norm(unit_vectors(*_known(*part)) - middle, axis=-1).max(initial=0.0))
        for part in events()
    )
    radius = math.degrees(2 * math.asin(min(chord / 2, 1.0)))
    return (middle, radius) if radius <= _WIDEST else None


def _known(lon: Doubles, lat: Doubles) -> Pair:
    known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90.0)
    return lon[known], lat[known]


def _cards(
    galactic: bool, code: str, center: tuple[float, float], size: tuple[int, int], scale: float
) -> Cards:
    axes = _AXES[galactic]
    cards: Cards = []
    for axis in (1, 2):
        cards += [
            (f"CTYPE{axis}", axes[axis - 1] + code),
            (f"CUNIT{axis}", "deg"),
            (f"CRVAL{axis}", center[axis - 1]),
            (f"CRPIX{axis}", (size[axis - 1] + 1) / 2),
            (f"CDELT{axis}", -scale if axis == 1 else scale),
        ]
    return cards


def around(middle: Doubles, radius: float, *, galactic: bool) -> SkyBins:
    """Bins of a field; parameters as `middle_and_radius` returns them, and the frame."""
    x, y, z = middle.tolist()
    lon, lat = math.degrees(math.atan2(y, x)) % 360.0, math.degrees(math.atan2(z, math.hypot(x, y)))
    scale = max(_round_up(2 * radius / _ALONG), _FINEST)
    side = max(2 * math.ceil(radius / scale) + 2, 16)

    def project(lons: Doubles, lats: Doubles) -> Pair:
        turned, there, here = np.radians(lons - lon), np.radians(lats), math.radians(lat)
        east = np.cos(there) * np.sin(turned)
        north = np.sin(there) * np.cos(here) - np.cos(there) * np.sin(here) * np.cos(turned)
        ahead = np.sin(there) * np.sin(here) + np.cos(there) * np.cos(here) * np.cos(turned)
        aside = np.hypot(east, north)
        angle = np.degrees(np.arctan2(aside, ahead))
        share = np.divide(angle, aside, out=np.zeros_like(aside), where=aside > 0)
        return side / 2 - share * east / scale, side / 2 + share * north / scale

    return SkyBins(
        Bins(low=(0.0, 0.0), size=1.0, shape=(side, side)),
        _cards(galactic, "ARC", (lon, lat), (side, side), scale),
        project,
        scale,
    )


def whole_sky(*, galactic: bool) -> SkyBins:
    """Bins of the whole sky, in galactic or in equatorial coordinates."""
    scale = _WHOLE_SKY
    width, height = round(360 / scale), round(180 / scale)
    center = 0.0 if galactic else 180.0

    def project(lons: Doubles, lats: Doubles) -> Pair:
        away = (lons - center + 180.0) % 360.0 - 180.0
        return width / 2 - away / scale, height / 2 + lats / scale

    return SkyBins(
        Bins(low=(0.0, 0.0), size=1.0, shape=(width, height)),
        _cards(galactic, "CAR", (center, 0.0), (width, height), scale),
        project,
        scale,
    )


def _round_up(number: float) -> float:
    """Next of 1, 2, 5, 10, … times a power of ten."""
    if number <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(number))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= number * 0.999999)
