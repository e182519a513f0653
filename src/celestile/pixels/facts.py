"""Facts about files for lists of images: object, filter, exposure, instrument and date.

Only the first header is read, and the second if the first HDU has no data: a millisecond per file.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from celestile.pixels.axes.filters import named_wavelength
from celestile.pixels.axes.spectral import filter_wavelength
from celestile.pixels.axes.times import header_time
from celestile.pixels.fits.headers.peek import peek_header

_OBJECTS = ("OBJECT", "TARGNAME", "TARGET", "FIELD")
_FILTERS = (
    "FILTER", "FILTNAM1", "FILTNAM2", "FILTER1", "FILTER2", "FILTER3", "INSFILTE", "FILTERS",
    "BAND", "ESO INS FILT1 NAME", "ESO INS FILT2 NAME", "ESO INS FILT3 NAME",
)  # fmt: skip
_OPEN = ("clear", "open", "none", "n/a", "empty")  # beginnings of names: no filter
_EXPOSURES = ("EXPTIME", "EXPOSURE", "EXP_TIME", "EXPOSED", "ITIME", "XPOSURE", "TELAPSE")
_INSTRUMENTS = ("INSTRUME", "DETECTOR", "CAMERA", "TELESCOP")
_LONGEST = 80  # characters of a fact

Get = Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts from the header of a file.

    Parameters
    ----------
    object, filter, instrument : str or None
        As the header names them; several filters are joined by ``+``.
    exposure : float or None
        Exposure time in seconds.
    date : str or None
        Start of the exposure, ISO 8601 in UTC.
    shape : tuple of int
        NAXISn of the first array, NAXIS1 first; empty if there is none in the first two HDUs.
    wavelength : float or None
        Of the filter, in metres.
    problem : str or None
        Why the file is certainly no image, if the header shows it.
    """

    object: str | None = None
    filter: str | None = None
    exposure: float | None = None
    instrument: str | None = None
    date: str | None = None
    shape: tuple[int, ...] = ()
    wavelength: float | None = None
    problem: str | None = None


def read_facts(path: Path) -> Facts:
    """Read the facts of a file; never fails."""
    cards = peek_header(path)
    if "SIMPLE" not in cards:
        return Facts(problem=_problem(path))
    get = cards.get
    filters = _filter(get)
    return Facts(
        object=_text(get, _OBJECTS),
        filter=filters,
        exposure=_exposure(get),
        instrument=_text(get, _INSTRUMENTS),
        date=header_time(get),
        shape=_shape(get),
        wavelength=filter_wavelength(get) or (named_wavelength(filters) if filters else None),
    )


def _problem(path: Path) -> str:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"
    return "the file has no FITS header" if size else "the file is empty"


def _text(get: Get, keywords: tuple[str, ...]) -> str | None:
    for keyword in keywords:
        value = get(keyword)
        text = "" if value is None or isinstance(value, bool) else " ".join(str(value).split())
        if text:
            # A night has thousands of files with the same few names.
            return sys.intern(text[:_LONGEST])
    return None


def _filter(get: Get) -> str | None:
    names: list[str] = []
    for keyword in _FILTERS:
        name = _text(get, (keyword,))
        if name and not name.lower().startswith(_OPEN) and not name.isdigit() and name not in names:
            names.append(name)
        if names and keyword in ("FILTER", "INSFILTE"):
            break
    return sys.intern("+".join(names)[:_LONGEST]) if names else None


def _exposure(get: Get) -> float | None:
    for keyword in _EXPOSURES:
        value = get(keyword)
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            return float(value)
    return None


def _shape(get: Get) -> tuple[int, ...]:
    prefix = "Z" if get("ZIMAGE") is True else ""
    count = get(f"{prefix}NAXIS")
    if not isinstance(count, int) or (get("XTENSION") == "BINTABLE" and not prefix):
        return ()
    sides = tuple(get(f"{prefix}NAXIS{axis}") for axis in range(1, min(count, 9) + 1))
    return sides if all(isinstance(side, int) and side > 0 for side in sides) else ()
