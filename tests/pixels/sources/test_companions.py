"""The sky of error, quality and weight arrays that have none of their own."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from tests.conftest import WriteFits
from tests.pixels.conftest import OpenImage

SHAPE = (30, 40)
SKY = {
    "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "CRPIX1": 20.0, "CRPIX2": 15.0,
    "CRVAL1": 266.5, "CRVAL2": -28.7, "CD1_1": 1.2e-7, "CD1_2": 1.75e-5, "CD2_1": 1.74e-5,
    "CD2_2": -1.1e-7, "RADESYS": "ICRS", "A_ORDER": 2, "B_ORDER": 2, "A_2_0": 2e-5, "B_0_2": 1e-5,
}  # fmt: skip


def array(name: str, version: int = 1, shape: Any = SHAPE, **cards: Any) -> tuple[Any, Any]:
    return np.ones(shape, np.float32), {"EXTNAME": name, "EXTVER": version, **cards}


def check(image: Any, sky: dict[str, Any]) -> None:
    world = image.sky.world(9.5, SHAPE[0] - 4.5)
    lon, lat = WCS(fits.Header(sky)).celestial.all_pix2world([[10, 5]], 1)[0]
    assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize(
    "name", ["ERR", "DQ", "VAR_POISSON", "VAR_FLAT", "WHT", "AREA", "CON", "DISPERSION"]
)
def test_arrays_of_the_size_of_sci_have_its_sky(
    name: str, write_fits: WriteFits, open_image: OpenImage
) -> None:
    path = write_fits("a.fits", array("SCI", **SKY), array(name), primary={})
    image = open_image(path, "2")
    check(image, SKY)
    assert any("SCI" in note for note in image.notes)
    # The header is shown as it was written.
    assert "CTYPE1" not in {card.keyword for card in image.cards}


def test_each_chip_has_the_sky_of_its_own_version(
    write_fits: WriteFits, open_image: OpenImage
) -> None:
    second = {**SKY, "CRVAL1": 267.0}
    path = write_fits(
        "a.fits", array("SCI", 1, **SKY), array("ERR", 1), array("SCI", 2, **second),
        array("ERR", 2), array("ERR", 3), primary={},
    )  # fmt: skip
    check(open_image(path, "ERR,1"), SKY)
    check(open_image(path, "ERR,2"), second)
    assert open_image(path, "ERR,3").sky.reason


@pytest.mark.parametrize("sep", [".", "_", "-"])
def test_chips_by_name(sep: str, write_fits: WriteFits, open_image: OpenImage) -> None:
    second = {**SKY, "CRVAL1": 267.0}
    path = write_fits(
        "a.fits", array(f"CHIP1{sep}SCI", **SKY), array(f"CHIP1{sep}RMS"),
        array(f"CHIP2{sep}SCI", **second), array(f"CHIP2{sep}RMS"), primary={},
    )  # fmt: skip
    check(open_image(path, "2"), SKY)
    check(open_image(path, "4"), second)


def test_the_science_array_that_the_header_names(
    write_fits: WriteFits, open_image: OpenImage
) -> None:
    second = {**SKY, "CRVAL1": 267.0}
    path = write_fits(
        "a.fits", array("ALPHA", **SKY), array("BETA", **second), array("STAT", SCIDATA="BETA"),
        primary={},
    )  # fmt: skip
    check(open_image(path, "3"), second)


def test_errors_of_a_cube_have_its_channels(write_fits: WriteFits, open_image: OpenImage) -> None:
    axis = {"CTYPE3": "WAVE", "CUNIT3": "um", "CRVAL3": 5.0, "CDELT3": 0.5, "CRPIX3": 1.0}
    linear = {k: v for k, v in SKY.items() if not k.startswith(("A_", "B_"))}
    linear |= {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CD3_3": 0.5, **axis}
    shape = (7, *SHAPE)
    path = write_fits(
        "a.fits", array("SCI", shape=shape, **linear), array("ERR", shape=shape), primary={}
    )
    image = open_image(path, "ERR")
    assert image.channel_axis == "spectral"
    assert [round(channel.value * 1e6, 9) for channel in image.channels[:2]] == [5.0, 5.5]


@pytest.mark.parametrize(
    "other",
    [
        array("ERR", shape=(20, 40)),
        array("ERR", 2),
        array("ERR", CTYPE1="LINEAR", CTYPE2="LINEAR", CRVAL1=3.0),
    ],
)
def test_no_sky_where_none_is_known(
    other: Any, write_fits: WriteFits, open_image: OpenImage
) -> None:
    path = write_fits("a.fits", array("SCI", **SKY), other, primary={})
    assert open_image(path, "2").sky.reason
