"""Units as headers spell them: against astropy, with the unit that was meant."""

from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from celestile.pixels.axes.units import axis_unit, standard_unit

MEANT = {
    "km/s": ["km/s", "km/sec", "KM/SEC", "KM/S", "km/S", "Km/sec", "kms-1", "kilometers/second"],
    "km s-1": ["KM S-1", "km sec-1"],
    "km s**(-1)": ["KM S**(-1)"],
    "m/s": ["m/s", "M/SEC", "m/sec", "M/S", "metres/second"],
    "Hz": ["Hz", "HZ", "hz", "Hertz"],
    "kHz": ["KHZ", "khz", "kHz"],
    "MHz": ["MHZ", "Mhz", "MHz"],
    "GHz": ["GHZ", "ghz", "Ghz", "GHz"],
    "mHz": ["mHz"],
    "Angstrom": ["Angstroms", "ANGSTROM", "angstrom", "ANGSTROMS", "Angstroem", "Angstrom"],
    "um": ["micron", "microns", "MICRONS", "um", "Micrometers"],
    "nm": ["nm", "NM", "nanometers"],
    "Mm": ["Mm"],
    "keV": ["KEV", "kev", "Kev", "keV"],
    "MeV": ["MEV", "Mev", "MeV"],
    "Jy/beam": ["JY/BEAM", "jy/beam", "Jy/beam", "Jy/Beam"],
    "mJy/beam": ["mJy/beam", "mJy/BEAM", "mjy/beam"],
    "MJy/sr": ["MJy/sr", "MJY/SR"],
    "Jy/pixel": ["JY/PIXEL", "Jy/pixels"],
    "count/s": ["counts/sec", "COUNTS/S", "Counts/s", "cps", "counts/second"],
    "electron/s": ["e-/s", "ELECTRONS/S", "electrons/sec", "E-/SEC"],
    "DN/s": ["DN/SEC", "DN/S", "dn/s"],
    "adu": ["ADU", "adu"],
    "K km/s": ["K KM/S", "K km/sec", "kelvin km/sec"],
    "erg/s/cm^2/Angstrom": ["ergs/sec/cm^2/Angstroms", "ERG/S/CM^2/ANGSTROM"],
    "1e-17 erg/s/cm^2": ["1e-17 ergs/sec/cm^2"],
}


@pytest.mark.parametrize(
    ("meant", "spelled"), [(meant, each) for meant, all_ in MEANT.items() for each in all_]
)
def test_spellings(meant: str, spelled: str) -> None:
    assert standard_unit(spelled) == meant
    assert standard_unit(meant) == meant
    assert u.Unit(standard_unit(spelled)) == u.Unit(meant)


@pytest.mark.parametrize(
    "text",
    ["", "S/N", "furlong", "Min/Max", "MJY/BEAM", "nanomaggies/SEC", "Data Number", "M", "D",
     "erg/s/cm2/A", "arbitrary units", "Sec of arc", "none", "log(counts)", "degrees C",
     "deg Celsius", "mas", "mpc",
     "10**(-20)*erg/s/cm**2/Angstrom"],
)  # fmt: skip
def test_what_is_unknown_or_ambiguous_is_kept(text: str) -> None:
    assert standard_unit(f" {text} ") == text


@given(st.sampled_from(["km", "s", "Jy", "beam", "Angstrom", "erg", "cm", "Hz", "electron", "adu"]))
def test_units_of_the_standard_are_kept(unit: str) -> None:
    for text in (unit, f"{unit}**2", f"mJy/{unit}", f"{unit}-1", f"1e3 {unit}/sr"):
        assert standard_unit(text) == text


def test_letters_on_an_axis_of_wavelengths() -> None:
    assert axis_unit("A", "WAVE-LOG") == "Angstrom"
    assert axis_unit("M", "AWAV") == "m"
    assert axis_unit("A", "CURRENT") == "A"


AXES: list[tuple[str, str, str, float, float, dict[str, Any]]] = [
    ("VOPT-F2W", "km/sec", "km/s", 4000.0, -210.0, {"RESTFRQ": 1.420405752e9}),
    ("VOPT-F2W", "KM/S", "km/s", 4000.0, -210.0, {"RESTFRQ": 1.420405752e9}),
    ("VRAD", "M/SEC", "m/s", 4e6, -2e5, {"RESTFRQ": 1.420405752e9}),
    ("FREQ", "GHZ", "GHz", 1.4, 0.001, {}),
    ("FREQ", "MHZ", "MHz", 1400.0, 1.0, {}),
    ("FREQ-LOG", "ghz", "GHz", 1.4, 0.001, {}),
    ("WAVE", "Angstroms", "Angstrom", 5000.0, 1.0, {}),
    ("WAVE", "A", "Angstrom", 5000.0, 1.0, {}),
    ("AWAV-LOG", "MICRONS", "um", 2.0, 0.01, {}),
    ("ENER", "KEV", "keV", 2.0, 0.1, {}),
    ("FREQ-W2F", "GHZ", "GHz", 1.4, 0.01, {}),
]


@pytest.mark.parametrize(("ctype", "spelled", "meant", "value", "step", "more"), AXES)
def test_values_are_those_of_the_header_with_its_unit_mended(
    ctype: str, spelled: str, meant: str, value: float, step: float, more: Any, write_fits: Any,
    open_image: Any,
) -> None:  # fmt: skip
    cards = {
        "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CRPIX1": 3.0, "CRPIX2": 2.0, "CRVAL1": 150.0,
        "CRVAL2": 20.0, "CDELT1": -0.002, "CDELT2": 0.002, "CTYPE3": ctype, "CRPIX3": 1.0,
        "CRVAL3": value, "CDELT3": step, **more,
    }  # fmt: skip
    data = np.zeros((12, 4, 5), np.float32)
    header = fits.PrimaryHDU(data, fits.Header(cards | {"CUNIT3": meant})).header
    wcs = WCS(header)
    expected = wcs.wcs_pix2world([[3, 2, pixel] for pixel in range(1, 13)], 1)[:, 2]
    image = open_image(write_fits("a.fits", (data, cards | {"CUNIT3": spelled})))
    np.testing.assert_allclose([c.value for c in image.channels], expected, rtol=1e-12)
    (unit,) = {channel.unit for channel in image.channels}
    assert u.Unit(unit) == u.Unit(str(wcs.wcs.cunit[2]))


def test_a_velocity_of_a_published_case(write_fits: Any, open_image: Any) -> None:
    cards = {
        "CTYPE3": "VOPT-F2W", "CUNIT3": "km/sec", "CRPIX3": 1.0, "CRVAL3": 4000.0,
        "CDELT3": -210.0, "RESTFRQ": 1.420405752e9,
    }  # fmt: skip
    image = open_image(write_fits("a.fits", (np.zeros((12, 4, 5), np.float32), cards)))
    assert image.channels[11].value == pytest.approx(1707432.4, abs=0.1)


@pytest.mark.parametrize(
    ("spelled", "shown"),
    [("JY/BEAM", "Jy/beam"), ("e-/s", "electron/s"), ("S/N", "S/N"), (" counts/sec", "count/s")],
)
def test_the_unit_of_pixels(spelled: str, shown: str, write_fits: Any, open_image: Any) -> None:
    image = open_image(write_fits("a.fits", (np.zeros((4, 5), np.float32), {"BUNIT": spelled})))
    assert image.unit == shown
    chips = [(np.zeros((4, 5), np.float32), {"BUNIT": spelled, "DETSEC": section, "EXTNAME": name})
             for name, section in (("A", "[1:5,1:4]"), ("B", "[6:10,1:4]"))]  # fmt: skip
    assert open_image(write_fits("b.fits", *chips)).unit == shown
