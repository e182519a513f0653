"""Boxes around images on the sky, against pixels in great number."""

from typing import Any

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from celestile.pixels.sky.footprint import footprint
from celestile.pixels.sky.sky import Sky

WIDTH, HEIGHT = 400, 300


def header(code: str, lon: float, lat: float, scale: float, **cards: Any) -> fits.Header:
    names = cards.pop("names", ("RA--", "DEC-"))
    found = {
        "NAXIS": 2, "NAXIS1": WIDTH, "NAXIS2": HEIGHT,
        "CTYPE1": f"{names[0]}-{code}", "CTYPE2": f"{names[1]}-{code}",
        "CRVAL1": lon, "CRVAL2": lat, "CRPIX1": WIDTH / 2, "CRPIX2": HEIGHT / 2,
        "CDELT1": -scale, "CDELT2": scale,
    }  # fmt: skip
    return fits.Header(found | cards)


SKIES = {
    "small": header("TAN", 83.8, -5.4, 2e-4),
    "across 0h": header("TAN", 0.01, 20.0, 1e-3),
    "turned": header("TAN", 200.0, 60.0, 2e-3, PC1_1=0.6, PC1_2=-0.8, PC2_1=0.8, PC2_2=0.6),
    "wide": header("TAN", 200.0, 60.0, 0.15),
    "galactic": header("CAR", 359.9, 0.1, 1e-3, names=("GLON", "GLAT")),
    "beside the pole": header("TAN", 10.0, 84.0, 0.01),
    "FK4": header("TAN", 50.0, -37.0, 1e-3, RADESYS="FK4", EQUINOX=1950.0),
}


def places(cards: fits.Header) -> SkyCoord:
    """Sky of the corners of every pixel along the edges, and of many inside."""
    x, y = np.meshgrid(np.linspace(0.5, WIDTH + 0.5, 801), np.linspace(0.5, HEIGHT + 0.5, 601))
    return WCS(cards).celestial.pixel_to_world(x - 1, y - 1).icrs


@pytest.mark.parametrize("name", SKIES)
def test_box_holds_the_image_and_little_else(name: str) -> None:
    found = footprint(Sky.from_header(SKIES[name], WIDTH, HEIGHT))
    assert found is not None
    sky = places(SKIES[name])
    ascension = (sky.ra.deg - found.start) % 360
    assert ascension.max() <= found.extent + 1e-9
    assert ascension.min() >= -1e-9
    assert found.south <= sky.dec.deg.min()
    assert sky.dec.deg.max() <= found.north
    loose = 0.01
    assert found.extent <= np.ptp(ascension) * (1 + loose)
    assert found.north - found.south <= np.ptp(sky.dec.deg) * (1 + loose)


@pytest.mark.parametrize("pole", [90.0, -90.0])
@pytest.mark.parametrize("offset", [0.0, 0.5, 1.4])
def test_a_pole_inside_is_all_around(pole: float, offset: float) -> None:
    cards = header("TAN", 10.0, pole - np.sign(pole) * offset, 0.01)
    found = footprint(Sky.from_header(cards, WIDTH, HEIGHT))
    assert found is not None
    assert found.extent == 360
    assert pole in {found.south, found.north}
    assert found.north - found.south < 5


@pytest.mark.parametrize(
    "cards",
    [
        header("AIT", 0.0, 0.0, 360 / WIDTH, names=("GLON", "GLAT")),
        header("CAR", 0.0, 0.0, 360 / WIDTH, names=("GLON", "GLAT")),
        header("CAR", 180.0, 0.0, 360 / WIDTH),
    ],
)
def test_maps_of_all_the_sky(cards: fits.Header) -> None:
    found = footprint(Sky.from_header(cards, WIDTH, HEIGHT))
    assert found is not None
    assert found.extent == 360
    assert found.north > 89
    assert found.south < -89


@pytest.mark.parametrize("name", SKIES)
def test_scale(name: str) -> None:
    found = footprint(Sky.from_header(SKIES[name], WIDTH, HEIGHT))
    assert found is not None
    assert found.scale == pytest.approx(SKIES[name]["CDELT2"], rel=0.3)


def test_no_sky_no_box() -> None:
    plain = fits.Header({"NAXIS": 2, "NAXIS1": WIDTH, "NAXIS2": HEIGHT})
    assert footprint(Sky.from_header(plain, WIDTH, HEIGHT)) is None
    solar = header("TAN", 0.0, 0.0, 1e-3, names=("HPLN", "HPLT"))
    assert footprint(Sky.from_header(solar, WIDTH, HEIGHT)) is None
