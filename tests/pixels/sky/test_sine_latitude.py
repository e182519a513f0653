"""Synoptic maps in the sine of latitude, against the closed form and astropy with degrees."""

from typing import Any

import numpy as np
import pytest
from astropy.io.fits import Header
from astropy.wcs import WCS

from celestile.pixels.sky.sky import Sky

WIDTH, HEIGHT = 180, 90
HMI: dict[str, Any] = {
    "CTYPE1": "CRLN-CEA", "CTYPE2": "CRLT-CEA", "CUNIT1": "Degree", "CUNIT2": "Sine Latitude",
    "CRPIX1": 90.5, "CRPIX2": 45.5, "CRVAL1": 180.0, "CRVAL2": 0.0,
    "CDELT1": -2.0, "CDELT2": 2.0 / HEIGHT,
}  # fmt: skip


def sky(**changes: Any) -> Sky:
    header = Header({"NAXIS": 2, "NAXIS1": WIDTH, "NAXIS2": HEIGHT})
    header.update({key: value for key, value in (HMI | changes).items() if value is not None})
    return Sky.from_header(header, WIDTH, HEIGHT)


def latitude(found: Sky, row: float) -> float:
    """Latitude at the center of a FITS row."""
    world = found.world(90.0, HEIGHT - row + 0.5)
    assert world is not None
    return world.lat


CASES: list[dict[str, Any]] = [
    {},
    {"CUNIT2": "sin(deg)"},
    {"CUNIT2": "SINE LATITUDE"},
    {"CUNIT2": "sin(latitude)"},
    {"CTYPE1": "CRLN-CAR", "CTYPE2": "CRLT-CAR"},
    {"CTYPE1": "Carrington Longitude", "CTYPE2": "Sine Latitude", "CUNIT2": None},
    {"CTYPE2": "Sine Latitude", "CUNIT2": None},
    {"CRPIX2": 0.5, "CRVAL2": -1.0},
    {"CDELT1": None, "CDELT2": None, "CD1_1": -2.0, "CD2_2": 2.0 / HEIGHT},
    {"CUNIT2": "degree"},  # GONG: 360 degrees of longitude, and latitudes from -1 to 1
]


@pytest.mark.parametrize("changes", CASES)
def test_latitudes_are_the_arcsine(changes: dict[str, Any]) -> None:
    found = sky(**changes)
    for row in (1, 45.5, 60, 67.5, 90):
        expected = np.degrees(np.arcsin((row - 45.5) * 2 / HEIGHT))
        assert latitude(found, row) == pytest.approx(expected, abs=1e-9)
    assert any("sine of latitude" in note for note in found.notes)


@pytest.mark.parametrize("changes", CASES[:8])
def test_positions_are_those_of_astropy_with_the_step_in_degrees(changes: dict[str, Any]) -> None:
    step = np.degrees(2.0 / HEIGHT)
    wcs = WCS(Header(HMI | {"CUNIT1": "deg", "CUNIT2": "deg", "CDELT2": step}))
    found = sky(**changes)
    for x, y in ((0.0, 0.0), (100.0, 20.0), (170.0, 89.0)):
        (lon, lat), world = (
            wcs.wcs_pix2world([[x, HEIGHT - 1 - y]], 0)[0],
            found.world(x + 0.5, y + 0.5),
        )
        assert world is not None
        assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize(
    "changes",
    [
        {"CUNIT2": "deg", "CDELT2": np.degrees(2.0 / HEIGHT)},
        {"CUNIT2": "deg", "CDELT1": -0.02},  # 2 degrees of latitude of a part of the Sun
        {"CUNIT2": "deg", "CTYPE1": "RA---CEA", "CTYPE2": "DEC--CEA"},
    ],
)
def test_maps_in_degrees_are_left_alone(changes: dict[str, Any]) -> None:
    cards = HMI | changes
    expected = WCS(Header(cards | {"CUNIT1": "deg"})).wcs_pix2world([[89.5, 66.5]], 0)[0][1]
    found = sky(**changes)
    assert latitude(found, 67.5) == pytest.approx(expected, abs=1e-9)
    assert not any("sine" in note for note in found.notes)
