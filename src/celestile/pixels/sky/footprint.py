"""Bounding box of an image in right ascension and declination, and the scale of its pixels."""

import math
from dataclasses import dataclass

import numpy as np

from celestile.pixels.sky.frames import ICRS, to_frame
from celestile.pixels.sky.samples import SampledChip, sampled_chips
from celestile.pixels.sky.sky import Sky, SkyChip
from celestile.pixels.sky.vectors import Floats, distance

_ALONG = 65  # samples along an edge
_ACROSS = 33  # samples of the interior, along either axis
# A pole this close to an image, relative to its size, counts as inside: right ascension changes
# too rapidly near it for the samples.
_BESIDE = 0.05
_LEAST_GAP = 30.0  # degrees of right ascension without samples that count as empty


@dataclass(frozen=True, slots=True)
class Footprint:
    """A box on the sky, in degrees (ICRS), and the scale of its pixels.

    Parameters
    ----------
    start, extent : float
        Right ascension of its beginning, and its extent from there; 360 for the whole circle.
    south, north : float
        Declinations.
    scale : float
        Typical degrees per pixel.
    """

    start: float
    extent: float
    south: float
    north: float
    scale: float


def footprint(sky: Sky) -> Footprint | None:
    """Find the bounding box of an image; None without coordinates in a known celestial frame."""
    found = sampled_chips(sky)
    if not found:
        return None
    places = [_sampled(part.chip, sky) for part in found]
    lon, lat = (np.concatenate(each) for each in zip(*places, strict=True))
    south, north = max(float(lat.min()), -90.0), min(float(lat.max()), 90.0)
    start, extent = _arc(lon)
    for pole in (-90.0, 90.0):
        if any(_holds(part, sky, pole) for part in found):
            start, extent = 0.0, 360.0
            south, north = min(south, pole), max(north, pole)
    return Footprint(start, extent, south, north, _scale(found))


def _sampled(chip: SkyChip, sky: Sky) -> tuple[Floats, Floats]:
    """Positions in a chip, and beyond it those that curved edges may reach."""
    along, across = np.linspace(0.0, 1.0, _ALONG), np.linspace(0.0, 1.0, _ACROSS)
    start, end = np.zeros(_ALONG), np.ones(_ALONG)
    inside = np.meshgrid(across, across)
    lon, lat = _icrs(
        chip,
        sky,
        np.concatenate([along, along, start, end, inside[0].ravel()]),
        np.concatenate([start, end, along, along, inside[1].ravel()]),
    )
    edges = 4 * _ALONG
    found = [
        _edge(*edge)
        for edge in zip(np.split(lon[:edges], 4), np.split(lat[:edges], 4), strict=True)
    ]
    lon, lat = (each[edges:].reshape(_ACROSS, _ACROSS) for each in (lon, lat))
    margin = 0.0
    if not np.isfinite(lon).all():
        # A map that ends within the image ends beyond the last valid sample.
        steps = np.concatenate([np.abs(np.diff(lat, axis=axis)).ravel() for axis in (0, 1)])
        margin = float(np.max(steps[np.isfinite(steps)], initial=0.0))
    known = np.isfinite(lon) & np.isfinite(lat)
    found += [(lon[known], lat[known] + sign * margin) for sign in (-1, 1)]
    lons, lats = (np.concatenate(each) for each in zip(*found, strict=True))
    return lons, lats


def _edge(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Samples of an edge, extended by its curvature between them."""
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.all():
        return lon[known], lat[known]
    lon = np.unwrap(lon, period=360.0)
    bends = []
    for values in (lon, lat):
        # An arc exceeds its chord by an eighth of the second difference of samples.
        bend = np.abs(np.diff(values, 2)).max() / 8
        bends.append(bend)
    shifts = [(0.0, 0.0), (bends[0], bends[1]), (-bends[0], -bends[1])]
    return (
        np.concatenate([lon + across for across, _ in shifts]),
        np.concatenate([lat + up for _, up in shifts]),
    )


def _icrs(chip: SkyChip, sky: Sky, s: Floats, t: Floats) -> tuple[Floats, Floats]:
    """ICRS positions in a chip, given as fractions of its width and height."""
    region = chip.region
    x, y = region.x + s * region.width, region.y + t * region.height
    return to_frame(*chip.coordinates.world_array(x, y), sky.celestial_frame, ICRS)


def _arc(lon: Floats) -> tuple[float, float]:
    """Start and length of the shortest arc that contains all longitudes."""
    around = np.sort(lon % 360.0)
    gaps = np.diff(around, append=around[0] + 360.0)
    widest = int(np.argmax(gaps))
    if gaps[widest] < _LEAST_GAP:
        return 0.0, 360.0
    return float(around[(widest + 1) % around.size]), float(360.0 - gaps[widest])


def _holds(part: SampledChip, sky: Sky, pole: float) -> bool:
    vector = np.array([[0.0, 0.0, np.sign(pole)]])
    if not part.near(vector, np.zeros(1)).any():
        return False
    lon, lat = to_frame(np.array([0.0]), np.array([pole]), ICRS, sky.celestial_frame)
    region = part.chip.region
    x, y = part.chip.coordinates.pixel_array(lon, lat, region)
    return bool((distance(x, y, region) <= _BESIDE * max(region.width, region.height)).any())


def _scale(found: tuple[SampledChip, ...]) -> float:
    """Median distance of neighboring samples, in degrees for each pixel between them."""
    scales = [part.spacing for part in found if part.spacing > 0]
    return math.degrees(min(scales)) if scales else 1.0
