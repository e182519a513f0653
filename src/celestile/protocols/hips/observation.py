"""Wavelengths and times of an observation, for the properties of surveys (HiPS 1.0, table 4)."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from celestile.pixels.axes.spectral import filter_wavelength
from celestile.pixels.axes.times import header_time
from celestile.pixels.image import Channel, Image
from celestile.pixels.plane import Selection
from celestile.views.filter_colors import wavelength

Get = Callable[[str], Any]
Range = tuple[float, float]

_MJD_EPOCH = datetime(1858, 11, 17, tzinfo=UTC)
_FILTERS = ("FILTER", "FILTER1", "FILTER2", "FILTNAM1", "BAND")
_EXPOSURES = ("XPOSURE", "EXPTIME", "TEXPTIME", "EXPOSURE", "ITIME")
_NOT_FILTERS = {"", "clear", "none", "open", "unknown", "n/a"}

# Upper ends in meters (ObsCore vocabulary of HiPS 1.0, table 4).
_REGIMES = (
    (1e-11, "Gamma-ray"),
    (1e-8, "X-ray"),
    (1e-7, "EUV"),
    (3e-7, "UV"),
    (1e-6, "Optical"),
    (1e-3, "Infrared"),
    (1e-2, "Millimeter"),
    (float("inf"), "Radio"),
)


def regime(band: Range) -> str:
    """Name the part of the spectrum at the middle of a range of wavelengths in meters."""
    middle = sum(band) / 2
    return next(name for end, name in _REGIMES if middle < end)


def wavelengths(image: Image, selections: list[Selection], get: Get) -> Range | None:
    """Return the least and greatest wavelength of the planes shown.

    Parameters
    ----------
    image : Image
        Its channels count first.
    selections : list of Selection
        The planes shown.
    get : callable
        Value of a header keyword, or None; counts for images with a single channel.

    Returns
    -------
    tuple of float or None
        In meters, in vacuum; None if they are not known. Both are equal if only an effective
        wavelength is known.
    """
    shown = [
        channel
        for channel in image.channels
        if any(first <= channel.index <= last for first, last in (s.channel for s in selections))
    ]
    known = [channel.wavelength for channel in shown if channel.wavelength]
    if not known and len(image.channels) == 1:
        return _of_header(get)
    if not known and image.channel_axis == "band":
        known = [found for found in map(wavelength, shown) if found]
    return (min(known), max(known)) if known else None


def _of_header(get: Get) -> Range | None:
    # ESO Science Data Products Standard, section 7: nanometers.
    ends = _positive(get("WAVELMIN")), _positive(get("WAVELMAX"))
    if ends[0] and ends[1] and ends[0] <= ends[1]:
        return ends[0] * 1e-9, ends[1] * 1e-9
    middle = filter_wavelength(get)
    if middle is None:
        names = (str(get(key) or "").strip().lower() for key in _FILTERS)
        named = (Channel(index=1, name=name) for name in names if name not in _NOT_FILTERS)
        middle = next(filter(None, map(wavelength, named)), None)
    if middle is None or not math.isfinite(middle):
        return None
    half = _half_width(get)
    return (middle - half, middle + half) if half < middle else (middle, middle)


def _half_width(get: Get) -> float:
    """Half of the width of a filter in meters; 0 if it is not known."""
    if _positive(get("PHOTPLAM")):
        # FWHM = sqrt(8 ln 2) PHOTBW, in angstrom (HST Data Handbooks, synphot).
        return math.sqrt(2 * math.log(2)) * (_positive(get("PHOTBW")) or 0.0) * 1e-10
    # NOAO writes center and width in angstrom behind the name.
    found = re.search(r" \d{4,5}\.\d* (\d+\.\d*)$", str(get("FILTER") or "").rstrip())
    return float(found[1]) * 0.5e-10 if found else 0.0


def times(image: Image, selections: list[Selection], get: Get) -> Range | None:
    """Return start and end of the frames shown.

    Parameters
    ----------
    image : Image
        Its frames count first.
    selections : list of Selection
        The planes shown.
    get : callable
        Value of a header keyword, or None; counts for images with a single frame.

    Returns
    -------
    tuple of float or None
        Modified Julian dates in UTC; None if they are not known. Both are equal if the end is not
        known.
    """
    found = [
        frame.time
        for frame in image.frames
        if frame.time
        and any(first <= frame.index <= last for first, last in (s.frame for s in selections))
    ]
    single = len(image.frames) == 1
    starts: list[str | None] = [*found] or ([header_time(get)] if single else [])
    days = [_mjd(start) for start in starts if start]
    if not days:
        return None
    return min(days), max(*days, _end(days[0], get)) if single else max(days)


def _end(start: float, get: Get) -> float:
    """End of a single exposure; its start if that is all that is known."""
    ends = {
        "DATE-OBS": get("DATE-END"),
        "TIME-OBS": get("TIME-END"),
        "MJD-OBS": get("MJD-END") or get("EXPEND"),
        "TIMESYS": get("TIMESYS"),
    }
    end = header_time(ends.get)
    if end is not None and _mjd(end) >= start:
        return _mjd(end)
    exposure = next(filter(None, (_positive(get(key)) for key in _EXPOSURES)), 0.0)
    return start + exposure / 86400


def _mjd(time: str) -> float:
    return (datetime.fromisoformat(time) - _MJD_EPOCH).total_seconds() / 86400


def _positive(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 < value < math.inf else None  # type: ignore[arg-type,operator]
