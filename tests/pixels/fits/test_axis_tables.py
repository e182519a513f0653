"""Axes whose coordinates lie in tables, against astropy and the tables themselves."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 5.0, "CRPIX1": 2.0,
    "CRPIX2": 2.0, "CDELT1": -1e-3, "CDELT2": 1e-3,
}  # fmt: skip
PLANES = 7
EDGES = 1e5 * 10 ** (np.arange(PLANES + 1) / 2)


def write(path: Any, cards: dict[str, Any], *tables: fits.BinTableHDU) -> Any:
    array = np.zeros((PLANES, 4, 5), np.float32)
    fits.HDUList([fits.PrimaryHDU(array, fits.Header(SKY | cards)), *tables]).writeto(path)
    return path


def lookup_table(index: bool, falling: bool) -> fits.BinTableHDU:
    coordinates = np.array([4.8, 4.9, 5.1, 5.5, 6.3, 7.9, 9.0])
    if falling:
        coordinates = coordinates[::-1]
    columns = [
        fits.Column("COORDS", "7D", dim="(1,7)", array=coordinates.reshape(1, 7, 1)),
    ]
    if index:
        places = np.array([0.0, 1.0, 2.5, 3.0, 4.0, 5.0, 6.5])
        columns.append(fits.Column("INDEX", "7D", array=places.reshape(1, 7)))
    return fits.BinTableHDU.from_columns(columns, name="WCS-TABLE")


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("index", [False, True])
def test_wavelengths_by_lookup_are_those_of_astropy(
    index: bool, falling: bool, tmp_path: Any, open_image: Any
) -> None:
    cards = {
        "CTYPE3": "WAVE-TAB", "CUNIT3": "um", "CRPIX3": 1.0, "CRVAL3": 1.25, "CDELT3": 0.75,
        "PS3_0": "WCS-TABLE", "PS3_1": "COORDS", "PV3_1": 1, "PV3_2": 1, "PV3_3": 1,
    }  # fmt: skip
    if index:
        cards["PS3_2"] = "INDEX"
    path = write(tmp_path / "a.fits", cards, lookup_table(index, falling))
    with fits.open(path) as hdus:
        wcs = WCS(hdus[0].header, hdus)
        pixels = np.zeros((PLANES, 3)) + [[0, 0, n] for n in range(PLANES)]
        # Tables are in the units of the header, channels in those of the standard.
        expected = wcs.wcs_pix2world(pixels, 0)[:, 2] * 1e-6
    image = open_image(path)
    assert image.channel_axis == "spectral"
    np.testing.assert_allclose([c.value for c in image.channels], expected, rtol=1e-12)
    assert {c.unit for c in image.channels} == {"m"}
    assert [c.wavelength for c in image.channels] == [c.value for c in image.channels]


@pytest.mark.parametrize("table", [[], [fits.BinTableHDU.from_columns([], name="WCS-TABLE")]])
def test_places_in_a_table_that_is_missing_are_no_wavelengths(
    table: list[Any], tmp_path: Any, open_image: Any
) -> None:
    cards = {"CTYPE3": "WAVE-TAB", "CRPIX3": 1.0, "CRVAL3": 1.0, "CDELT3": 1.0,
             "PS3_0": "WCS-TABLE", "PS3_1": "COORDS"}  # fmt: skip
    image = open_image(write(tmp_path / "a.fits", cards, *table))
    assert image.channel_axis == "spectral"
    assert {c.value for c in image.channels} == {None}


def energy_table(kind: str) -> fits.BinTableHDU:
    if kind == "ENERGIES":
        return fits.BinTableHDU.from_columns(
            [fits.Column("Energy", "D", unit="MeV", array=EDGES[:-1])], name=kind
        )
    names = ("E_MIN", "E_MAX")
    bounds = (EDGES[:-1], EDGES[1:])
    columns = [fits.Column(n, "D", unit="keV", array=b) for n, b in zip(names, bounds, strict=True)]
    return fits.BinTableHDU.from_columns(columns, name=kind)


@pytest.mark.parametrize(
    ("cards", "kind"),
    [
        ({"CTYPE3": "Energy", "CRVAL3": 100.0, "CDELT3": 77.0, "CUNIT3": "MeV"}, "EBOUNDS"),
        ({"CTYPE3": "photon energy", "CRVAL3": 50.0, "CDELT3": 0.1}, "ENERGIES"),
        ({"BANDSHDU": "COUNTS_BANDS"}, "COUNTS_BANDS"),
    ],
)
def test_energies_are_those_of_the_table(
    cards: dict[str, Any], kind: str, tmp_path: Any, open_image: Any
) -> None:
    image = open_image(write(tmp_path / "a.fits", cards, energy_table(kind)))
    assert image.channel_axis == "spectral"
    expected = EDGES[:-1] if kind == "ENERGIES" else np.sqrt(EDGES[:-1] * EDGES[1:])
    np.testing.assert_allclose([c.value for c in image.channels], expected, rtol=1e-12)
    assert {c.unit for c in image.channels} == {"MeV" if kind == "ENERGIES" else "keV"}


def test_a_table_of_another_length_is_not_that_of_the_planes(
    tmp_path: Any, open_image: Any
) -> None:
    table = fits.BinTableHDU.from_columns(
        [fits.Column("Energy", "D", unit="MeV", array=np.ones(3))], name="ENERGIES"
    )
    cards = {"CTYPE3": "ENERGY", "CRVAL3": 50.0, "CDELT3": 2.0, "CRPIX3": 1.0, "CUNIT3": "MeV"}
    image = open_image(write(tmp_path / "a.fits", cards, table))
    assert [c.value for c in image.channels] == [50.0 + 2 * n for n in range(PLANES)]
