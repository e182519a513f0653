"""Wavelengths of spectral axes, against closed forms and wcslib's own transformations."""

from types import SimpleNamespace
from typing import Any

import pytest
from astropy.wcs import WCS

from celestile.pixels.axes.spectral import wavelengths
from celestile.pixels.fits.hdus import AxisValues

C, H = 299792458.0, 6.62607015e-34
REST = 1.420405751e9
KINDS = {
    "FREQ": ("Hz", 1.4e9, C / 1.4e9),
    "ENER": ("J", 1e-19, H * C / 1e-19),
    "WAVN": ("1/m", 1e6, 1e-6),
    "WAVE": ("m", 5e-7, 5e-7),
    "VRAD": ("m/s", 1e6, C / REST / (1 - 1e6 / C)),
    "VOPT": ("m/s", 1e6, C / REST * (1 + 1e6 / C)),
    "ZOPT": (None, 0.1, C / REST * 1.1),
}


def hdu(**cards: float) -> Any:
    return SimpleNamespace(number=cards.get)


@pytest.mark.parametrize("kind", KINDS)
def test_wavelengths_are_those_of_the_formulas(kind: str) -> None:
    unit, value, expected = KINDS[kind]
    (found,) = wavelengths(hdu(RESTFRQ=REST), f"{kind}-LSR", AxisValues((value,), unit))
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ENER"])
def test_wavelengths_are_those_of_wcslib(kind: str) -> None:
    """Energies are left out: wcslib has Planck's constant as it was measured before 2019."""
    unit, value, _ = KINDS[kind]
    wcs = WCS(naxis=1)
    wcs.wcs.ctype, wcs.wcs.crval, wcs.wcs.crpix = [kind], [value], [1]
    wcs.wcs.cunit = ["m-1" if unit == "1/m" else unit or ""]
    wcs.wcs.cdelt = [value * 1e-3]
    wcs.wcs.restfrq, wcs.wcs.restwav = REST, C / REST
    wcs.wcs.set()
    wcs.wcs.sptr("WAVE-???")
    (found,) = wavelengths(hdu(RESTFRQ=REST), kind, AxisValues((value,), unit))
    assert found == pytest.approx(wcs.wcs_pix2world([1], 1)[0][0], rel=1e-9)


def test_air_is_denser_than_the_vacuum() -> None:
    """Equation 65 of Greisen et al. 2006 at half a micrometre."""
    (found,) = wavelengths(hdu(), "AWAV", AxisValues((5e-7,), "m"))
    index = 1 + 1e-6 * (287.6155 + 1.62887 / 0.5**2 + 0.01360 / 0.5**4)
    assert found == pytest.approx(5e-7 * index, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "unit", "values"),
    [
        ("FREQ", "Hz", (0.0, -1e9, None)),
        ("WAVE", "m", (0.0, -5e-7)),
        ("AWAV", "m", (0.0, -5e-7)),
        ("VRAD", "m/s", (C, 2 * C)),
        ("VOPT", "m/s", (-C, -2 * C)),
        ("ZOPT", None, (-1.0, -3.0)),
        ("FREQ", "GHz", (1.4,)),
        ("VELO", "m/s", (1e6,)),
        ("ABCD", "parsec", (1.0,)),
        ("ABCD", None, (1.0,)),
    ],
)
def test_what_has_no_wavelength(kind: str, unit: str | None, values: Any) -> None:
    found = wavelengths(hdu(RESTFRQ=REST), kind, AxisValues(values, unit))
    assert found == (None,) * len(values)


@pytest.mark.parametrize("cards", [{}, {"RESTFRQ": 0.0}, {"RESTWAV": -1.0}])
def test_velocities_need_something_at_rest(cards: dict[str, float]) -> None:
    assert wavelengths(hdu(**cards), "VRAD", AxisValues((1e6,), "m/s")) == (None,)


def test_lengths_of_axes_of_no_standard_name() -> None:
    assert wavelengths(hdu(), "LAMBDA", AxisValues((5000.0,), "Angstrom")) == (pytest.approx(5e-7),)
    assert wavelengths(hdu(), "LAMBDA", AxisValues((0.5, None), "um")) == (
        pytest.approx(5e-7),
        None,
    )
