"""What an extension has of the primary header and of its science array."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from tests.conftest import WriteFits
from tests.pixels.conftest import OpenImage

from celestile.pixels.plane import Selection

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 50.5, "CRPIX2": 40.5,
    "CRVAL1": 83.633, "CRVAL2": 22.0145, "CDELT1": -0.0005, "CDELT2": 0.0005, "CROTA2": 12.0,
    "EQUINOX": 2000.0,
}  # fmt: skip
CD = {"CD1_1": -3e-4, "CD1_2": 1e-5, "CD2_1": 1e-5, "CD2_2": 3e-4}
PIXELS = np.arange(8000, dtype=np.float32).reshape(80, 100)


def position(image: Any, x: float, y: float) -> tuple[float, float]:
    """Sky of FITS pixel x, y."""
    world = image.sky.world(x - 0.5, 80 - y + 0.5)
    assert world is not None
    return world.lon, world.lat


def expected(cards: dict[str, Any], x: float, y: float) -> Any:
    return pytest.approx(tuple(WCS(fits.Header(cards)).all_pix2world([[x, y]], 1)[0]), abs=1e-9)


@pytest.mark.parametrize(
    ("own", "whole"),
    [
        ({}, SKY),
        ({"CRVAL1": 80.0}, {**SKY, "CRVAL1": 80.0}),
        # Its own matrix replaces that of the primary header, however that is written.
        (CD, {k: v for k, v in SKY.items() if not k.startswith(("CDELT", "CROTA"))} | CD),
    ],
)
def test_an_extension_that_inherits(
    own: dict[str, Any], whole: dict[str, Any], write_fits: WriteFits, open_image: OpenImage
) -> None:
    primary = {**SKY, "BUNIT": "Jy/pixel", "BZERO": 32768.0, "FILTER": "V"}
    path = write_fits("a.fits", (PIXELS, {"INHERIT": True, **own}), primary=primary)
    image = open_image(path)
    for x, y in ((1, 1), (100, 80), (37.5, 60)):
        assert position(image, x, y) == expected(whole, x, y)
    assert image.unit == "Jy/pixel"
    assert image.channels[0].name == "V"
    # BZERO belongs to the array of its own HDU (appendix K).
    assert image.plane(Selection()).value(0, 79).value == 0.0


@pytest.mark.parametrize("inherit", [{"INHERIT": False}, {}])
def test_an_extension_that_does_not_inherit(
    inherit: dict[str, Any], write_fits: WriteFits, open_image: OpenImage
) -> None:
    path = write_fits("a.fits", (PIXELS, inherit), primary={**SKY, "BUNIT": "Jy"})
    image = open_image(path)
    assert image.sky.reason
    assert image.unit is None


def test_a_primary_array_keeps_its_cards_for_itself(tmp_path: Any, open_image: OpenImage) -> None:
    primary = fits.PrimaryHDU(PIXELS[:10, :10], fits.Header({**SKY, "BUNIT": "Jy"}))
    other = fits.ImageHDU(PIXELS, fits.Header({"INHERIT": True}), name="OTHER")
    fits.HDUList([primary, other]).writeto(tmp_path / "a.fits")
    image = open_image(tmp_path / "a.fits", "1")
    assert image.unit is None
    assert image.sky.reason


def test_cards_are_listed_as_written(write_fits: WriteFits, open_image: OpenImage) -> None:
    path = write_fits("a.fits", (PIXELS, {"INHERIT": True}), primary={**SKY, "TELESCOP": "HST"})
    image = open_image(path)
    assert "TELESCOP" not in {card.keyword for card in image.cards}
    assert {card.keyword: card.value for card in image.primary_cards}["TELESCOP"] == "HST"
