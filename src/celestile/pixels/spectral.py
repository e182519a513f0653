"""World coordinates along the axes of a cube: frequencies, wavelengths, velocities, times."""

import numpy as np

from celestile.pixels.hdus import Hdu

LIGHT_SPEED = 299792458.0  # m/s
_PLANCK = 6.62607015e-34  # J s
_SI = {
    "FREQ": "Hz", "ENER": "J", "WAVN": "1/m", "WAVE": "m", "AWAV": "m", "VRAD": "m/s",
    "VOPT": "m/s", "ZOPT": "", "BETA": "", "VELO": "m/s", "FELO": "m/s",
}  # fmt: skip
"""Units that astropy brings spectral coordinates to (FITS 4.0, table 25)."""

_LENGTHS = {
    "m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "micron": 1e-6, "microns": 1e-6, "nm": 1e-9,
    "angstrom": 1e-10, "angstroms": 1e-10, "a": 1e-10,
}  # fmt: skip
"""In metres, for wavelength axes of names that the standard does not know."""


def code(ctype: str) -> str:
    """First part of a CTYPE: ``FREQ`` of ``FREQ-LSR`` and ``AWAV`` of ``AWAV-GRI``."""
    return ctype.strip().upper().split("-")[0]


def axis_values(hdu: Hdu, number: int, length: int, ctype: str) -> list[float | None]:
    """World coordinate of each pixel along an axis, in SI for spectral ones; None where unknown.

    Parameters
    ----------
    hdu : Hdu
        The array.
    number : int
        Of the axis, as FITS counts.
    length : int
        Of the axis.
    ctype : str
        Of the axis.
    """
    if code(ctype) in _SI:
        values = _spectral_values(hdu, number, length)
        if values is not None:
            return values
    reference, pixel, step = (
        hdu.number(f"{keyword}{number}") for keyword in ("CRVAL", "CRPIX", "CDELT")
    )
    matrix = hdu.number(f"CD{number}_{number}")
    step = matrix if matrix is not None else step
    if reference is None or step is None:
        return [None] * length
    first = 1.0 - (0.0 if pixel is None else pixel)  # CRPIX is 0 by default
    return [reference + (first + index) * step for index in range(length)]


def _spectral_values(hdu: Hdu, number: int, length: int) -> list[float | None] | None:
    """Coordinates through astropy, which knows the non-linear algorithms; None if it does not."""
    from astropy.wcs import WCS  # noqa: PLC0415 - astropy loads slowly

    from celestile.pixels.wcs_astropy import quiet  # noqa: PLC0415

    if hdu.get(f"CRVAL{number}") is None:
        return None
    try:
        with quiet():
            wcs = WCS(hdu.header, fix=True).sub([number])
            values = wcs.wcs_pix2world(np.arange(length, dtype=np.float64), 0)[0]
    except Exception:  # noqa: BLE001 - wcslib raises many kinds; the linear terms remain
        return None
    return [float(value) if np.isfinite(value) else None for value in values]


def axis_unit(hdu: Hdu, number: int, ctype: str) -> str | None:
    """Unit of the values along an axis."""
    # Where the linear terms are all there is, the unit is the header's.
    return _SI.get(code(ctype), hdu.text(f"CUNIT{number}")) or None


def wavelength(hdu: Hdu, number: int, ctype: str, value: float | None) -> float | None:
    """Vacuum wavelength in metres of a value along a spectral axis, where it can be told."""
    if value is None:
        return None
    kind = code(ctype)
    if kind in ("VRAD", "VOPT", "ZOPT"):
        return _shifted(hdu, kind, value)
    if value <= 0:
        return None
    if kind == "WAVE":
        return value
    if kind == "AWAV":
        return value * _air_index(value)
    if kind == "WAVN":
        return 1.0 / value
    if kind == "FREQ":
        return LIGHT_SPEED / value
    if kind == "ENER":
        return _PLANCK * LIGHT_SPEED / value
    if kind.startswith(("LAMBDA", "WAVELENG")):
        scale = _LENGTHS.get(hdu.text(f"CUNIT{number}").lower())
        return value * scale if scale else None
    return None


def _shifted(hdu: Hdu, kind: str, value: float) -> float | None:
    """Wavelength of a velocity or redshift, from the rest frequency or wavelength."""
    frequency = hdu.number("RESTFRQ") or hdu.number("RESTFREQ")
    rest = hdu.number("RESTWAV") or (LIGHT_SPEED / frequency if frequency else None)
    if rest is None or rest <= 0:
        return None
    if kind == "VRAD":
        return rest / (1.0 - value / LIGHT_SPEED) if value < LIGHT_SPEED else None
    shift = value if kind == "ZOPT" else value / LIGHT_SPEED
    return rest * (1.0 + shift) if shift > -1.0 else None


def _air_index(length: float) -> float:
    """Refractive index of air (Greisen et al. 2006, A&A 446, 747, equation 65); metres."""
    inverse = (1e-6 / length) ** 2
    return 1.0 + 1e-6 * (287.6155 + 1.62887 * inverse + 0.01360 * inverse**2)
