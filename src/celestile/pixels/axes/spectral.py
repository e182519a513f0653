"""World coordinates along the axes of a cube: frequencies, wavelengths, velocities, times."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.axes.linear import LinearTerms, linear_terms
from celestile.pixels.axes.units import axis_unit
from celestile.pixels.fits.hdus import AxisValues, Hdu

Floats = NDArray[np.float64]

_LIGHT_SPEED = 299792458.0  # m/s
_SI = {
    "FREQ": "Hz", "ENER": "J", "WAVN": "1/m", "WAVE": "m", "AWAV": "m", "VRAD": "m/s",
    "VOPT": "m/s", "ZOPT": "", "BETA": "", "VELO": "m/s", "FELO": "m/s",
}  # fmt: skip
"""Units to which astropy converts spectral coordinates (FITS 4.0, table 25)."""

_ALGORITHM = re.compile(r"-(LOG|GR[IA]|[FWAV]2[FWAV])$")
"""Non-linear algorithms in CTYPE (FITS 4.0, table 26)."""
_SPECTRAL = ("FREQ", "ENER", "WAVN", "WAVE")
_DOPPLER = ("VRAD", "VOPT", "ZOPT")
_WORDS = ("RESTFRQ", "RESTFREQ", "RESTWAV", "SPECSYS", "SSYSOBS", "VELREF", "VELOSYS")

_LENGTHS = {
    "m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "micron": 1e-6, "microns": 1e-6, "nm": 1e-9,
    "angstrom": 1e-10, "angstroms": 1e-10, "a": 1e-10,
}  # fmt: skip
"""Units in metres, for wavelength axes with nonstandard names."""


def code(ctype: str) -> str:
    """First part of a CTYPE: ``FREQ`` of ``FREQ-LSR`` and ``AWAV`` of ``AWAV-GRI``."""
    return ctype.strip().upper().split("-")[0]


def axis_values(hdu: Hdu, number: int, length: int, ctype: str) -> AxisValues:
    """World coordinate of each pixel along an axis.

    Parameters
    ----------
    hdu : Hdu
        The array.
    number : int
        FITS number of the axis.
    length : int
        Of the axis.
    ctype : str
        Of the axis.
    """
    held = hdu.tabulated.get(number)
    if held is not None:
        return _in_si(held, ctype)
    if ctype.strip().upper().endswith("-TAB"):
        return AxisValues((None,) * length)  # the header only gives indices into a table
    terms = linear_terms(hdu, number)
    if terms is None:
        return AxisValues((None,) * length)
    algorithm = _ALGORITHM.search(ctype.strip().upper())
    if code(ctype) in _SI:
        values = _spectral_values(hdu, number, length, ctype, terms)
        if values is not None:
            return AxisValues(values, _SI[code(ctype)] or None)
        if algorithm and algorithm[1] != "LOG":
            return AxisValues((None,) * length)  # the linear terms would be wrong
    unit = axis_unit(hdu.text(f"CUNIT{number}"), ctype) or None
    return AxisValues(terms.along(length, logarithmic=bool(algorithm)), unit)


def _in_si(held: AxisValues, ctype: str) -> AxisValues:
    """Convert values of a table to the SI unit of their kind."""
    wanted = _SI.get(code(ctype))
    held = AxisValues(held.values, axis_unit(held.unit or "", ctype) or None)
    if not wanted or not held.unit or held.unit == wanted:
        return held
    from astropy.units import Unit  # noqa: PLC0415 - astropy loads slowly

    try:
        scale = Unit(held.unit).to(wanted)
    except Exception:  # noqa: BLE001 - astropy.units raises many kinds for odd units
        return held
    return AxisValues(tuple(v if v is None else v * scale for v in held.values), wanted)


def _spectral_values(
    hdu: Hdu, number: int, length: int, ctype: str, terms: LinearTerms
) -> tuple[float | None, ...] | None:
    """Coordinates by astropy, which has the non-linear algorithms; None if it fails."""
    from astropy.wcs import WCS  # noqa: PLC0415 - astropy loads slowly

    from celestile.pixels.sky.astropy_wcs import quiet  # noqa: PLC0415

    # Only the cards of this axis: invalid cards of another must not affect it.
    cards: dict[str, Any] = {
        "CTYPE1": ctype, "CUNIT1": axis_unit(hdu.text(f"CUNIT{number}"), ctype),
        "CRVAL1": terms.reference, "CRPIX1": terms.pixel, "CDELT1": terms.step,
    }  # fmt: skip
    cards |= {keyword: hdu.get(keyword) for keyword in _WORDS if hdu.get(keyword) is not None}
    for index in range(7):
        value = hdu.get(f"PV{number}_{index}")
        if value is not None:
            cards[f"PV1_{index}"] = value
    try:
        with quiet():
            wcs = WCS(cards, naxis=1, fix=True)
            values = wcs.wcs_pix2world(np.arange(length, dtype=np.float64), 0)[0]
    except Exception:  # noqa: BLE001 - wcslib raises many kinds; the linear terms are used instead
        return None
    return tuple(float(value) if np.isfinite(value) else None for value in values)


def wavelengths(hdu: Hdu, ctype: str, held: AxisValues) -> tuple[float | None, ...]:
    """Vacuum wavelengths of the values along a spectral axis.

    The formulas are those of `astropy.units`, which has none for wavelengths in air. Relativistic
    velocities (VELO, BETA) are left out: AIPS writes VELO for the other kinds as well.

    Parameters
    ----------
    hdu : Hdu
        The array; its header has the rest frequency or wavelength.
    ctype : str
        Of the axis.
    held : AxisValues
        Values along the axis.

    Returns
    -------
    tuple of float or None
        In metres; None where a value has no wavelength, or none that is known.
    """
    kind = code(ctype)
    unknown = (None,) * len(held.values)
    if kind in _SI and held.unit != (_SI[kind] or None):
        return unknown
    values = np.array([np.nan if value is None else value for value in held.values])
    with np.errstate(all="ignore"):
        found = _convert(hdu, kind, values, (held.unit or "").lower())
    if found is None:
        return unknown
    return tuple(float(value) if np.isfinite(value) and value > 0 else None for value in found)


def _convert(hdu: Hdu, kind: str, values: Floats, unit: str) -> Floats | None:
    """Wavelengths in metres; values that are not positive are invalid."""
    if kind == "AWAV":
        return values * _air_index(values)
    if kind not in (*_SPECTRAL, *_DOPPLER):
        return None if unit not in _LENGTHS else values * _LENGTHS[unit]
    from astropy import units  # noqa: PLC0415 - astropy loads slowly

    if kind in _SPECTRAL:
        quantity, equivalencies = values * units.Unit(_SI[kind]), units.spectral()
    else:
        rest = _rest_wavelength(hdu)
        if rest is None:
            return None
        speeds = values * _LIGHT_SPEED if kind == "ZOPT" else values
        convention = units.doppler_radio if kind == "VRAD" else units.doppler_optical
        quantity, equivalencies = speeds * units.m / units.s, convention(rest * units.m)
    found: Floats = quantity.to_value(units.m, equivalencies)
    return found


def _rest_wavelength(hdu: Hdu) -> float | None:
    """Rest wavelength in metres for velocities and redshifts."""
    frequency = hdu.number("RESTFRQ") or hdu.number("RESTFREQ")
    rest = hdu.number("RESTWAV") or (_LIGHT_SPEED / frequency if frequency else None)
    return rest if rest is not None and rest > 0 else None


def _air_index(lengths: Floats) -> Floats:
    """Refractive index of air (Greisen et al. 2006, A&A 446, 747, equation 65); metres."""
    inverse = (1e-6 / lengths) ** 2
    return 1.0 + 1e-6 * (287.6155 + 1.62887 * inverse + 0.01360 * inverse**2)


def filter_wavelength(get: Callable[[str], object]) -> float | None:
    """Wavelength in metres of the filter of an image, from its header.

    ``PHOTPLAM`` is the pivot wavelength in angstrom (HST Data Handbooks), ``WAVELNTH`` is in units
    of ``WAVEUNIT`` (solar missions), and the mosaic cameras of NOAO write center and width in
    angstrom after the name of the filter.

    Parameters
    ----------
    get : callable
        Returns the value of a keyword, or None.
    """
    pivot = get("PHOTPLAM")
    if isinstance(pivot, int | float) and pivot > 0:
        return pivot * 1e-10
    length, scale = get("WAVELNTH"), _LENGTHS.get(str(get("WAVEUNIT")).strip().lower())
    if isinstance(length, int | float) and length > 0 and scale:
        return length * scale
    numbers = re.search(r" (\d{4,5}\.\d*) \d+\.\d*$", str(get("FILTER")).rstrip())
    return float(numbers[1]) * 1e-10 if numbers else None
