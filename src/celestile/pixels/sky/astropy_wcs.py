"""The only module that uses `astropy.wcs` for sky coordinates.

`astropy.wcs` is imported on first use, which takes a tenth of a second: a server that only lists
files or draws tiles does not need it.
"""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.sky.frames import FRAMES, frame_of

# Projections that repeat after 360 degrees of native longitude.
_PERIODIC = ("CYP", "CEA", "CAR", "MER", "HPX", "TSC", "CSC", "QSC")

# `warnings.catch_warnings` changes state of the whole process.
_warnings_lock = threading.RLock()


@dataclass(frozen=True, slots=True, eq=False)
class Celestial:
    """Sky coordinates defined by a header.

    Parameters
    ----------
    wcs : astropy.wcs.WCS
        WCS of two axes, between FITS pixels and degrees; not safe for concurrent use.
    longitude, latitude : int
        Indices of the world axes: 0 or 1.
    frame : str
        One of `celestile.pixels.sky.frames.FRAMES`.
    names : tuple of str
        Names of longitude and latitude.
    projection : str
        Code, including that of the distortion: ``TAN-SIP``.
    equinox : float or None
        In years; None if the frame has none.
    period : ndarray or None
        Displacement in FITS pixels after which the map repeats.
    """

    wcs: Any
    longitude: int
    latitude: int
    frame: str
    names: tuple[str, str]
    projection: str
    equinox: float | None
    period: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Linear coordinates other than on the sky: ``world = origin + matrix @ (X, Y)``, FITS pixels.

    Parameters
    ----------
    names, units : tuple of str
        Names and units of the two axes; may be empty strings.
    origin : ndarray
        Two values.
    matrix : ndarray
        2 by 2.
    """

    names: tuple[str, str]
    units: tuple[str, str]
    origin: NDArray[np.float64]
    matrix: NDArray[np.float64]


def build(text: str, key: str, hdulist: object = None) -> Any:
    """Create an astropy WCS from header cards; raises the errors of astropy.

    Parameters
    ----------
    text : str
        Cards of 80 characters.
    key : str
        Letter of an alternate description, or a blank.
    hdulist : astropy.io.fits.HDUList, optional
        File with tables of distortions.
    """
    from astropy.wcs import WCS  # noqa: PLC0415 - see the module's docstring

    with quiet():
        wcs = WCS(text, fobj=hdulist, key=key)
        wcs.wcs.set()
    return wcs


def celestial(wcs: Any, projection: str) -> Celestial:
    """Describe a WCS of sky coordinates.

    Parameters
    ----------
    wcs : astropy.wcs.WCS
        WCS to describe.
    projection : str
        Code in the header: astropy renames TPV and TNX to TAN.

    Raises
    ------
    ValueError
        If its axes are not two sky coordinates.
    """
    core = wcs.wcs
    if wcs.naxis != 2 or core.lng < 0 or core.lat < 0:
        raise ValueError("its two axes are not longitude and latitude")
    matrix = wcs.pixel_scale_matrix
    if not np.all(np.isfinite(matrix)) or np.linalg.det(matrix) == 0:
        raise ValueError("its pixels have no size")
    code = str(core.ctype[core.lng])[5:]
    frame = frame_of(core.lngtyp.strip(), core.radesys.strip().upper(), float(core.equinox))
    known = FRAMES[frame]
    equinox = float(core.equinox) if np.isfinite(core.equinox) else known.equinox
    axes = tuple(str(core.ctype[axis])[:4].rstrip("-") for axis in (core.lng, core.lat))
    return Celestial(
        wcs=wcs,
        longitude=core.lng,
        latitude=core.lat,
        frame=frame,
        names=known.names or (("RA", "Dec") if axes[0] == "RA" else (axes[0], axes[1])),
        projection=projection,
        equinox=equinox if known.epoch else None,
        period=_period(wcs, code[:3]),
    )


def linear(wcs: Any) -> Linear:
    """Describe a linear WCS; raises ValueError for others."""
    core = wcs.wcs
    # The hundreds digit is 0 or 1 for linear and quantized axes (wcslib, wcs.h).
    if wcs.naxis != 2 or any(kind // 100 % 10 > 1 for kind in core.axis_types):
        raise ValueError("its axes are not linear")
    matrix = np.asarray(wcs.pixel_scale_matrix, dtype=np.float64)
    origin = core.crval - matrix @ core.crpix
    if not np.all(np.isfinite(matrix)) or not np.all(np.isfinite(origin)):
        raise ValueError("its coordinates are not finite")
    names = tuple(str(name) for name in core.ctype)
    units = tuple(str(unit) for unit in core.cunit)
    return Linear((names[0], names[1]), (units[0], units[1]), origin, matrix)


def _period(wcs: Any, code: str) -> NDArray[np.float64] | None:
    """Displacement in FITS pixels by 360 degrees of native longitude."""
    if code not in _PERIODIC or wcs.has_distortion:
        return None
    turn = np.zeros(2)
    turn[wcs.wcs.lng] = 360.0
    if code == "CYP":
        stretched = (v for i, m, v in wcs.wcs.get_pv() if i == wcs.wcs.lat + 1 and m == 2)
        turn *= next(stretched, 1.0)
    period: NDArray[np.float64] = np.linalg.solve(wcs.pixel_scale_matrix, turn)
    return period


@contextmanager
def quiet() -> Iterator[None]:
    """Suppress warnings and log messages of astropy about corrections."""
    logger = logging.getLogger("astropy")

    def refuse(_: logging.LogRecord) -> bool:
        return False

    logger.addFilter(refuse)
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeFilter(refuse)
