"""Products of ALMA, the VLA, ASKAP and MeerKAT.

Sources: ALMA Science Archive Manual and CASA `exportfits` (four axes: RA, DEC, FREQ, STOKES); VLASS
"Quick Look Image Headers" and NVSS (AIPS cards); CASDA user guide and RACS data release (STOKES
before FREQ); Knowles et al. 2022, A&A 657, A56, appendix, and Cotton, Obit development memo 63, for
MeerKAT's MGCLS (SPECLNMF: intensity, spectral index, then sub-bands FREQnnnn).
"""

from typing import Any

import numpy as np
from telescopes.made import Cards, primary, smooth

SHAPE = (60, 64)


def _sky(scale: float, dec: float) -> Cards:
    return {
        "CTYPE1": "RA---SIN", "CRVAL1": 83.8, "CDELT1": -scale / 3600, "CRPIX1": 33.0,
        "CUNIT1": "deg", "CTYPE2": "DEC--SIN", "CRVAL2": dec, "CDELT2": scale / 3600,
        "CRPIX2": 31.0, "CUNIT2": "deg", "BUNIT": "Jy/beam", "BMAJ": 5e-5, "BMIN": 4e-5,
        "BPA": 12.0, "RADESYS": "ICRS", "LONPOLE": 180.0, "LATPOLE": dec,
    }  # fmt: skip


def _frequency(axis: int, first: float, step: float) -> Cards:
    return {
        f"CTYPE{axis}": "FREQ", f"CRVAL{axis}": first, f"CDELT{axis}": step, f"CRPIX{axis}": 1.0,
        f"CUNIT{axis}": "Hz",
    }  # fmt: skip


def _stokes(axis: int) -> Cards:
    return {f"CTYPE{axis}": "STOKES", f"CRVAL{axis}": 1.0, f"CDELT{axis}": 1.0,
            f"CRPIX{axis}": 1.0, f"CUNIT{axis}": ""}  # fmt: skip


def alma_continuum() -> list[Any]:
    """Return a continuum image: axes of frequency and Stokes of one element."""
    cards = _sky(0.02, -5.4) | _frequency(3, 2.3e11, 2e9) | _stokes(4)
    cards |= {f"PC{i}_{j}": float(i == j) for i in range(1, 5) for j in range(1, 5)}
    first = smooth((1, 1, *SHAPE)) * 1e-6
    first[..., :4, :] = np.nan
    return [primary(first, TELESCOP="ALMA", RESTFRQ=2.305e11, SPECSYS="LSRK", **cards)]


def alma_cube() -> list[Any]:
    """Return a spectral cube: 12 channels, Stokes I."""
    cards = _sky(0.1, -5.4) | _frequency(3, 2.3052e11, -2.4e5) | _stokes(4)
    cube = smooth((1, 12, *SHAPE)) * 1e-6
    return [primary(cube, TELESCOP="ALMA", RESTFRQ=2.30538e11, SPECSYS="LSRK", **cards)]


def polarized_cube() -> list[Any]:
    """Return a cube with four Stokes parameters of each of six channels."""
    cards = _sky(1.0, 30.0) | _frequency(3, 1.4e9, 1e6) | _stokes(4)
    return [primary(smooth((4, 6, *SHAPE)) * 1e-6, TELESCOP="EVLA", **cards)]


def nvss() -> list[Any]:
    """Return an image of AIPS: CROTA, EPOCH, and four axes."""
    cards = _sky(15.0, 40.0) | _frequency(3, 1.4e9, 1e8) | _stokes(4)
    for word in ("RADESYS", "LONPOLE", "LATPOLE", "CUNIT1", "CUNIT2", "CUNIT3", "CUNIT4"):
        del cards[word]
    cards |= {f"CROTA{axis}": 0.0 for axis in range(1, 5)} | {"EPOCH": 2000.0, "BUNIT": "JY/BEAM"}
    return [primary(smooth((1, 1, *SHAPE)), TELESCOP="VLA", **cards)]


def vlass() -> list[Any]:
    """Return a quick-look image: as CASA writes it."""
    cards = _sky(1.0, 30.0) | _frequency(3, 2.988e9, 2e9) | _stokes(4)
    named = {"TELESCOP": "EVLA", "DATE-OBS": "2019-05-10T01:02:03.4"}
    return [primary(smooth((1, 1, *SHAPE)), RESTFRQ=2.988e9, **named, **cards)]


def racs() -> list[Any]:
    """Return a continuum image of ASKAP: Stokes before frequency, both of one element."""
    cards = _sky(2.5, -12.0) | _stokes(3) | _frequency(4, 8.875e8, 2.88e8)
    return [primary(smooth((1, 1, *SHAPE)), TELESCOP="ASKAP", **cards)]


def wallaby() -> list[Any]:
    """Return a spectral cube of ASKAP: frequency is the fourth axis, after Stokes."""
    cards = _sky(6.0, -12.0) | _stokes(3) | _frequency(4, 1.4e9, 18518.5)
    return [primary(smooth((10, 1, *SHAPE)), TELESCOP="ASKAP", RESTFRQ=1.420405751786e9, **cards)]


def mgcls() -> list[Any]:
    """Return an image of MeerKAT's cluster survey: intensity, spectral index, and sub-bands."""
    cards = _sky(1.25, -50.0) | _stokes(4) | {
        "CTYPE3": "SPECLNMF", "CRVAL3": 1.2838e9, "CDELT3": 4.5e7, "CRPIX3": 1.0, "NTERM": 2,
        "NSPEC": 3, "FREQ0001": 9.0e8, "FREQ0002": 1.28e9, "FREQ0003": 1.65e9,
    }  # fmt: skip
    return [primary(smooth((1, 5, *SHAPE)), TELESCOP="MeerKAT", **cards)]


def meerkat_cube() -> list[Any]:
    """Return a spectral-line cube of MeerKAT (MHONGOOSE, MIGHTEE): optical or radio velocity."""
    cards = _sky(2.0, -30.0) | {
        "CTYPE3": "VRAD", "CRVAL3": 1.2e6, "CDELT3": 1400.0, "CRPIX3": 1.0, "CUNIT3": "m/s",
        "RESTFRQ": 1.420405751786e9, "SPECSYS": "BARYCENT",
    }  # fmt: skip
    return [primary(smooth((9, *SHAPE)), TELESCOP="MeerKAT", **cards)]
